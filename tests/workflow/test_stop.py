"""Stop means stop: at most one more step, whoever says so and whenever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from seatkeeper.errors import Braked, GuardTripped, PlanRefused
from seatkeeper.model.plan import Step, Verdict
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import AccountState
from seatkeeper.rules import planfile
from tests.workflow.approved import Approved


class Stops:
    """Sets the brake from elsewhere just before the n-th step is sent."""

    def __init__(self, story: Approved, nth: int) -> None:
        self.story, self.nth, self.sent = story, nth, 0

    def __call__(self, _step: Step, _state: AccountState) -> None:
        self.sent += 1
        if self.sent == self.nth:
            with self.story.reopened() as elsewhere:
                elsewhere.stop()


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_stop_lets_at_most_the_step_go_that_was_under_way(story: Approved, nth: int) -> None:
    """Between two changes or between two steps of one; what was sent has its outcome at once."""
    stops = Stops(story, nth)

    with pytest.raises(Braked):
        story.apply(before=stops)

    assert stops.sent == nth
    assert len(story.world.log.writes()) == nth
    sent = [s for c in story.run().changes for s in c.steps if s.why == "read back"]
    assert len(sent) == nth
    assert story.run().ended is None


@pytest.mark.parametrize("nth", [1, 3])
def test_after_the_release_the_run_goes_on_where_it_stopped(story: Approved, nth: int) -> None:
    """Nothing is done twice, and nothing is forgotten."""
    with pytest.raises(Braked):
        story.apply(before=Stops(story, nth))
    with pytest.raises(Braked):
        story.apply()
    story.release()

    state = story.apply()

    assert state.ended is not None
    assert {c.progressed for c in state.changes} == {"confirmed", "pending"}
    assert len(story.world.log.writes()) == len(set(story.world.log.writes()))
    for change in story.plan.changes:
        effects = story.effects(change.account)
        assert len(effects) == len(set(effects))


def test_a_brake_keeps_a_plan_from_starting(story: Approved) -> None:
    """Not a run, not an intent."""
    story.stop()

    with pytest.raises(Braked, match="wrong list"):
        story.apply()

    assert story.world.log.writes() == []
    assert list(story.office.desk.store.entries(kinds={"run-started", "intent"})) == []


def test_a_brake_keeps_follow_from_writing(story: Approved) -> None:
    """Whoever accepted waits until somebody lets go of the brake."""
    join = story.change("join")
    story.apply()
    with story.world.lock:
        story.world.accept(join.account)
    story.stop()
    writes = len(story.world.log.writes())

    with pytest.raises(Braked):
        story.follow()

    assert len(story.world.log.writes()) == writes
    assert story.of(join).progressed == "pending"


def test_a_stop_while_the_forge_makes_us_wait_is_heard(story: Approved) -> None:
    """An hour's wait is spent with an eye on the brake."""
    story.world.faults.add("rate-limited", method="DELETE", headers={"retry-after": "3000"})
    clock, started = story.office.desk.clock, story.world.now()
    plainly = clock.sleep

    def sleep(seconds: float) -> None:
        plainly(seconds)
        if story.world.now() - started > timedelta(minutes=12):
            story.stop()

    clock.sleep = sleep  # type: ignore[method-assign]  # somebody stops it while it sleeps

    with pytest.raises(Braked):
        story.apply()

    assert story.world.now() - started < timedelta(minutes=25)
    assert all(request.status != 204 for request in story.world.log.writes())


def test_a_guard_that_trips_as_a_run_starts_sets_the_brake(story: Approved) -> None:
    """A tripped plan that somebody tries all the same stops everything until a person has looked."""
    story.plan = replace(story.plan, verdicts=(Verdict("losses-run", "trips", "5 of 3 allowed"),))
    story.file = planfile.encode(story.plan)
    story.digest = planfile.digest(story.file)
    planned = Draft("planned", story.plan.organization.id, {"plan": story.digest})
    story.office.desk.store.append([planned], story.office.desk.clock.now())

    with pytest.raises(GuardTripped):
        story.apply()

    assert [e.kind for e in story.office.desk.store.entries(kinds={"trip"})] == ["trip"]
    with pytest.raises(Braked, match="losses-run"):
        story.apply()
    assert story.world.log.writes() == []


def test_a_stopped_run_whose_plan_has_grown_old_sends_nothing_more(story: Approved) -> None:
    """What was in flight is resolved by reading, the rest is told as not done, and the run has ended."""
    with pytest.raises(Braked):
        story.apply(before=Stops(story, 3))
    story.release()
    story.world.advance(5 * 3600)
    writes = story.world.log.writes()

    with pytest.raises(PlanRefused, match="too old"):
        story.apply()

    state = story.run()
    assert story.world.log.writes() == writes
    assert state.ended is not None
    assert not any(s.in_flight for c in state.changes for s in c.steps)
    assert "waiting" not in {c.progressed for c in state.changes}
