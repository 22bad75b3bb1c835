"""What was approved is what is done: an account that moved since the plan is left alone."""

from collections.abc import Callable

import pytest

from seatkeeper.errors import PlanRefused
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, TeamId
from seatkeeper.model.plan import Change
from seatkeeper.model.run import Draft
from tests.workflow.approved import Approved

Moved = Callable[[Approved, Change], object]


def place_in_another_team(story: Approved, change: Change) -> None:
    taken = {g.resource.id for g in change.before | change.after}
    story.world.place(change.account, next(t for t in story.world.teams if t not in taken))


def promote_in_a_team(story: Approved, change: Change) -> None:
    story.world.place(change.account, _team(change), "maintainer")


def take_from_a_team(story: Approved, change: Change) -> None:
    story.world.displace(change.account, _team(change))


def make_owner(story: Approved, change: Change) -> None:
    story.world.member(change.account, "owner")


def _team(change: Change) -> TeamId:
    return TeamId(min(g.resource.id for g in change.before if g.resource.kind == "team"))


@pytest.mark.parametrize(
    "moved",
    [place_in_another_team, promote_in_a_team, take_from_a_team, make_owner],
    ids=lambda m: m.__name__,
)
@pytest.mark.parametrize("kind", ["leave", "move"])
def test_an_account_that_moved_since_the_plan_is_left_alone(story: Approved, kind: str, moved: Moved) -> None:
    """Nothing is sent for it, it is told as drifted, and the rest of the plan is carried out."""
    change = story.change(kind)
    with story.world.lock:
        moved(story, change)
    held = story.held(change.account)
    story.world.log.effects.clear()

    state = story.apply()

    assert story.of(change).progressed == "drifted"
    assert story.held(change.account) == held
    assert story.effects(change.account) == []
    others = {c.progressed for c in state.changes if c.change != change}
    assert others == {"confirmed", "pending"}


def test_a_deleted_account_is_left_alone(story: Approved) -> None:
    """Its id is nobody's any more; that is told, and not called a success."""
    change = story.change("leave")
    with story.world.lock:
        story.world.delete_account(change.account)

    story.apply()

    assert story.of(change).progressed == "drifted"
    assert "does not exist" in story.of(change).steps[0].why


def test_a_renamed_leaver_goes_and_the_stranger_with_the_old_login_stays(story: Approved) -> None:
    """An account is its id: a new login is no drift, and a recycled one is nobody we know."""
    change = story.change("leave")
    with story.world.lock:
        story.world.rename(change.account, "married-name")
        stranger = story.world.account(change.login)
        story.world.member(stranger)
        story.world.place(stranger, _team(change))
    theirs = story.held(stranger)

    story.apply()

    assert story.of(change).progressed == "confirmed"
    assert story.held(change.account) == frozenset()
    assert story.held(stranger) == theirs
    assert story.effects(stranger, "member-removed") == []


def test_a_joiner_who_came_in_meanwhile_is_not_invited(story: Approved) -> None:
    """Somebody else let them in: the change is drifted and no mail goes out."""
    change = story.change("join")
    with story.world.lock:
        story.world.member(change.account)

    story.apply()

    assert story.of(change).progressed == "drifted"
    assert story.effects(change.account, "invitation") == []


def test_a_joiner_whom_somebody_else_invited_is_not_invited_again(story: Approved) -> None:
    """One invitation is out, and it is not ours."""
    change = story.change("join")
    with story.world.lock:
        story.world.invite(change.account)

    story.apply()

    assert story.of(change).progressed == "drifted"
    assert len(story.effects(change.account, "invitation")) == 1


def test_a_team_renamed_since_the_plan_is_still_the_same_team(story: Approved) -> None:
    """Names are looked up by id in the same reading."""
    change = story.change("move")
    team = next(g.resource.id for s in change.steps if s.action == "give" for g in s.grants)
    with story.world.lock:
        story.world.rename_team(TeamId(team), "another-slug")

    story.apply()

    assert story.held(change.account) == change.after


def test_owners_are_counted_on_the_forge_before_one_goes(story: Approved) -> None:
    """Nobody who is an owner by now goes as a member, however few remain."""
    change = story.change("leave")
    with story.world.lock:
        story.world.member(change.account, "owner")

    story.apply()

    organization = Resource("organization", story.plan.organization.id)
    assert any(g.resource == organization and g.role == "owner" for g in story.held(change.account))


def test_a_policy_that_changed_since_the_plan_is_heard_first(story: Approved) -> None:
    """Whoever writes a keep pin after reading the plan must not see it carried out."""
    story.pin(story.change("leave").login, "keep")

    with story.reopened() as later, pytest.raises(PlanRefused, match="policy has changed"):
        later.apply()

    assert story.world.log.writes() == []


def test_a_pin_set_in_the_journal_since_the_plan_is_heard_first(story: Approved) -> None:
    """A pin that no file knows protects from plans older than itself."""
    account: AccountId = story.change("leave").account
    payload = {"kind": "keep", "owner": "ana", "reason": "wait", "until": "2030-01-31", "account": account}
    drafts = [Draft("pin", story.plan.organization.id, payload)]
    story.office.desk.store.append(drafts, story.office.desk.clock.now())

    with pytest.raises(PlanRefused, match="pin"):
        story.apply()

    assert story.world.log.writes() == []
