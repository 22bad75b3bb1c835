"""What comes back, what a person's word keeps away, and how each grant is accounted for."""

from datetime import timedelta

import pytest

from seatkeeper.errors import PlanRefused
from seatkeeper.model.grants import Resource
from seatkeeper.model.plan import Plan, Step
from seatkeeper.model.snapshot import AccountState
from tests.restoring.conftest import Small
from tests.restoring.law import Killed


def test_everything_comes_back_and_a_second_restore_has_nothing_to_do(small: Small) -> None:
    """State equals before, grant for grant; restoring a restore is the same restore."""
    before = small.forge.world.grants()
    taken = small.take(small.people)
    restoration = small.restore(runs=(taken.id,))
    run = small.carry_out(restoration.plan)

    assert len(small.forge.writes) == 10 + 10
    small.accept(small.people)
    small.follow()

    assert small.forge.world.grants() == before
    assert small.accounting(run.id).amounts() == {
        "confirmed": 50,
        "pending": 0,
        "residue": 0,
        "total": 50,
    }
    assert small.restore(runs=(taken.id,)).plan.changes == ()
    assert small.restore(at=taken.started).plan.changes == ()


def test_a_plan_that_was_carried_out_names_its_run_to_whoever_approves_or_applies_it_again(
    small: Small,
) -> None:
    """Not that something changed since, which was the run itself."""
    taken = small.take(small.people[:1])
    plan = small.restore(runs=(taken.id,)).plan
    run = small.carry_out(plan)

    for again in (lambda: small.go_on(plan), lambda: small.sign(plan)):
        with pytest.raises(PlanRefused, match=f"carried out by run {run.id}") as refused:
            again()
        assert f"seatkeeper status {run.id}" in refused.value.remedy


def test_beyond_the_window_an_invitation_with_teams_then_roles_and_direct_grants(small: Small) -> None:
    """One invitation, one write a direct grant, and one for each role that an invitation can't offer."""
    before = small.forge.world.grants()
    taken = small.take(small.people)
    small.forge.world.advance(timedelta(days=91).total_seconds())
    small.forge.writes.clear()
    restoration = small.restore(runs=(taken.id,))
    assert restoration.plan.estimate is not None
    assert restoration.plan.estimate.native_until is None
    small.carry_out(restoration.plan)
    small.accept(small.people)
    small.follow()

    assert small.forge.world.grants() == before
    assert len(small.forge.writes) == 10 + 20 + 1
    assert restoration.plan.estimate.most_writes == 10 + 20 + 1


def test_before_anybody_accepts_everything_is_pending_on_a_named_person(small: Small) -> None:
    """Nothing is called restored that was not read back."""
    taken = small.take(small.people[:3])
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    told = small.accounting(run.id)

    assert told.amounts()["pending"] == told.amounts()["total"] == 15
    assert {line.on for line in told.lines} == {"m0", "m1", "m2"}
    assert all(line.until == small.forge.world.now() + timedelta(days=7) for line in told.lines[:1]) or all(
        line.until is not None for line in told.lines
    )


def test_what_a_person_granted_since_stays_and_a_changed_role_is_held_and_shown(small: Small) -> None:
    """A human edit wins."""
    world, one = small.forge.world, small.people[1]
    taken = small.take([one], only=[Resource("team", small.teams[0]), Resource("team", small.teams[1])])
    world.place(one, small.teams[0], "maintainer")
    world.place(one, small.teams[2])
    restoration = small.restore(runs=(taken.id,))

    assert [hold.reason for hold in restoration.plan.holds] == ["role-differs"]
    run = small.carry_out(restoration.plan)
    assert world.teams[small.teams[0]].places[one] == "maintainer"
    assert one in world.teams[small.teams[1]].places
    assert one in world.teams[small.teams[2]].places
    assert small.accounting(run.id).amounts() == {
        "confirmed": 1,
        "pending": 0,
        "residue": 1,
        "total": 2,
    }


def test_what_somebody_gave_back_and_took_again_is_not_resurrected(small: Small) -> None:
    """An observation saw it held after our run took it, and the next one saw it gone."""
    world, one = small.forge.world, small.people[1]
    taken = small.take([one], only=[Resource("team", small.teams[0]), Resource("team", small.teams[1])])
    small.observe()
    world.place(one, small.teams[0])
    small.observe()
    world.displace(one, small.teams[0])
    small.observe()
    restoration = small.restore(runs=(taken.id,))

    assert [hold.reason for hold in restoration.plan.holds] == ["revoked-since"]
    assert {g.resource.id for c in restoration.plan.changes for g in c.gained} == {small.teams[1]}


def test_given_back_between_two_looks_and_taken_away_later_is_seen_too(small: Small) -> None:
    """The span never closed at the first whole look after our run, so somebody had given it back."""
    world, one = small.forge.world, small.people[1]
    taken = small.take([one], only=[Resource("team", small.teams[0])])
    world.place(one, small.teams[0])
    small.observe()
    world.displace(one, small.teams[0])

    restoration = small.restore(runs=(taken.id,))
    assert restoration.plan.changes == ()
    assert [hold.reason for hold in restoration.plan.holds] == ["revoked-since"]


def test_what_a_restore_gave_and_a_person_took_again_stays_taken(small: Small) -> None:
    """Our own giving is proof that it was there; nobody of ours took it after that."""
    world, one = small.forge.world, small.people[1]
    taken = small.take([one], only=[Resource("team", small.teams[0])])
    small.carry_out(small.restore(runs=(taken.id,)).plan)
    world.displace(one, small.teams[0])

    assert [h.reason for h in small.restore(runs=(taken.id,)).plan.holds] == ["revoked-since"]


def test_what_a_revocation_took_is_not_given_back(small: Small) -> None:
    """Neither by naming the earlier run, nor by naming the revocation."""
    one = small.people[1]
    first = small.take([one], only=[Resource("team", small.teams[0])])
    revoked = small.take([one], kind="revoke")

    for run in (first.id, revoked.id):
        restoration = small.restore(runs=(run,))
        assert restoration.plan.changes == ()
        assert {hold.reason for hold in restoration.plan.holds} == {"revoked"}


def test_the_forge_is_not_asked_to_reinstate_what_a_person_took_away(small: Small) -> None:
    """Its memory is what they had when our run removed them; a survivor that somebody took since is in it."""
    world, one = small.forge.world, small.people[1]
    world.removal_takes_direct = False
    taken = small.take([one])
    small.observe()
    world.direct(one, small.repositories[0], "write")
    small.observe()
    world.take_direct(one, small.repositories[0])
    small.observe()
    restoration = small.restore(runs=(taken.id,))

    (change,) = restoration.plan.changes
    assert change.steps[0].action == "invite"
    small.carry_out(restoration.plan)
    small.accept([one])
    small.follow()
    assert one not in world.repositories[small.repositories[0]].direct


def test_who_comes_back_is_pinned_for_two_weeks(small: Small) -> None:
    """Nobody is restored at noon and removed at night."""
    taken = small.take(small.people[:2])
    small.carry_out(small.restore(runs=(taken.id,)).plan)
    pins = small.desk.pins(small.forge.organization())

    assert {pin.account_id for pin in pins} == set(small.people[:2])
    assert {pin.kind for pin in pins} == {"keep"}
    assert {pin.until for pin in pins} == {(small.forge.world.now() + timedelta(days=14)).date()}


def test_critical_people_come_back_before_all_others(small: Small) -> None:
    """The first wave is theirs."""
    taken = small.take(small.people)
    plan = small.restore(runs=(taken.id,), first=("m7",)).plan

    assert plan.changes[0].login == "m7"
    assert plan.changes[0].wave == 1


def test_a_selection_by_team_brings_back_who_lost_it_with_all_they_lost_then(small: Small) -> None:
    """Account, team and time narrow each other."""
    world = small.forge.world
    world.displace(small.people[5], small.teams[1])
    small.observe()
    taken = small.take(small.people[4:6])

    by_team = small.restore(teams=("t1",)).plan
    assert [c.login for c in by_team.changes] == ["m4"]
    assert by_team.changes[0].gained == {o.grant for o in by_team.owed}
    assert [c.login for c in small.restore(accounts=("m5",)).plan.changes] == ["m5"]
    assert small.restore(at=taken.started + timedelta(days=1)).plan.changes == ()
    assert small.restore(runs=(taken.id,), accounts=("m1",)).plan.changes == ()


def killed(small: Small, plan: Plan, *, sent: bool) -> None:
    """The run of this plan dies at its first write: just before the forge hears of it, or just after."""
    small.sign(plan)
    send = small.forge.send

    def die(step: Step, state: AccountState) -> None:
        if sent:
            send(step, state)
        raise Killed

    small.forge.send = die  # type: ignore[method-assign]  # the one door to writing
    with pytest.raises(Killed):
        small.go_on(plan)
    small.forge.send = send  # type: ignore[method-assign]


@pytest.mark.parametrize("sent", [True, False])
def test_what_a_killed_run_may_have_taken_is_owed_before_anybody_resolves_it(
    small: Small,
    sent: bool,  # noqa: FBT001  # whether the forge had heard of it
) -> None:
    """Its intent has no outcome: the forge is read, and what is gone comes back, what is not is there."""
    before, one = small.forge.world.grants(), small.people[0]
    killed(small, small.removal([one]), sent=sent)
    plan = small.restore(accounts=("m0",)).plan

    assert {owed.reason for owed in plan.owed} == {"" if sent else "there"}
    assert len(plan.owed) == 5
    small.carry_out(plan)
    small.accept([one])
    small.follow()
    assert small.forge.world.grants() == before


def test_what_is_found_done_after_an_interruption_was_taken_when_it_was_begun(small: Small) -> None:
    """So a restore of a moment in between leaves it, and nobody takes it for somebody else's doing."""
    one, place = small.people[1], Resource("team", small.teams[0])
    killed(small, small.removal([one], only=[place]), sent=True)
    small.observe()
    small.clock.sleep(60)
    between = small.clock.now()
    small.clock.sleep(60)
    small.follow()

    assert small.restore(at=between).plan.owed == ()
    (owed,) = small.restore(accounts=("m1",)).plan.owed
    assert (owed.grant.resource, owed.reason) == (place, "")


def test_of_two_runs_that_took_two_roles_the_later_counts_even_when_only_the_first_is_named(
    small: Small,
) -> None:
    """In between a person had lowered the role: the earlier run alone does not bring the higher back."""
    world, one, place = small.forge.world, small.people[0], Resource("team", small.teams[0])
    first = small.take([one], only=[place])
    world.place(one, small.teams[0], "member")
    small.observe()
    second = small.take([one], only=[place])

    (owed,) = small.restore(runs=(first.id,)).plan.owed
    assert (owed.reason, owed.grant.role) == ("changed-since", "maintainer")
    (change,) = small.restore(runs=(first.id, second.id)).plan.changes
    assert {grant.role for grant in change.gained} == {"member"}


def test_whoever_changed_a_role_and_took_that_away_has_taken_the_place_away(small: Small) -> None:
    """What our run took before that is not given over their heads, in whatever role."""
    world, one, place = small.forge.world, small.people[1], Resource("repository", small.repositories[0])
    taken = small.take([one], only=[place])
    world.direct(one, small.repositories[0], "admin")
    small.observe()
    world.take_direct(one, small.repositories[0])
    small.observe()

    assert [hold.reason for hold in small.restore(runs=(taken.id,)).plan.holds] == ["revoked-since"]


def test_what_a_person_gave_back_unseen_and_a_later_run_took_again_is_given_back(small: Small) -> None:
    """The look in between saw what the earlier run took, which is not asked for; that is no person's hand."""
    world, one, team = small.forge.world, small.people[1], small.teams[0]
    before, place = world.grants(), Resource("team", team)
    small.take([one], only=[place])
    second = small.take([one], only=[Resource("team", small.teams[1])])
    small.observe()
    small.clock.sleep(60)
    world.place(one, team)
    third = small.take([one], only=[place])

    small.carry_out(small.restore(runs=(second.id, third.id)).plan)
    assert {(g.subject, g.resource) for g in world.grants()} == {(g.subject, g.resource) for g in before}


def test_given_back_and_taken_by_us_again_before_anybody_looked_is_still_ours_to_give(small: Small) -> None:
    """A look that finds it gone after our second taking is no sign of a person's hand."""
    before, one, place = small.forge.world.grants(), small.people[1], Resource("team", small.teams[0])
    taken = small.take([one], only=[place])
    small.observe()
    small.carry_out(small.restore(runs=(taken.id,)).plan)
    small.take([one], only=[place])
    small.observe()

    small.carry_out(small.restore(accounts=("m1",)).plan)
    assert small.forge.world.grants() == before
