"""One change, walked safely: what the forge shows is what is told, and nothing is sent twice."""

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
