"""What can't come back is named, with its reason in plain words, and the rest comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.policy import Pin
from seatkeeper.workflow.answer import answer
from tests.restoring.conftest import Small

QUARTER = timedelta(days=91).total_seconds()
WEEK = timedelta(days=7, minutes=5).total_seconds()


def asked_in(small: Small) -> list[str]:
    """Whose invitations are open, in the order in which they were sent."""
    world = small.forge.world
    return [world.accounts[one.account].login for one in world.pending() if one.account is not None]


def reasons(small: Small, run: str) -> dict[str, int]:
    """Restore the run, let everybody accept, follow; the residue by its words."""
    state = small.carry_out(small.restore(runs=(run,)).plan)
    small.accept(small.people)
    small.follow()
    return small.accounting(state.id).residue()


@pytest.mark.parametrize("allowance", [3, 6])
def test_invitations_beyond_a_days_allowance_go_on_the_days_after(small: Small, allowance: int) -> None:
    """One plan and one approval, however many days it takes; nobody is invited twice."""
    world = small.forge.world
    taken = small.take(small.people)
    small.forge.capabilities = replace(small.forge.capabilities, invitations_per_day=allowance)
    restoration = small.restore(runs=(taken.id,), first=("m9",))
    days = -(-10 // allowance) - 1
    assert restoration.plan.estimate is not None
    assert restoration.plan.estimate.days == days
    run = small.carry_out(restoration.plan)

    assert len(world.pending()) == allowance
    assert world.pending()[0].account == small.people[9]
    for _ in range(days):
        small.follow()
        world.advance(timedelta(days=1).total_seconds() + 60)
        small.follow()
    assert len(world.pending()) == 10
    assert len(world.invitations) == 10
    assert small.accounting(run.id).amounts()["pending"] == 50


@pytest.mark.parametrize("cap", [50, 500])
def test_github_s_caps_of_50_and_500_invitations_a_day_count_those_of_everybody(
    small: Small, cap: int
) -> None:
    """50 for a young or free organization, which only its refusal tells, and 500 otherwise.

    People have sent all but six of today's; four of ours go tomorrow, and no more than the cap in any day.
    """
    world = small.forge.world
    before = world.grants()
    taken = small.take(small.people)
    world.invitations_per_day = cap
    for n in range(cap - 6):
        world.invite(email=f"guest{n}@example.org")
    restoration = small.restore(runs=(taken.id,), first=("m9",))
    run = small.carry_out(restoration.plan)

    assert restoration.plan.estimate is not None
    known = cap == small.forge.capabilities.invitations_per_day
    assert restoration.plan.estimate.left_today == (6 if known else 500 - 44)
    assert restoration.plan.estimate.days == int(known)
    ours = [one for one in world.pending() if one.account is not None]
    assert [len(ours), len(world.invitations)] == [6, cap]
    assert ours[0].account == small.people[9]
    assert small.accounting(run.id).amounts()["pending"] == 50
    small.follow()
    assert len(world.invitations) == cap
    world.advance(timedelta(days=1, minutes=1).total_seconds())
    small.follow()
    assert len(world.invitations) == cap + 4
    assert small.desk.brake(small.forge.organization()) is None
    small.accept(small.people)
    small.follow()
    assert world.grants() == before


def test_a_forge_that_sends_fewer_than_it_publishes_is_believed_and_asked_again_tomorrow(
    small: Small,
) -> None:
    """A young organization may invite 50 a day: its word ends the day, not the restore, and sets no brake."""
    world = small.forge.world
    world.invitations_per_day = 4
    taken = small.take(small.people)
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)

    assert len(world.pending()) == 4
    assert small.desk.brake(small.forge.organization()) is None
    assert {line.standing for line in small.accounting(run.id).lines} == {"pending"}
    for _ in range(2):
        world.advance(timedelta(days=1).total_seconds() + 60)
        small.follow()
    assert len(world.pending()) == 10


def test_an_invitation_that_ran_out_is_sent_again_and_four_weeks_of_silence_are_an_answer(
    small: Small,
) -> None:
    """Each renewal is one more journaled invitation; in the end the residue says how many."""
    world, one = small.forge.world, small.people[0]
    taken = small.take([one])
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    for sent in range(2, 5):
        world.advance(timedelta(days=7, minutes=5).total_seconds())
        small.follow()
        small.follow()
        assert len(world.invitations) == sent
        assert small.accounting(run.id).amounts()["pending"] == 5
    world.advance(timedelta(days=7, minutes=5).total_seconds())
    small.follow()
    assert len(world.invitations) == 4
    assert small.accounting(run.id).residue() == {"invited 4 times, and no invitation was answered": 5}
    assert small.store.verify().verifies


def test_more_invitations_ran_out_than_a_day_sends_and_critical_people_are_asked_again_first(
    small: Small,
) -> None:
    """Three a day where ten ran out: the two that were marked come first, the others on the days after."""
    world = small.forge.world
    taken = small.take(small.people)
    run = small.carry_out(small.restore(runs=(taken.id,), first=("m9", "m7")).plan)
    world.advance(WEEK)
    small.forge.capabilities = replace(small.forge.capabilities, invitations_per_day=3)

    waits = {item.login for item in small.follow() if "none is left today" in item.news}
    assert asked_in(small) == ["m7", "m9", "m0"]
    assert waits == {"m1", "m2", "m3", "m4", "m5", "m6", "m8"}
    assert small.accounting(run.id).amounts()["pending"] == 50
    for day in (6, 9, 10):
        world.advance(timedelta(days=1, minutes=1).total_seconds())
        small.follow()
        assert len(asked_in(small)) == day
    assert len(world.invitations) == 10 + 10


def test_a_critical_person_of_a_later_restore_is_asked_again_before_all_of_an_earlier_one(
    small: Small,
) -> None:
    """The day's invitations are one for the whole organization, and so is who comes first."""
    world = small.forge.world
    taken = [small.take(small.people[:5]), small.take(small.people[5:])]
    small.carry_out(small.restore(runs=(taken[0].id,)).plan)
    small.carry_out(small.restore(runs=(taken[1].id,), first=("m9",)).plan)
    world.advance(WEEK)
    small.forge.capabilities = replace(small.forge.capabilities, invitations_per_day=3)
    small.follow()

    assert asked_in(small) == ["m9", "m0", "m1"]


def test_who_says_that_they_are_blocked_is_asked_again_before_everybody(small: Small) -> None:
    """Their answer on the status page came after the restore was approved."""
    world = small.forge.world
    taken = small.take(small.people)
    small.carry_out(small.restore(runs=(taken.id,), first=("m9",)).plan)
    world.advance(WEEK)
    small.forge.capabilities = replace(small.forge.capabilities, invitations_per_day=2)
    answer(small.desk, small.forge.organization(), small.people[4], "blocked")
    small.follow()

    assert asked_in(small) == ["m4", "m9"]


def test_a_renewed_invitation_that_is_accepted_brings_everything_back(small: Small) -> None:
    """The second invitation reinstates as the first would have."""
    before, one = small.forge.world.grants(), small.people[0]
    taken = small.take([one])
    small.carry_out(small.restore(runs=(taken.id,)).plan)
    small.forge.world.advance(timedelta(days=8).total_seconds())
    small.follow()
    small.accept([one])
    small.follow()

    assert small.forge.world.grants() == before


def test_a_reinstatement_that_the_forge_will_not_make_becomes_an_invitation(small: Small) -> None:
    """The forge's own memory is a courtesy; without it every grant is given."""
    before, world = small.forge.world.grants(), small.forge.world
    taken = small.take(small.people[:2])
    world.former.clear()
    small.carry_out(small.restore(runs=(taken.id,)).plan)
    assert not world.pending()
    small.follow()
    small.accept(small.people)
    small.follow()

    assert world.grants() == before


def test_whoever_turned_the_invitation_down_is_not_asked_again(small: Small) -> None:
    """No is an answer."""
    taken = small.take(small.people[:1])
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    small.forge.world.decline(small.people[0])
    small.follow()
    small.follow()

    assert list(small.accounting(run.id).residue()) == ["the invitation is gone and was not accepted"]
    assert len(small.forge.world.invitations) == 1


def test_without_a_free_seat_the_plan_says_who_waits(small: Small) -> None:
    """The forge sells no seat for a restore."""
    world = small.forge.world
    taken = small.take(small.people)
    world.seats_bought = 2 + 9
    plan = small.restore(runs=(taken.id,)).plan

    assert len(plan.changes) == 9
    (hold,) = plan.holds
    assert hold.reason == "no-seat"
    run = small.carry_out(plan)
    told = small.accounting(run.id)
    assert told.amounts() == {"confirmed": 0, "pending": 45, "residue": 5, "total": 50}
    assert "waiting: m9" in next(iter(told.residue()))


def test_with_a_seat_too_few_whoever_is_critical_does_not_wait(small: Small) -> None:
    """The last in line waits, and that is not who was marked."""
    taken = small.take(small.people)
    small.forge.world.seats_bought = 2 + 9
    plan = small.restore(runs=(taken.id,), first=("m9",)).plan

    assert plan.changes[0].login == "m9"
    assert [hold.login for hold in plan.holds] == ["m8"]


def test_a_seat_that_was_taken_meanwhile_is_told_in_plain_words(small: Small) -> None:
    """Between plan and invitation somebody else came."""
    world = small.forge.world
    taken = small.take(small.people[:1])
    world.seats_bought = 12
    plan = small.restore(runs=(taken.id,)).plan
    world.member(world.account("quick"))
    run = small.carry_out(plan)

    assert small.accounting(run.id).residue() == {"the organization has no free seat": 5}


def test_a_person_who_blocked_the_organization(small: Small) -> None:
    """Only they can lift that."""
    taken = small.take(small.people[:1])
    small.forge.world.blocked_by.add(small.people[0])

    told = reasons(small, taken.id)
    assert told == {"this person has blocked the organization; only they can lift that": 5}


def test_a_deleted_account_and_a_login_that_a_stranger_owns_now(small: Small) -> None:
    """Nobody who only has the name is let in."""
    world = small.forge.world
    taken = small.take(small.people[:2])
    for one in small.people[:2]:
        world.delete_account(one)
    stranger = world.account("m1")

    told = reasons(small, taken.id)
    assert told == {
        "the account does not exist any more": 5,
        "the login belongs to somebody else now; the account that held this is gone": 5,
    }
    assert not world.pending(stranger)


def test_a_renamed_account_is_found_by_its_number(small: Small) -> None:
    """And the plan says what it was called."""
    before, world = small.forge.world.grants(), small.forge.world
    taken = small.take(small.people[:1])
    world.rename(small.people[0], "married")
    world.account("m0")
    restoration = small.restore(runs=(taken.id,))

    assert "called m0" in restoration.plan.changes[0].because
    assert reasons(small, taken.id) == {}
    assert world.grants() == before


@pytest.mark.parametrize("late", [False, True])
def test_a_team_and_a_repository_that_are_gone(small: Small, late: bool) -> None:  # noqa: FBT001
    """Everything else comes back."""
    world = small.forge.world
    taken = small.take(small.people[:2])
    world.delete_team(small.teams[1])
    world.delete_repository(small.repositories[0])
    if late:
        world.advance(QUARTER)

    assert reasons(small, taken.id) == {
        f"the team (id {small.teams[1]}) is gone, or hidden from the credential": 2,
        f"the repository (id {small.repositories[0]}) is gone, or hidden from the credential": 2,
    }
    assert len(small.held(small.people[0])) == 3


def test_a_team_and_a_repository_that_were_renamed_are_found(small: Small) -> None:
    """By their numbers."""
    before, world = small.forge.world.grants(), small.forge.world
    taken = small.take(small.people[:2])
    world.advance(QUARTER)
    world.rename_team(small.teams[0], "other")
    world.rename_repository(small.repositories[0], "elsewhere")

    assert reasons(small, taken.id) == {}
    assert world.grants() == before


def test_a_team_that_the_identity_provider_manages(small: Small) -> None:
    """Its people are the provider's to decide; one such team does not keep anybody out of the others."""
    world = small.forge.world
    taken = small.take(small.people[:2])
    world.advance(QUARTER)
    world.teams[small.teams[1]].managed_by = "engineers"

    told = reasons(small, taken.id)
    assert told == {"the identity provider's group engineers decides who is in this team": 2}
    assert small.people[0] in world.teams[small.teams[0]].places


def test_a_grant_that_the_default_permission_makes_redundant(small: Small) -> None:
    """The forge gives nobody less than every member has."""
    world = small.forge.world
    taken = small.take(small.people[:2])
    world.advance(QUARTER)
    world.base_role = "maintain"

    (why,) = reasons(small, taken.id)
    assert why == "every member holds more than write there by default, and the forge gives no lesser role"


def test_an_archived_repository(small: Small) -> None:
    """Nobody can change who has access to it."""
    world = small.forge.world
    taken = small.take(small.people[:1])
    world.advance(QUARTER)
    world.repositories[small.repositories[0]].archived = True

    (why,) = reasons(small, taken.id)
    assert why == "the repository is archived, and the forge lets nobody change who has access"


def test_who_is_pinned_out_stays_out_when_planning_and_while_waiting(small: Small) -> None:
    """The pin is asked again before every delayed write, and an open invitation is withdrawn."""
    world, today = small.forge.world, small.forge.world.now().date()
    one, two = small.people[:2]
    taken = small.take([one, two])

    def out(account: AccountId) -> Pin:
        return Pin("out", "sec@acme.example", "incident 7", today + timedelta(days=9), account_id=account)

    policy = small.desk.policy
    object.__setattr__(small.desk, "policy", replace(policy, pins=(out(one),)))
    restoration = small.restore(runs=(taken.id,))
    assert [hold.reason for hold in restoration.plan.holds] == ["pinned-out"]
    run = small.carry_out(restoration.plan)
    object.__setattr__(small.desk, "policy", replace(policy, pins=(out(one), out(two))))
    small.follow()

    assert not world.pending()
    told = small.accounting(run.id)
    assert told.amounts()["residue"] == told.amounts()["total"]
    assert all("incident 7" in why for why in told.residue())


def test_who_accepted_and_is_kept_out_since_is_given_nothing_more_and_what_they_hold_is_told(
    small: Small,
) -> None:
    """The invitation brought the membership and two places; the rest is residue, and no write goes out."""
    world, one, policy = small.forge.world, small.people[1], small.desk.policy
    taken = small.take([one])
    world.advance(QUARTER)
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    small.accept([one])
    out = Pin("out", "sec@acme.example", "incident 7", world.now().date(), account_id=one)
    object.__setattr__(small.desk, "policy", replace(policy, pins=(out,)))
    small.forge.writes.clear()
    small.follow()
    small.follow()

    told = small.accounting(run.id)
    assert told.amounts() == {"confirmed": 3, "pending": 0, "residue": 2, "total": 5}
    assert {line.grant for line in told.lines if line.standing == "confirmed"} == small.held(one)
    assert all("incident 7" in why for why in told.residue())
    assert small.forge.writes == []


def test_what_a_person_changed_while_the_invitation_waited_stays(small: Small) -> None:
    """The step on that resource is left; all others go on."""
    world, one = small.forge.world, small.people[0]
    taken = small.take([one])
    world.advance(QUARTER)
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    small.accept([one])
    world.direct(one, small.repositories[0], "read")
    small.follow()

    told = small.accounting(run.id)
    assert told.amounts() == {"confirmed": 4, "pending": 0, "residue": 1, "total": 5}
    assert world.repositories[small.repositories[0]].direct[one] == "read"


def test_direct_grants_of_somebody_who_is_no_member_are_left_to_a_person(small: Small) -> None:
    """Each would be one more invitation."""
    world = small.forge.world
    guest = world.account("guest")
    world.direct(guest, small.repositories[0], "write")
    small.observe()
    taken = small.take([guest], only=[Resource("repository", small.repositories[0])])
    plan = small.restore(runs=(taken.id,)).plan

    assert plan.changes == ()
    assert [hold.reason for hold in plan.holds] == ["no-membership"]
