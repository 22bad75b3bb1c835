"""Answers that are lost, late, or no: what became of a step is read, and no write is sent twice."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from seatkeeper.errors import Braked, ForgeError
from seatkeeper.model.grants import Resource
from seatkeeper.model.plan import Change
from tests.workflow.approved import Approved

pytestmark = pytest.mark.slow

POST = {"method": "POST", "path": ".*/invitations"}
PUT = {"method": "PUT", "path": ".*/memberships/.*"}
DELETE = {"method": "DELETE", "path": "/orgs/[^/]*/memberships/.*"}
CALLS = {"join": POST, "move": PUT, "leave": DELETE}


def writes(story: Approved) -> Counter[str]:
    """How often each write went out."""
    return Counter(f"{r.method} {r.path}" for r in story.world.log.writes())


@pytest.mark.parametrize("kind", CALLS)
def test_an_answer_lost_after_success_is_read_back(story: Approved, kind: str) -> None:
    """The forge did it and hung up: confirmed by reading, one effect, one request."""
    story.world.faults.add("reset-after", **CALLS[kind])

    state = story.apply()

    assert {c.progressed for c in state.changes} == {"confirmed", "pending"}
    for change in story.plan.changes:
        assert max(Counter(story.effects(change.account)).values()) == 1


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("fault", ["status", "reset", "html", "truncated"])
def test_a_write_that_failed_without_a_word_is_never_sent_again(
    story: Approved, kind: str, fault: Any
) -> None:
    """Unknown or confirmed by what is read; an unknown stops the run until a person has looked."""
    story.world.faults.add(fault, **CALLS[kind])

    try:
        story.apply()
    except Braked:
        results = [s.result for c in story.run().changes for s in c.steps]
        assert "unknown" in results

    assert max(writes(story).values()) == 1
    for change in story.plan.changes:
        assert max([*Counter(story.effects(change.account)).values(), 0]) <= 1


@pytest.mark.parametrize("status", [403, 422])
def test_a_no_is_a_no_and_the_rest_goes_on(story: Approved, status: int) -> None:
    """The person keeps what they have, it is told why, and nobody else waits for it."""
    story.world.faults.add("status", status=status, body='{"message": "not this one"}', **POST)

    state = story.apply()

    join = story.of(story.change("join"))
    assert join.progressed == "refused"
    assert "not this one" in join.steps[0].why
    assert {c.progressed for c in state.changes if c.change.kind != "join"} == {"confirmed"}


def test_nothing_is_taken_when_what_was_to_be_given_first_was_refused(story: Approved) -> None:
    """A move gives before it takes, so that nobody stands between two teams with neither."""
    change = story.change("move")
    story.world.faults.add("status", status=403, body='{"message": "no"}', **PUT)

    story.apply()

    assert story.held(change.account) == change.before
    assert {s.result for s in story.of(change).steps} == {"refused"}


def test_a_short_wait_is_waited_and_the_step_goes_once(story: Approved) -> None:
    """Asked to come back in a minute: we do, and the effect is there once."""
    story.world.faults.add("rate-limited", headers={"retry-after": "60"}, **DELETE)

    state = story.apply()

    assert {c.progressed for c in state.changes} == {"confirmed", "pending"}
    leaver = story.change("leave")
    assert len(story.effects(leaver.account, "member-removed")) == 1


def test_an_account_that_moves_during_a_long_wait_is_left_alone(story: Approved) -> None:
    """After the wait it is read again; what it has become is not what was approved."""
    leaver = story.change("leave")
    story.world.faults.add(
        "rate-limited", headers={"retry-after": "3000"}, method="DELETE", path=f".*/{leaver.login}"
    )
    free = next(
        t for t in story.world.teams if Resource("team", t) not in {g.resource for g in leaver.before}
    )
    story.world.later(60, lambda: story.world.place(leaver.account, free))

    story.apply()

    assert story.of(leaver).progressed == "drifted"
    assert story.effects(leaver.account, "member-removed") == []


def unreadable(story: Approved, bad: set[str]) -> None:
    """The forge can't tell of these accounts."""
    reader = story.office.desk.reader
    plainly = reader.accounts

    def picky(targets: Any) -> Any:
        if any(t.account in bad for t in targets):
            raise ForgeError("the forge stumbled")
        return plainly(targets)

    reader.accounts = picky  # type: ignore[method-assign]


def test_one_account_that_cannot_be_read_is_held_alone(story: Approved) -> None:
    """Nothing was sent for it and that is told; the rest of the plan is carried out."""
    leaver = story.change("leave")
    unreadable(story, {leaver.account})

    state = story.apply()

    assert story.of(leaver).progressed == "refused"
    assert story.of(leaver).steps[0].why.startswith("nothing was sent")
    assert story.held(leaver.account) == leaver.before
    assert state.ended is not None
    assert {c.progressed for c in state.changes if c.change != leaver} == {"confirmed", "pending"}


def test_several_in_a_row_that_cannot_be_read_stop_the_run(story: Approved) -> None:
    """That is the forge and not the account: the run stands still, and goes on when it is back."""
    unreadable(story, {c.account for c in story.plan.changes})

    with pytest.raises((ForgeError, Braked)):
        story.apply()

    assert story.world.log.writes() == []
    assert story.run().ended is None


def losing(story: Approved, change: Change, *kinds: str) -> None:
    """From the write about this account on, the forge does not tell of these resources any more."""
    reader = story.office.desk.reader
    plainly = reader.accounts

    def forgetful(targets: Any) -> Any:
        found = dict(plainly(targets))
        state = found.get(change.account)
        sent = any(request.path.endswith(f"/{change.login}") for request in story.world.log.writes())
        if state is None or not sent:
            return found
        unread = frozenset(g.resource for g in change.before if g.resource.kind in kinds)
        kept = frozenset(g for g in state.grants if g.resource not in unread)
        found[change.account] = replace(state, unread=state.unread | unread, grants=kept)
        return found

    reader.accounts = forgetful  # type: ignore[method-assign]


def test_what_can_not_be_read_back_is_unknown_and_not_gone(story: Approved) -> None:
    """A resource that tells nothing afterwards confirms nothing; it counts as lost, for the limits."""
    change = next(c for c in story.plan.changes if c.kind == "leave")
    losing(story, change, "organization")
    story.world.faults.add("status", status=502, path=f"/orgs/[^/]*/memberships/{change.login}")

    with pytest.raises(Braked):
        story.apply()

    assert story.of(change).steps[0].result == "unknown"
    (outcome, *_) = story.entries(change, "outcome")
    assert outcome.payload is not None
    assert outcome.payload["lost"]
