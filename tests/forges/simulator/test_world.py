"""The world by itself: who is in it, and what it refuses."""

import time
from random import Random

import pytest

from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import direct, held_by, membership, team_grant, team_place
from seatkeeper.model.snapshot import Seats
from tests.forges.simulator.small import repository, team, who


def test_grants_are_exactly_what_was_built(world: World) -> None:
    """The truth should hold every direct fact and nothing inherited."""
    engineering, storage = team(world, "engineering"), team(world, "storage")
    site, core, old = (repository(world, name) for name in ("site", "core", "old"))
    assert world.grants() == {
        membership(who(world, "ana"), world.organization_id, "owner"),
        membership(who(world, "oto"), world.organization_id, "owner"),
        *(membership(who(world, f"user{n}"), world.organization_id) for n in range(1, 6)),
        team_place(who(world, "ana"), engineering, "maintainer"),
        team_place(who(world, "user1"), engineering, "maintainer"),
        team_place(who(world, "user2"), storage),
        team_grant(engineering, site, "write"),
        team_grant(storage, core, "maintain"),
        direct(who(world, "user1"), core, "triage"),
        direct(who(world, "user2"), site, "admin"),
        direct(who(world, "ana"), site, "read"),
        direct(who(world, "guest1"), core, "write"),
        direct(who(world, "guest2"), old, "read"),
    }


def test_an_owner_in_a_team_is_shown_as_maintainer(world: World) -> None:
    """A forge shows an organization's owner as maintainer of every team they are in."""
    ana = team_place(who(world, "ana"), team(world, "engineering"), "maintainer")
    assert ana in world.grants()


def test_logins_are_the_same_in_any_case(world: World) -> None:
    """USER1 and user1 should be one account, and neither can be registered again."""
    assert who(world, "USER1") == who(world, "user1")
    with pytest.raises(Refusal, match="taken"):
        world.account("User1")


def test_a_freed_login_can_come_back_as_somebody_else(world: World) -> None:
    """After a rename the old login should lead to whoever takes it, and the id to whom it always did."""
    first = who(world, "user1")
    world.rename(first, "one")
    second = world.account("user1")
    assert second != first
    assert who(world, "user1") == second
    assert who(world, "one") == first


@pytest.mark.parametrize("takes", [True, False])
def test_removal_takes_teams_and_by_switch_direct_grants(world: World, *, takes: bool) -> None:
    """A removed member should lose every team, and direct grants only where the switch says so."""
    world.removal_takes_direct = takes
    account = who(world, "user1")
    world.remove_member(account)
    left = held_by(account, world.grants())
    assert left == (set() if takes else {direct(account, repository(world, "core"), "triage")})
    assert (account in world.outside) is not takes


def test_the_last_owner_cannot_go_or_step_down(world: World) -> None:
    """Somebody should always own the organization."""
    world.remove_member(who(world, "oto"))
    with pytest.raises(Refusal, match="last owner"):
        world.remove_member(who(world, "ana"))
    with pytest.raises(Refusal, match="last owner"):
        world.member(who(world, "ana"), "member")


def test_a_deleted_account_leaves_nothing_behind(world: World) -> None:
    """What a deleted account held should be gone, its login free, its id never used again."""
    gone = who(world, "user1")
    world.delete_account(gone)
    assert not held_by(gone, world.grants())
    assert world.by_login("user1") is None
    assert world.account("user1") != gone


def test_a_team_in_a_team_hands_its_people_up(world: World) -> None:
    """A member of a child team should reach what the parent team holds, with the highest of all roles."""
    record = world.repositories[repository(world, "site")]
    sources = world.sources(who(world, "user2"), record)
    assert [(source.kind, source.role) for source in sources] == [
        ("organization", "read"),
        ("team", "write"),
        ("repository", "admin"),
    ]
    assert world.highest(sources) == "admin"


def test_a_custom_role_amounts_to_the_role_it_stands_on(world: World) -> None:
    """A role of the organization's own should rank as its built-in base."""
    world.custom_role("auditor", "triage")
    assert world.rank("auditor") == world.rank("triage")


def test_seats_count_members_and_guests_of_private_repositories(world: World) -> None:
    """Seven members and two guests should fill nine of fifty seats."""
    assert world.seats() == Seats(50, 9)
    world.direct(who(world, "stranger"), world.repository("open", private=False), "read")
    assert world.seats() == Seats(50, 9)


def test_deleting_a_team_takes_its_places_and_grants(world: World) -> None:
    """A deleted team should leave no place, no grant, and its children without a parent."""
    world.delete_team(team(world, "engineering"))
    assert world.by_slug("engineering") is None
    assert world.teams[team(world, "storage")].parent is None
    site = repository(world, "site")
    assert not any(grant.subject.kind == "team" and grant.resource.id == site for grant in world.grants())


def test_3500_people_are_built_in_a_second() -> None:
    """A world as large as the story should be built in about a second, 70,000 direct grants and all."""
    began = time.process_time()
    random, world = Random(1), World("large")
    people = [world.member(world.account(f"p{n}")) for n in range(3500)]
    teams = [world.team(f"t{n}") for n in range(300)]
    repositories = [world.repository(f"r{n}") for n in range(5000)]
    for person in people:
        for place in random.sample(teams, 5):
            world.place(person, place)
        for held in random.sample(repositories, 20):
            world.direct(person, held, "write")
    assert len(world.grants()) == 3500 * 26
    assert time.process_time() - began < 3.0
