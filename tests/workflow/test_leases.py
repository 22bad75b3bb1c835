"""One process at a time, and one that lost the organization writes nothing more."""

from datetime import timedelta
from typing import Any

import pytest

from seatkeeper.errors import LeaseLost, PlanRefused
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import AccountState
from tests.workflow.approved import Approved

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def take_over(story: Approved) -> None:
    """Another process finds the lease run out and takes it."""
    with story.reopened() as other:
        now = story.world.now() + HOUR
        other.office.desk.store.acquire(story.plan.organization.id, "elsewhere:1", now, HOUR)


def test_a_second_process_is_refused_while_the_first_works(story: Approved) -> None:
    """It is told who holds the organization, and nothing is sent by it."""
    refusals = []

    def second(_step: Step, _state: AccountState) -> None:
        with story.reopened() as other, pytest.raises(LeaseLost) as refused:
            other.office.desk.store.acquire("9001", "elsewhere:1", story.world.now(), HOUR)
        refusals.append(refused.value.what)

    story.apply(before=second)

    assert refusals
    assert all("story" in what for what in refusals)


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_stolen_lease_stops_the_first_before_its_next_write(story: Approved, nth: int) -> None:
    """At most the step under way goes; the journal refuses the rest by itself."""
    sent = []

    def stolen(step: Step, _state: AccountState) -> None:
        sent.append(step)
        if len(sent) == nth:
            take_over(story)

    with pytest.raises(LeaseLost):
        story.apply(before=stolen)

    assert len(sent) == nth
    assert len(story.world.log.writes()) == nth


def test_a_lease_lost_during_a_long_reading_is_noticed_before_the_step(story: Approved) -> None:
    """A forge may make a reader wait an hour, longer than a lease lasts."""
    reader = story.office.desk.reader
    plainly = reader.accounts
    change = story.plan.changes[0]

    def slow(targets: Any) -> Any:
        if targets[0].account == change.account:
            take_over(story)
        return plainly(targets)

    reader.accounts = slow  # type: ignore[method-assign]

    with pytest.raises(LeaseLost):
        story.apply()

    assert story.world.log.writes() == []


def test_follow_waits_for_the_process_that_applies(story: Approved) -> None:
    """Two hands on one run would each believe the other's work their own."""
    story.apply()
    store = story.office.desk.store
    store.acquire(story.plan.organization.id, "elsewhere:1", story.world.now(), HOUR)

    with pytest.raises(LeaseLost, match="elsewhere:1"):
        story.follow()


def test_a_plan_that_was_carried_out_is_not_carried_out_again(story: Approved) -> None:
    """Whoever tries is told which run has done it."""
    story.apply()
    writes = story.world.log.writes()

    with pytest.raises(PlanRefused, match="carried out by run"):
        story.apply()

    assert story.world.log.writes() == writes
