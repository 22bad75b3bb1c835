"""What comes back, what a person's word keeps away, and how each grant is accounted for."""

from datetime import timedelta

from seatkeeper.model.grants import Resource
from tests.restoring.conftest import Small


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
