"""A real organization on a simulated forge, and its people in a database: what these tests begin with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from seatkeeper.bootstrap import open_office, people_as_of
from seatkeeper.cli.progress import Silent
from seatkeeper.config.template import Starter
from seatkeeper.demo.people import Person, Record, people_at
from seatkeeper.demo.people_db import write_database
from seatkeeper.demo.stage import Stage
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.real_input.roster import ORGANIZATION
from tests.workflow.place import Workroom

EARLIER = (8, 1)
"""Days ago on which the record was read before: foreseen ends need a week, a second opinion half a day."""


@contextmanager
def workroom(
    folder: Path, world: World, people: str, *, name: str = "seatkeeper", store: str | None = None
) -> Iterator[Workroom]:
    """An office on that world, its people read from the database `people`; nothing was read yet."""
    stage = Stage(folder)
    if not Path(stage.key("ana@")).exists():
        stage.make_keys()
    with Simulator(world) as forge:
        told = Starter(
            organization=ORGANIZATION,
            api=forge.url,
            forge="real",
            source="${HR}",
            keep=("active",),
            join="status = 'active' AND department = 'eng'",
            teams="team_list",
            office="office",
            others=("name", "department"),
            store="${STORE}" if store else f"sqlite:///{name}.db",
        )
        config = stage.configure(f"{name}.yaml", told)
        tokens = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
        environ = {**tokens, "HR": people, "STORE": store or ""}
        with open_office(config, environ, Silent()) as office:
            yield Workroom(forge, stage, config, environ, office)


def adopt(room: Workroom, everybody: Iterable[Person]) -> None:
    """Approve the baseline on a day when nobody had left: who leaves later is no backlog of adoption."""
    loaded = room.forge.world.now() - timedelta(hours=2)
    write_database(room.environ["HR"], tuple(everybody), loaded)
    room.adopt()
    room.forge.world.advance(60.0)


def load(room: Workroom, records: tuple[Record, ...]) -> None:
    """Write the record as it stands today, after it was read as it stood a week ago and yesterday."""
    now, url = room.forge.world.now(), room.environ["HR"]
    for days in EARLIER:
        then = now - timedelta(days=days)
        write_database(url, people_at(records, days), then - timedelta(hours=2))
        room.office.desk.store.keep_extract(*people_as_of(room.office, then).read())
    write_database(url, people_at(records, 0), now - timedelta(hours=2))
