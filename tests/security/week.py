"""A week in which as many people left as one approver may let go in a day, and a run that was interrupted.

Told once. An attempt works on a copy of the folder and the journal beside a forge
of its own, from which the same people are gone.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from seatkeeper.bootstrap import open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import AccountState
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.plan import Computed
from tests.security.night import APPLY, PROPOSE, Scene
from tests.workflow.approved import Watched
from tests.workflow.place import Workplace, workplace


class Killed(Exception):  # it is no error of ours
    """The process is no more."""


@dataclass
class Week(Scene):
    """`half` is the plan of the run that was interrupted, `twin` the same computed again; both are signed."""

    half: Computed
    twin: Computed

    def go_on(self) -> object:
        """Go on with the run that was interrupted."""
        return self.apply(self.half)


class Told(NamedTuple):
    """The folder as it was at one moment of the week, who was gone by then, and the plans."""

    folder: Path
    gone: tuple[AccountId, ...]
    seconds: float
    place: Workplace
    half: Computed
    twin: Computed


class Weeks(NamedTuple):
    """The moment at which the run was killed, and the end of it."""

    interrupted: Told
    spent: Told


@contextmanager
def told_in(folder: Path) -> Iterator[Weeks]:
    """One leaves by the clock, three and then two with an approver; the last run is killed after one step."""
    home = folder / "home"
    home.mkdir()
    with workplace(home, edits=((PROPOSE, APPLY),)) as place:
        place.adopt()
        place.only_one_has_left()
        place.commit()
        place.stand()
        assert place.scheduled("leave").run is not None
        scene = Scene(place)
        for people in (3, 2):
            place.left_long_ago(people)
            half, twin = place.sign(scene.again("leave")), place.sign(scene.again("leave"))
            assert len(half.plan.changes) == people
            if people == 3:
                place.apply(half)
        with suppress(Killed):
            _killed_after_one(place, half)
        interrupted = _kept(place, folder / "interrupted", half, twin)
        place.apply(half)
        yield Weeks(interrupted, _kept(place, folder / "spent", half, twin))


def _killed_after_one(place: Workplace, half: Computed) -> None:
    sent: list[Step] = []

    def once(step: Step, _state: AccountState) -> None:
        sent.append(step)
        if len(sent) > 1:
            raise Killed

    desk, writer = place.office.desk, Watched(place.office.writer, once)
    apply(desk, writer, half.plan, half.digest, half.file, holder="test")


def _kept(place: Workplace, folder: Path, half: Computed, twin: Computed) -> Told:
    shutil.copytree(place.config.parent, folder)
    world, before = place.forge.world, place.company.world()
    gone = tuple(sorted(before.members.keys() - world.members.keys()))
    return Told(folder, gone, (world.now() - before.now()).total_seconds(), place, half, twin)


@contextmanager
def copied_to(folder: Path, told: Told) -> Iterator[Week]:
    """The moment again: a copy of the folder, and a forge of its own with the same people on it."""
    place = told.place
    shutil.copytree(told.folder, folder)
    world = place.company.world()
    world.advance(told.seconds)
    for account in told.gone:
        world.remove_member(account)
    with Simulator(world) as forge:
        config, stage = folder / place.config.name, replace(place.stage, folder=folder)
        environ = {**place.environ, "GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
        config.write_text(config.read_text("utf-8").replace(place.forge.url, forge.url), "utf-8")
        with open_office(config, environ, Silent()) as office:
            here = replace(place, forge=forge, stage=stage, config=config, environ=environ, office=office)
            here.commit()
            yield Week(here, told.half, told.twin)
