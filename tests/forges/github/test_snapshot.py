"""A snapshot shows exactly the direct grants that exist: no more, no less, and it proves that it is whole."""

import json
from datetime import timedelta
from math import ceil
from pathlib import Path
from random import Random

import pytest

from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource, direct, held_by, team_grant, team_place
from tests.forges.github.conftest import Open, Place


def test_a_small_organization_is_read_exactly(world: World, serve: Open) -> None:
    """Owner, member, nested teams, a custom role, an outside collaborator."""
    world.custom_role("deployer", "write")
    bob, carl, out = world.account("bob"), world.account("carl"), world.account("out")
    world.member(bob)
    world.member(carl)
    parent = world.team("engineering")
    child = world.team("platform", parent=parent)
    world.place(bob, child, "maintainer")
    world.place(carl, parent)
    tool, site = world.repository("tool"), world.repository("site", private=False, archived=True)
    world.team_grant(parent, tool, "write")
    world.direct(bob, tool, "triage")
    world.direct(carl, tool, "deployer")
    world.direct(out, site, "maintain")

    snapshot = serve(world).snapshot()

    assert snapshot.grants == world.grants()
    assert snapshot.coverage.complete
    for collection in ("members", "teams", "repositories", "outside", "invitations"):
        assert snapshot.coverage.whole(collection)
    assert {account.login for account in snapshot.accounts} == {"Ana", "bob", "carl", "out"}
    assert [(team.slug, team.parent) for team in snapshot.teams] == [
        ("engineering", None),
        ("platform", parent),
    ]
    assert {(r.name, r.archived, r.private) for r in snapshot.repositories} == {
        ("tool", False, True),
        ("site", True, False),
    }
    assert snapshot.organization.id == "77"
    assert snapshot.forge == "acme"


def test_the_effective_role_is_never_taken_for_the_grant(world: World, serve: Open) -> None:
    """Bob reads directly and administers through his team; restoring admin would be an escalation."""
    bob = world.account("bob")
    world.member(bob)
    team, tool = world.team("admins"), world.repository("tool")
    world.place(bob, team)
    world.team_grant(team, tool, "admin")
    world.direct(bob, tool, "read")
    ana = world.by_login("ana")
    assert ana is not None
    world.direct(ana.id, tool, "read")

    place = serve(world)

    grants = place.snapshot().grants
    assert direct(bob, tool, "read") in grants
    assert direct(ana.id, tool, "read") in grants
    assert not any(g.role == "admin" and g.subject.kind == "account" for g in grants)
    assert direct(bob, tool, "read") in place.state(bob).grants


def test_members_of_child_teams_are_not_members_of_the_parent(world: World, serve: Open) -> None:
    """The forge counts them by default; the grant is in the child alone."""
    bob = world.account("bob")
    world.member(bob)
    parent = world.team("parent")
    child = world.team("child", parent=parent)
    world.place(bob, child)

    place = serve(world)

    held = held_by(bob, place.snapshot().grants)
    assert {g.resource for g in held if g.resource.kind == "team"} == {Resource("team", child)}
    state = place.state(bob, (Resource("team", parent), "parent"))
    assert team_place(bob, parent) not in state.grants
    assert team_place(bob, child) in state.grants
    assert Resource("team", parent) not in state.unread


def test_what_a_team_inherits_is_not_its_own(world: World, serve: Open) -> None:
    """The forge lists a parent's repositories at the child; a stronger role is the child's own."""
    parent = world.team("parent")
    child = world.team("child", parent=parent)
    tool, site = world.repository("tool"), world.repository("site")
    world.team_grant(parent, tool, "write")
    world.team_grant(parent, site, "read")
    world.team_grant(child, site, "admin")

    grants = serve(world).snapshot().grants

    assert team_grant(child, tool, "write") not in grants
    assert team_grant(child, site, "admin") in grants
    assert grants == world.grants()


def test_invitations_pending_and_failed_come_with_their_teams(world: World, serve: Open) -> None:
    """Who was invited, to what, until when, and why it failed."""
    eva, fay = world.account("Eva"), world.account("fay")
    team = world.team("engineering")
    world.invite(eva, teams={team: "member"})
    world.invite(fay)
    world.decline(fay)

    snapshot = serve(world).snapshot()

    pending = [i for i in snapshot.invitations if i.failed is None]
    assert [(i.account, i.login, i.role, i.teams) for i in pending] == [(eva, "Eva", "member", (team,))]
    sent, until = pending[0].created_at, pending[0].expires_at
    assert sent is not None
    assert until is not None
    assert (until - sent).days == 7
    assert all(i.failed for i in snapshot.invitations if i.account != eva)


def test_more_than_a_page_of_everything_is_read_whole(world: World, serve: Open) -> None:
    """Members, teams, repositories, places, team grants and collaborators all overflow their page."""
    people = [world.member(world.account(f"user{n}")) for n in range(230)]
    repositories = [world.repository(f"repo{n}") for n in range(130)]
    teams = [world.team(f"team{n}") for n in range(60)]
    for n, person in enumerate(people):
        world.place(person, teams[0])
        world.place(person, teams[n % 60])
        world.direct(person, repositories[0], "triage")
    for repository in repositories:
        world.team_grant(teams[0], repository, "maintain")

    place = serve(world)
    snapshot = place.snapshot()

    assert snapshot.grants == world.grants()
    assert snapshot.coverage.complete
    overflow = 2 + 1 + 2
    allowed = 1.05 * (2 * ceil(231 / 100) + ceil(60 / 50) + ceil(130 / 50) + overflow)
    assert place.asked("/graphql") <= allowed


def test_activity_is_told_as_not_told(world: World, serve: Open) -> None:
    """Where the forge keeps no audit log, nobody is taken for inactive."""
    place = serve(world)

    assert place.snapshot().coverage.problem("activity") == "activity was not read"
    coverage = place.snapshot(activity=True).coverage
    assert not coverage.whole("activity")
    assert "does not tell who was active" in coverage.problem("activity")


def test_single_sign_on_identities_are_read_where_there_are_any(world: World, serve: Open) -> None:
    """Each claimed identity, with what the provider calls the person."""
    bob = world.member(world.account("bob"))
    world.identity(bob, "bob@acme.example", ["bob@acme.example"])

    snapshot = serve(world).snapshot()

    assert [(i.account, i.name_id, i.emails) for i in snapshot.identities] == [
        (bob, "bob@acme.example", ("bob@acme.example",))
    ]


def test_a_real_organization_is_read_exactly(rosters: Path, serve: Open) -> None:
    """The 2023-12-01 roster with invented direct grants: set equality, both directions."""
    document = json.loads((rosters / "kubernetes-2023-12-01.json").read_text())
    world = world_from_roster(document, "kubernetes", 5)

    snapshot = serve(world).snapshot()

    lost, invented = world.grants() - snapshot.grants, snapshot.grants - world.grants()
    assert (lost, invented) == (frozenset(), frozenset())
    assert snapshot.coverage.complete


def big_world(seed: int) -> tuple[World, int, int, int]:
    """3,500 seats, 300 teams, 5,000 repositories; 5 teams and 20 direct grants a person."""
    random, world = Random(seed), World("acme")
    repositories = [world.repository(f"repo{n}") for n in range(5_000)]
    teams = [world.team(f"team{n}") for n in range(300)]
    for n in range(3_500):
        person = world.member(world.account(f"user{n}"), "owner" if n < 3 else "member")
        for team in random.sample(teams, 5):
            world.place(person, team)
        for repository in random.sample(repositories, 20):
            world.direct(person, repository, random.choice(("read", "triage", "write", "maintain", "admin")))
    return world, 3_500, 300, 5_000


@pytest.mark.slow
def test_3500_seats_are_read_within_the_budget_of_calls(serve: Open) -> None:
    """GraphQL calls at most 1.05 times what the pages come to, and every grant there.

    The regime is told by three calls and a listing of the teams.
    """
    world, people, teams, repositories = big_world(1)
    place: Place = serve(world)

    snapshot = place.snapshot()

    assert snapshot.grants == world.grants()
    overflow = sum(max(0, ceil(len(team.places) / 100) - 1) for team in world.teams.values())
    pages = 2 * ceil(people / 100) + ceil(teams / 50) + ceil(repositories / 50) + overflow
    assert place.asked("/graphql") <= 1.05 * pages
    assert len(world.log.requests) - place.asked("/graphql") <= 6 + 3 + ceil(teams / 100)


def test_activity_is_told_where_there_is_an_audit_log(world: World, serve: Open) -> None:
    """The latest event of each account; who has none is unknown, not inactive."""
    seen = world.now() - timedelta(days=40)
    bob = world.member(world.account("bob", last_active=seen))
    eva = world.member(world.account("eva"))
    world.tells_activity = True

    snapshot = serve(world).snapshot(activity=True)

    active = {account.id: account.last_active for account in snapshot.accounts}
    assert snapshot.coverage.whole("activity")
    assert (active[bob], active[eva]) == (seen, None)
