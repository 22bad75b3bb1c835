"""One change, walked safely: what the forge shows is what is told, and nothing is sent twice."""

from dataclasses import replace

import pytest

from seatkeeper.errors import PlanRefused
from seatkeeper.journal.fold import read_grants
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import OrganizationId
from tests.workflow.approved import Approved


def test_the_whole_plan_is_carried_out_and_each_step_has_an_intent_and_an_outcome(story: Approved) -> None:
    """Joined, moved, left: as approved, each effect once."""
    state = story.apply()

    assert state.ended is not None
    for change in state.changes:
        told = "pending" if change.change.kind == "join" else "confirmed"
        assert change.progressed == told
        intents, outcomes = (story.entries(change.change, kind) for kind in ("intent", "outcome"))
        assert [e.step for e in intents] == [e.step for e in outcomes]
        assert len(set(story.effects(change.change.account))) == len(story.effects(change.change.account))
        if told == "confirmed":
            assert story.held(change.change.account) == change.change.after


def test_what_survives_the_membership_is_taken_step_by_step(story: Approved) -> None:
    """On a forge that leaves direct grants behind, each goes with a call of its own."""
    story.world.removal_takes_direct = False
    leaver = story.change("leave")

    story.apply()

    assert story.held(leaver.account) == frozenset()
    assert story.of(leaver).progressed == "confirmed"
    direct = sum(g.resource.kind == "repository" for g in leaver.before)
    assert direct > 0
    assert len(story.effects(leaver.account, "direct-removed")) == direct


def test_a_run_that_was_erased_outcome_by_outcome_sends_nothing_again(story: Approved) -> None:
    """An outcome without its payload happened all the same; what it was is unknown."""
    join = story.change("join")
    story.apply()
    with story.world.lock:
        story.world.decline(join.account)
    store = story.office.desk.store
    store.erase([e.seq for e in story.entries(join, "outcome")], story.world.now(), "ana", "asked")

    assert story.of(join).progressed == "unknown"
    assert story.follow() == {}
    assert len(story.effects(join.account, "invitation")) == 1


def test_what_is_journaled_as_gained_and_lost_is_what_happened(story: Approved) -> None:
    """The sums of a change's outcomes are its own losses and gains, neither more nor less."""
    story.apply()

    for change in story.plan.changes:
        entries = story.entries(change, "outcome")
        lost = frozenset[Grant]().union(*(read_grants((e.payload or {})["lost"]) for e in entries))
        gained = frozenset[Grant]().union(*(read_grants((e.payload or {})["gained"]) for e in entries))
        assert lost == change.lost
        assert gained == (change.gained if change.kind != "join" else frozenset())


def test_a_refused_gift_is_not_journaled_as_given(story: Approved) -> None:
    """History must not say that we gave what the forge refused."""
    story.world.faults.add("status", status=403, method="PUT", path=".*/memberships/.*")

    story.apply()

    for entry in story.entries(story.change("move"), "outcome"):
        assert entry.payload is not None
        assert (entry.payload["result"], entry.payload["gained"], entry.payload["lost"]) == (
            "refused",
            [],
            [],
        )


def test_a_plan_computed_elsewhere_resolves_nothing_here(story: Approved) -> None:
    """The configured organization has another id by now: nothing about ours is read from it."""
    story.plan = replace(story.plan, organization=story.plan.organization._replace(id=OrganizationId("4711")))

    with pytest.raises(PlanRefused, match="another organization"):
        story.apply()

    assert story.world.log.writes() == []
