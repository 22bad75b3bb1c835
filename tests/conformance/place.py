"""A scratch organization on a simulated forge over HTTP, and the desk and doors to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.github.scratch import GitHubFurnisher, GitHubGuest
from seatkeeper.forges.github.writer import GitHubWriter
from seatkeeper.forges.simulator.regime import RegimeName, settle
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.ids import ForgeName
from seatkeeper.ports import ForgeReader, ForgeWriter
from seatkeeper.workflow.conform import Doors
from seatkeeper.workflow.desk import Desk
from tests.restoring.memory import Forge, WorldClock, desk_of, journal

SCRATCH = ("ann-scratch", "bob-scratch")
Broken = Callable[[Any], Any]


def untouched(door: Any) -> Any:
    """The connector as it is."""
    return door


@dataclass
class Place:
    """The world, and what conformance works with there."""

    world: World
    desk: Desk
    doors: Doors
    store: SqlStore
    url: str


def scratch_world(regime: str = "plain") -> World:
    """An organization with its owner, and two accounts outside that have a token each."""
    world = World("scratch-org", "9", base_role="read")
    world.member(world.account("olga"), "owner")
    for login in SCRATCH:
        account = world.account(login)
        world.credentials.classic(f"token-of-{login}", account, ("write:org",), login)
    return settle(world, cast("RegimeName", regime.removesuffix("+suspension")))


@contextmanager
def scratch(
    folder: Path,
    world: World,
    *,
    site_admin: bool = False,
    reader: Broken = untouched,
    writer: Broken = untouched,
) -> Iterator[Place]:
    """The world behind real HTTP; `reader` and `writer` may break the connector's doors."""
    with Simulator(world, site_admin=site_admin) as served, journal(folder) as store:
        clock = WorldClock(world)

        def connection(token: str) -> dict[str, Any]:
            at = {"forge": ForgeName("scratch"), "api": served.url, "organization": world.organization_login}
            return {**at, "token": Secret(token), "clock": clock}

        guests = {login: GitHubGuest(**connection(f"token-of-{login}")) for login in SCRATCH}
        reads = GitHubReader(**connection(served.read_token), site_admin=site_admin)
        writes = GitHubWriter(**connection(served.write_token))
        furnisher = GitHubFurnisher(**connection(served.write_token))
        door: ForgeReader = reader(reads)
        sending: ForgeWriter = writer(writes)
        desk = replace(desk_of(cast("Forge", reads), store, clock), build_reader=lambda: door)
        doors = Doors(sending, furnisher, dict(guests), "github", served.url)
        with ExitStack() as opened:
            for close in (reads.close, writes.close, furnisher.close, *(g.close for g in guests.values())):
                opened.callback(close)
            yield Place(world, desk, doors, store, served.url)
