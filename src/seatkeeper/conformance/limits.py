"""Limits and pace: what the connector says it can do is coherent, and it keeps to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from seatkeeper.conformance.behaviour import Scene, Subject, holds, same
from seatkeeper.conformance.ground import Ground
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.snapshot import Intake, Snapshot

SUBJECT = Subject("limits")
WRITES = 4


class Counted:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.label = ""
        self.total: int | None = None
        self.moved = 0

    @contextmanager
    def task(self, label: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Remember the last task."""
        self.label, self.total, self.moved = label, total, 0
        yield self._move

    def _move(self, units: int) -> None:
        self.moved += units


@dataclass(frozen=True)
class Said:
    """What the connector says of itself, twice, and what a reading told on the way."""

    ground: Ground
    can: Capabilities
    again: Capabilities
    progress: Counted
    snapshot: Snapshot
    intake: Intake


def _say(ground: Ground) -> Said:
    reader, progress = ground.reader, Counted()
    return Said(
        ground,
        reader.capabilities,
        reader.capabilities,
        progress,
        reader.snapshot(progress),
        reader.intake(),
    )


SAID = Scene(_say)


@SUBJECT.shows("what it can do is the same when asked again", SAID)
def _same_again(said: Said) -> None:
    same(said.again, said.can)


@SUBJECT.shows("it says what kind of forge it is, and under which regime", SAID)
def _named(said: Said) -> None:
    holds(said.can.kind and said.can.regime, "two words", (said.can.kind, said.can.regime))


@SUBJECT.shows("a direct grant is told exactly, and not as what somebody can do in the end", SAID)
def _exact(said: Said) -> None:
    holds(said.can.exact_direct_grants, "exact grants", said.can.exact_direct_grants)


@SUBJECT.shows("invitations end only where somebody must accept", SAID)
def _acceptance(said: Said) -> None:
    days = said.can.acceptance_days
    holds(said.can.needs_acceptance or days is None, "no days", days)


@SUBJECT.shows("there is a daily allowance of invitations only where somebody must accept", SAID)
def _allowance(said: Said) -> None:
    allowance = said.can.invitations_per_day
    holds(said.can.needs_acceptance or allowance is None, "no allowance", allowance)


@SUBJECT.shows("every limit that is a number is more than nothing", SAID)
def _positive(said: Said) -> None:
    can = said.can
    told = (can.acceptance_days, can.reinstate_days, can.invitations_per_day, can.mailed_per_hour)
    holds(all(one is None or one > 0 for one in told) and can.write_seconds >= 0, "more than 0", told)


@SUBJECT.shows("whoever else owns membership can be asked for it", SAID)
def _ask(said: Said) -> None:
    holds(said.can.membership_owner is None or said.can.ask, "whom to ask", said.can.ask)


@SUBJECT.shows("what outlives a removal is told", SAID)
def _outlives(said: Said) -> None:
    holds(all(said.can.outlives) and said.can.outlives, "where to look", said.can.outlives)


@SUBJECT.shows("it is read who is suspended exactly where somebody can be", SAID)
def _suspensions(said: Said) -> None:
    same(said.snapshot.coverage.whole("suspensions"), said.can.suspends_without_loss)


@SUBJECT.shows("the seats that people who come in meet are those of a snapshot", SAID)
def _seats(said: Said) -> None:
    same(said.intake.seats, said.snapshot.seats)


@SUBJECT.shows("a long reading says what it does, and how far it is", SAID)
def _progress(said: Said) -> None:
    told = said.progress
    holds(
        told.label and told.moved == (told.total or told.moved),
        "all of it",
        (told.label, told.total, told.moved),
    )


@dataclass(frozen=True)
class Paced:
    """A few writes one right after the other, and how long they took by the clock."""

    pause: float
    seconds: float


def _pace(ground: Ground) -> Paced:
    person = ground.first
    ground.settle(person, {ground.membership(person)})
    state, place = ground.state(person), ground.place(person, "plain")
    began = ground.clock.now()
    for _ in range(WRITES):
        ground.send("give", person, place, state=state)
    took = (ground.clock.now() - began).total_seconds()
    return Paced(ground.reader.capabilities.write_seconds, took)


PACED = Scene(_pace, ("membership is ours", "acceptance"))


@SUBJECT.shows("writes keep the pause that the forge asks for", PACED)
def _pause(paced: Paced) -> None:
    least = (WRITES - 1) * paced.pause
    holds(paced.seconds >= least, f"at least {least} s", f"{paced.seconds} s")
