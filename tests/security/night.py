"""A company whose plans somebody tries to get past, and what an attempt is: see `nobody_gets_past`.

It is prepared once. An attempt works on a copy of its folder and journal beside
the one forge, at which nothing may change whatever is tried.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self
from unittest.mock import patch

from seatkeeper import bootstrap
from seatkeeper.bootstrap import open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.errors import SeatkeeperError
from seatkeeper.model.run import Draft
from seatkeeper.model.schedule import Work
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.scheduled import Scheduled
from tests.workflow.place import ANA, Workplace, workplace

APPLY = "apply: {leave: apply, join: apply, from_branch: main}"
PROPOSE = APPLY.replace(": apply", ": propose")
MALLORY = "mallory@acme.example"


class Shifted:
    """A clock that somebody moved."""

    def __init__(self, clock: Any, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def now(self) -> datetime:
        """See `ports.Clock`."""
        moment: datetime = self._clock.now() + self._by
        return moment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)


@dataclass
class Scene:
    """A place where somebody tries something; what it offers reads like the story of it."""

    place: Workplace

    @property
    def desk(self) -> Desk:
        """The desk, as configured when it was opened."""
        return self.place.office.desk

    def key(self, person: str) -> str:
        """Somebody's private key."""
        return self.place.stage.key(person)

    def apply(self, tried: Computed, desk: Desk | None = None, work: Work | None = None) -> object:
        """Try to carry a plan out."""
        writer = self.place.office.writer
        at = desk or self.desk
        return apply(at, writer, tried.plan, tried.digest, tried.file, holder="mallory", work=work)

    def approve(self, tried: Computed, person: str, *waive: str, desk: Desk | None = None) -> object:
        """Sign a plan, or a waiver of it."""
        return approve(desk or self.desk, tried.plan, tried.digest, self.key(person), waive=frozenset(waive))

    def again(self, work: Work | None = None) -> Computed:
        """What is planned now, by the schedule where `work` says so."""
        self.desk.clock.sleep(1)
        computed = compute(self.desk, observe(self.desk), work=work)
        computed.decisions.close()
        return computed

    def at(self, **other: Any) -> Desk:
        """The desk with something else about it, and the same doors."""
        return replace(self.desk, build_reader=lambda: self.desk.reader, **other)

    def moved(self, **by: float) -> Desk:
        """The desk by a clock that was moved."""
        return self.at(clock=Shifted(self.desk.clock, timedelta(**by)))

    def configured(self, old: str, new: str) -> None:
        """Somebody edits the configuration."""
        text = self.place.config.read_text("utf-8")
        assert old in text
        self.place.config.write_text(text.replace(old, new), "utf-8")

    def anew(self, then: "Callable[[Self], object]", **moved: float) -> object:
        """What a new process sees and does, on a machine whose clock was `moved`."""
        right = bootstrap._clock
        wrong = patch.object(bootstrap, "_clock", lambda forge: Shifted(right(forge), timedelta(**moved)))
        with wrong, self.place.reopened() as place:
            return then(replace(self, place=place))

    def git(self, *words: str) -> None:
        """Something is done to the checkout."""
        told = ["git", "-c", "user.name=m", "-c", f"user.email={MALLORY}", *words]
        subprocess.run(told, cwd=self.place.config.parent, check=True, capture_output=True)

    def said(
        self, kind: str, payload: dict[str, object], *, days_ago: float = 0, organization: str = ""
    ) -> None:
        """Something is written into the journal as if it had been said."""
        organization = organization or self.place.office.known_organization().id
        entry = Draft(kind, organization, payload)  # type: ignore[arg-type]  # as told
        self.desk.store.append([entry], self.desk.clock.now() - timedelta(days=days_ago))


@dataclass
class Night(Scene):
    """`approved` is a small plan and signed, `waiting` has one change more, `wrong` trips its guards.

    `due` is what the schedule has planned for its leavers, and nobody has signed anything for it.
    """

    approved: Computed
    waiting: Computed
    wrong: Computed
    due: Computed


Tries = Callable[[Night], object]


def _nothing(_scene: Scene) -> None:
    """Nothing has happened."""


class Attempt(NamedTuple):
    """Its name, what is tried in which scene, and how the journal tells why it did not pass.

    `given` is what somebody has done on the forge before, by hand.
    """

    name: str
    tries: Callable[[Any], object]
    why: str
    given: Callable[[Any], object] = _nothing


def named(attempt: Attempt) -> str:
    """How a test of an attempt is called."""
    return attempt.name.replace(" ", "-")


def nobody_gets_past(attempt: Attempt, scene: Scene) -> None:
    """Refused or left waiting; the forge is as it was, and the journal has an entry that says why."""
    attempt.given(scene)
    world, store = scene.place.forge.world, scene.desk.store
    before, seq = (len(world.log.writes()), world.grants()), store.head()[0]

    with suppress(SeatkeeperError):
        assert _left_waiting(attempt.tries(scene))

    assert (len(world.log.writes()), world.grants()) == before
    entries = store.entries(kinds={"refusal"}, after_seq=seq)
    told = [f"{e.payload['why']} {e.payload.get('sum', '')}" for e in entries if e.payload]
    assert any(attempt.why in why for why in told), told


def _left_waiting(came: object) -> bool:
    """A command's exit code says so, or the schedule has only proposed."""
    return came.run is None and bool(came.why) if isinstance(came, Scheduled) else came in {2, 4, 6, 7, 8}


def strangers_key(place: Workplace) -> str:
    """A key of Mallory's, whom the approvers file does not name."""
    key = place.stage.key(MALLORY)
    told = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]
    subprocess.run(told, check=True, capture_output=True)
    return key


@contextmanager
def prepared_in(folder: Path) -> Iterator[Night]:
    """Adopted and committed; one plan is approved, one waits, and one is wrong."""
    with workplace(folder, edits=((PROPOSE, APPLY),)) as place:
        place.adopt()
        place.only_one_has_left()
        place.commit()
        strangers_key(place)
        approved = place.sign(place.plan())
        desk = place.office.desk
        due = compute(desk, observe(desk), work="leave")
        due.decisions.close()
        people = place.stage.database.read_bytes()
        place.left_long_ago(1)
        waiting = place.plan()
        place.left_long_ago(20)
        wrong = place.plan()
        for one in (waiting, wrong):
            propose(desk, one.plan, one.digest, place.stage.key(ANA))
        place.stage.database.write_bytes(people)
        yield Night(place, approved, waiting, wrong, due)


@contextmanager
def copied_to(folder: Path, whole: Night) -> Iterator[Night]:
    """A copy of it beside the same forge."""
    place = whole.place
    shutil.copytree(place.config.parent, folder)
    stage, environ = replace(place.stage, folder=folder), dict(place.environ)
    config = folder / place.config.name
    with open_office(config, environ, Silent()) as office:
        yield replace(whole, place=replace(place, stage=stage, config=config, environ=environ, office=office))
