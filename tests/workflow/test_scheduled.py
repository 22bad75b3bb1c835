"""The schedule does what the switch, the plan and a standing approval allow; the rest waits, and says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.rules import planfile
from seatkeeper.workflow.brake import stop
from seatkeeper.workflow.scheduled import Scheduled
from tests.workflow.place import ANA, Workplace, workplace

pytestmark = pytest.mark.slow

WRITTEN = "apply: {leave: propose, join: propose, from_branch: main}"
APPLY = WRITTEN.replace("propose", "apply")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted, in a clean checkout of main, whose schedule may apply; one has left."""
    with workplace(tmp_path, edits=((WRITTEN, APPLY),)) as place:
        place.adopt()
        place.only_one_has_left()
        place.commit()
        yield place


def waits(done: Scheduled, place: Workplace, why: str) -> None:
    """Nothing was carried out; the file lies there, and both the answer and the journal tell why."""
    assert done.run is None
    assert done.computed is not None
    assert why in " ".join(done.why)
    assert why in place.refusals()[-1]
    file = (place.config.parent / f"plan-{done.switched.work}.json").read_bytes()
    assert planfile.digest(file) == done.computed.digest
    assert not place.forge.world.log.writes()


def test_small_plans_of_an_approved_policy_are_carried_out_by_the_clock(place: Workplace) -> None:
    """The leaver goes in the morning, the joiners are asked in later, each by its own work."""
    place.stand()

    leave, join = place.scheduled("leave"), place.scheduled("join")

    assert leave.run is not None
    assert [(c.change.kind, c.progressed) for c in leave.run.changes] == [("leave", "confirmed")]
    assert join.run is not None
    assert {c.change.kind for c in join.run.changes} <= {"join", "move"}
    assert not any(c.change.lost for c in join.run.changes)
    started = list(place.office.desk.store.entries(kinds={"run-started"}))[-1].payload or {}
    assert (started["proposer"], started["approvers"]) == ("the schedule", ["ben@acme.example"])


def test_without_a_standing_approval_the_plan_waits(place: Workplace) -> None:
    """And the exit code is that of a missing approval."""
    done = place.scheduled("leave")

    waits(done, place, "Nobody has approved this policy's leave for the schedule")
    assert done.codes >= {3, 6}


def test_a_standing_approval_is_for_one_work(place: Workplace) -> None:
    """Who approved joins has not approved leaves."""
    place.stand("join")

    waits(place.scheduled("leave"), place, "Nobody has approved this policy's leave")


def test_a_standing_approval_is_for_one_policy(place: Workplace) -> None:
    """A line changed since, committed or not, is a policy nobody approved."""
    place.stand()
    text = place.config.read_text("utf-8")
    place.config.write_text(text.replace("limits: {}", "limits: {run: 9}"), "utf-8")

    with place.reopened() as dirty:
        waits(dirty.scheduled("leave"), dirty, "the checkout is not clean")
    place.commit()
    with place.reopened() as committed:
        waits(committed.scheduled("leave"), committed, "Nobody has approved this policy's leave")


def test_a_standing_approval_ends_after_thirty_days(place: Workplace) -> None:
    """However ordinary the days were."""
    place.stand()
    place.forge.world.advance(30 * 86400)

    waits(place.scheduled("join"), place, "Nobody has approved this policy's join")


def test_the_schedule_waits_where_the_checkout_is_of_another_branch(place: Workplace) -> None:
    """The branch is named in the configuration that is asked."""
    place.stand()
    (place.config.parent / ".git" / "HEAD").write_text("ref: refs/heads/mine\n", "utf-8")
    place.commit()

    with place.reopened() as elsewhere:
        waits(elsewhere.scheduled("leave"), elsewhere, "the checkout is of mine")


def test_more_than_may_go_unattended_waits_for_an_approver(place: Workplace) -> None:
    """One more than the limit: the guard asks, and nobody is there to answer."""
    place.stand()
    place.left_long_ago(2)

    waits(place.scheduled("leave"), place, "asks for an approver")


def test_a_wrong_list_trips_and_sets_no_brake_as_nothing_began(place: Workplace) -> None:
    """What only gives goes on: a schedule that locks itself out is switched off before long."""
    place.stand()
    place.left_long_ago(20)

    done = place.scheduled("leave")
    waits(done, place, "The guard selection stops this plan")
    assert 4 in done.codes
    assert place.scheduled("join").run is not None


def test_a_brake_stops_the_schedule_too(place: Workplace) -> None:
    """Its plan waits, and the code is the brake's."""
    place.stand()
    stop(place.office.desk, place.office.known_organization(), "wrong list", ANA)

    done = place.scheduled("leave")
    waits(done, place, "wrong list")
    assert 8 in done.codes


def test_a_switch_that_is_off_reads_nothing(place: Workplace) -> None:
    """And says that it is off, in the journal too."""
    place.environ["SEATKEEPER_APPLY_LEAVE"] = "off"
    with place.reopened() as lowered:
        before = len(lowered.forge.world.log.requests)
        done = lowered.scheduled("leave")

        assert done.computed is None
        assert "lowers apply.leave to off" in lowered.refusals()[-1]
        assert len(lowered.forge.world.log.requests) - before <= 1


def test_an_organization_nobody_adopted_is_only_looked_at(tmp_path: Path) -> None:
    """The schedule lays down the baseline and waits for people."""
    with workplace(tmp_path, edits=((WRITTEN, APPLY),)) as fresh:
        fresh.commit()
        done = fresh.scheduled("leave")

        waits(done, fresh, "kind adoption")
