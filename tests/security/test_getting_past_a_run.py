"""Whoever changes something in the midst of a run, or starts a second one, gets nowhere."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.workflow.brake import release, stop
from tests.security.night import Attempt, named, nobody_gets_past, strangers_key
from tests.security.week import Week
from tests.workflow.place import ANA, BEN

pytestmark = pytest.mark.slow

Tries = Callable[[Week], object]

CHANGED = "The policy has changed since the plan was computed."
STRANGER = "the signature is by a key that the approvers file does not name"


def reloaded(old: str, new: str) -> Tries:
    """The configuration is edited while the run is interrupted, and a new process goes on."""

    def tries(week: Week) -> object:
        week.configured(old, new)
        return week.anew(Week.go_on)

    return tries


def approvers(change: Callable[[Week, list[str]], list[str]]) -> Tries:
    """The file that says whose key is whose is edited meanwhile."""

    def tries(week: Week) -> object:
        file = week.place.config.with_name("approvers.allowed_signers")
        lines = change(week, file.read_text("utf-8").splitlines())
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return week.anew(Week.go_on)

    return tries


def without_ben(_week: Week, lines: list[str]) -> list[str]:
    """He has left."""
    return [line for line in lines if not line.startswith(BEN)]


def another_key_for_ben(week: Week, lines: list[str]) -> list[str]:
    """Whoever signs with it from now on is Ben, and has signed nothing yet."""
    public = Path(strangers_key(week.place) + ".pub").read_text("utf-8").strip()
    return [f"{BEN} {public}" if line.startswith(BEN) else line for line in lines]


def held_elsewhere(then: Tries) -> Tries:
    """Another process, on a connection of its own, holds the organization."""

    def tries(week: Week) -> object:
        with week.place.reopened() as other:
            store, now = other.office.desk.store, week.desk.clock.now()
            store.acquire(week.half.plan.organization.id, "elsewhere:1", now, timedelta(hours=1))
            return then(week)

    return tries


def braked(then: Tries) -> Tries:
    """Somebody has stopped it all."""

    def tries(week: Week) -> object:
        stop(week.desk, week.half.plan.organization, "a wrong list", ANA)
        return then(week)

    return tries


def let_go(week: Week) -> object:
    """A stranger signs that it may go on."""
    return release(week.desk, week.half.plan.organization, "fine", strangers_key(week.place))


def by_the_schedule(week: Week) -> object:
    """The rest is the schedule's, which Ben lets carry out small plans."""
    week.place.stand()
    return week.apply(week.half, work="leave")


def days_later(week: Week) -> object:
    """The approval is over by now."""
    week.place.forge.world.advance(timedelta(days=5).total_seconds())
    return week.go_on()


ATTEMPTS = (
    Attempt("reload with a larger limit", reloaded("limits: {}", "limits: {run: 99}"), CHANGED),
    Attempt("reload with more to take from", reloaded("manages: []", "manages: [platform]"), CHANGED),
    Attempt(
        "reload with people who vanished", reloaded("absent: hold", "absent: {propose_after: 1d}"), CHANGED
    ),
    Attempt("reload without the approver", approvers(without_ben), STRANGER),
    Attempt("reload with another key for the approver", approvers(another_key_for_ben), STRANGER),
    Attempt(
        "reload with the approver behind the credential",
        lambda w: w.apply(w.half, w.at(credential_owner=BEN)),
        "2 of 2 changes have no valid approval",
    ),
    Attempt("go on once the approval is over", days_later, "2 of 2 changes have no valid approval"),
    Attempt("go on by a clock of before", lambda w: w.apply(w.half, w.moved(days=-2)), "behind the journal"),
    Attempt("go on as the schedule", by_the_schedule, "the guard losses-run asks for an approver"),
    Attempt("go on in spite of the brake", braked(Week.go_on), "a wrong list"),
    Attempt("let go of the brake with a stranger's key", braked(let_go), STRANGER),
    Attempt("another plan before the run has ended", lambda w: w.apply(w.twin), "A later run has changed"),
    Attempt("go on while another process does", held_elsewhere(Week.go_on), "is held by elsewhere:1"),
    Attempt(
        "another plan while a process is at work",
        held_elsewhere(lambda w: w.apply(w.twin)),
        "is held by elsewhere:1",
    ),
)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, interrupted: Week) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, interrupted)
