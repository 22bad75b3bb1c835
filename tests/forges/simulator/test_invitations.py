"""How people come in: invitations wait, are answered, expire, and are limited."""

from datetime import timedelta

import pytest

from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import direct, held_by, membership, team_place
from tests.forges.simulator.small import repository, team, who

DAY = 86_400


def test_accepting_makes_a_member_with_the_teams_of_the_invitation(world: World) -> None:
    """Until it is accepted an invitation should give nothing; then membership and its teams at once."""
    stranger, storage = who(world, "stranger"), team(world, "storage")
    sent = world.invite(stranger, teams=[storage])
    assert not held_by(stranger, world.grants())
    world.accept(sent)
    assert held_by(stranger, world.grants()) == {
        membership(stranger, world.organization_id),
        team_place(stranger, storage),
    }
    assert world.pending() == []


def test_an_invitation_by_address_is_accepted_by_whoever_has_it(world: World) -> None:
    """An invitation to an address should be for the account with that address."""
    sent = world.invite(email="Stranger@Elsewhere.example")
    world.accept(sent)
    assert who(world, "stranger") in world.members


def test_an_unanswered_invitation_expires_after_seven_days(world: World) -> None:
    """On the eighth day it should be failed, say why, and not be acceptable any more."""
    sent = world.invite(who(world, "stranger"))
    world.advance(7 * DAY - 1)
    assert [record.id for record in world.pending()] == [sent]
    world.advance(1)
    assert world.pending() == []
    assert [record.reason for record in world.failed()] == ["Invitation expired."]
    world.accept(sent)
    assert who(world, "stranger") not in world.members


@pytest.mark.parametrize(("answer", "member"), [("accept", True), ("decline", False)])
def test_people_answer_in_their_own_time(world: World, answer: str, *, member: bool) -> None:
    """What a person does later should happen when the world's time gets there, and not before."""
    stranger = who(world, "stranger")
    sent = world.invite(stranger)
    world.later(3600, lambda: getattr(world, answer)(sent))
    world.advance(3599)
    assert len(world.pending()) == 1
    world.advance(2)
    assert (stranger in world.members) is member


def test_an_answer_in_time_counts_even_when_nobody_looked_for_weeks(world: World) -> None:
    """Somebody who accepts on the sixth day should be a member, though time moved by a month at once."""
    stranger = who(world, "stranger")
    sent = world.invite(stranger)
    world.later(6 * DAY, lambda: world.accept(sent))
    world.advance(30 * DAY)
    assert stranger in world.members


def test_500_invitations_a_day_and_no_more(world: World) -> None:
    """The 501st invitation within 24 hours should be refused, and allowed when the first is a day old."""
    world.seats_bought = None
    for n in range(500):
        world.invite(email=f"n{n}@acme.example")
    with pytest.raises(Refusal, match="rate limit"):
        world.invite(email="more@acme.example")
    world.advance(DAY)
    assert world.invite(email="more@acme.example")
    assert world.log.counts()["invitation"] == 501


def test_nobody_is_invited_twice_or_while_a_member(world: World) -> None:
    """A second invitation should be refused while the first waits, and so should one to a member."""
    world.invite(who(world, "stranger"))
    with pytest.raises(Refusal, match="already invited"):
        world.invite(who(world, "stranger"))
    with pytest.raises(Refusal, match="already a part"):
        world.invite(who(world, "user1"))


def test_without_a_free_seat_nobody_is_invited(world: World) -> None:
    """Members, guests and those already invited should each take a seat."""
    world.seats_bought = 10
    world.invite(email="tenth@acme.example")
    with pytest.raises(Refusal, match="one more seat"):
        world.invite(email="eleventh@acme.example")


@pytest.mark.parametrize("reinstates", ["role", "everything"])
def test_reinstating_gives_back_what_the_switch_says(world: World, reinstates: str) -> None:
    """Within three months ``reinstate`` should give back the role, and teams and direct grants by switch."""
    world.reinstates = "role" if reinstates == "role" else "everything"
    world.removal_takes_direct = True
    account = who(world, "user1")
    before = held_by(account, world.grants())
    world.remove_member(account)
    world.advance(80 * DAY)
    world.accept(world.invite(account, role="reinstate"))
    member = {membership(account, world.organization_id)}
    assert held_by(account, world.grants()) == (member if reinstates == "role" else before)


def test_after_three_months_nothing_is_reinstated(world: World) -> None:
    """A removal 91 days ago should be beyond reinstating, and somebody never removed too."""
    world.remove_member(who(world, "user1"))
    world.advance(91 * DAY)
    for login in ("user1", "stranger"):
        with pytest.raises(Refusal, match="former member"):
            world.invite(who(world, login), role="reinstate")


def test_an_ordinary_invitation_starts_afresh(world: World) -> None:
    """A former member invited as member should come back with nothing but the membership."""
    world.removal_takes_direct = True
    account = who(world, "user1")
    world.remove_member(account)
    world.accept(world.invite(account))
    assert held_by(account, world.grants()) == {membership(account, world.organization_id)}


def test_an_inviter_who_goes_takes_their_invitations_along(world: World) -> None:
    """Invitations sent by a removed member should be cancelled."""
    world.invite(who(world, "stranger"), inviter=who(world, "oto"))
    world.remove_member(who(world, "oto"))
    assert world.pending() == []


def test_a_repository_invitation_gives_the_role_when_accepted(world: World) -> None:
    """Somebody who is no member should hold a repository only once they accepted."""
    stranger, site = who(world, "stranger"), repository(world, "site")
    world.invite_to_repository(stranger, site, "maintain")
    assert not held_by(stranger, world.grants())
    world.accept(stranger)
    assert held_by(stranger, world.grants()) == {direct(stranger, site, "maintain")}


def test_a_repository_takes_50_invitations_a_day(world: World) -> None:
    """The 51st invitation to one repository within 24 hours should be refused."""
    site = repository(world, "site")
    people = [world.account(f"new{n}") for n in range(51)]
    for person in people[:50]:
        world.invite_to_repository(person, site, "read")
    with pytest.raises(Refusal, match="daily limit"):
        world.invite_to_repository(people[50], site, "read")


def test_time_begins_where_it_was_told_to(world: World) -> None:
    """The world's clock should move by exactly what it was moved."""
    began = world.now()
    assert world.advance(90.5) == began + timedelta(seconds=90.5)
