"""An account is read again by its number, whatever it, its teams and its repositories are called today."""

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource, direct, held_by, membership, team_place
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Target
from tests.forges.github.conftest import Open


def settled(world: World, login: str = "bob") -> AccountId:
    """A member with a team and a direct grant."""
    account = world.member(world.account(login))
    team, repository = world.team(f"team-of-{login}"), world.repository(f"repo-of-{login}")
    world.place(account, team, "maintainer")
    world.direct(account, repository, "triage")
    return account


def test_what_is_held_is_read_exactly(world: World, serve: Open) -> None:
    """Membership, team places with their roles, direct grants."""
    bob = settled(world)
    ana = world.by_login("ana")
    assert ana is not None
    place = serve(world)

    states = place.reader.accounts([place.target(bob), place.target(ana.id)])

    assert states[bob].grants == held_by(bob, world.grants())
    assert states[ana.id].grants == {membership(ana.id, world.organization().id, "owner")}
    assert states[bob].exists
    assert not states[bob].unread
    assert states[bob].invitation is None


def test_a_login_written_in_another_case_is_the_same(world: World, serve: Open) -> None:
    """Logins are case-insensitive; the state has the login as the forge spells it."""
    bob = settled(world, "Bob")
    place = serve(world)

    state = place.reader.accounts([place.target(bob, "bOB")])[bob]

    assert state.login == "Bob"
    assert state.grants == held_by(bob, world.grants())


def test_a_renamed_account_is_found_again_by_its_number(world: World, serve: Open) -> None:
    """Nobody's login any more; the account is where it was."""
    bob = settled(world)
    place = serve(world)
    target = place.target(bob)
    world.rename(bob, "robert")

    state = place.reader.accounts([target])[bob]

    assert state.login == "robert"
    assert state.grants == held_by(bob, world.grants())


def test_a_recycled_login_is_never_taken_for_the_account(world: World, serve: Open) -> None:
    """A stranger has the old login, and even the same team; the account is found under its new one."""
    bob = settled(world)
    place = serve(world)
    target = place.target(bob)
    world.rename(bob, "robert")
    stranger = settled(world, "bob2")
    world.rename(stranger, "bob")
    team = next(r for r in target.resources if r.kind == "team")
    world.place(stranger, world.teams[team.id].id)  # type: ignore[index]

    state = place.reader.accounts([target])[bob]

    assert state.login == "robert"
    assert state.grants == held_by(bob, world.grants())
    assert all(grant.subject.id == bob for grant in state.grants)


def test_an_account_that_was_deleted_is_nobodys(world: World, serve: Open) -> None:
    """Its login may be somebody else's by now."""
    bob = settled(world)
    place = serve(world)
    target = place.target(bob)
    world.delete_account(bob)
    world.member(world.account("bob"))

    state = place.reader.accounts([target])[bob]

    assert not state.exists
    assert state.grants == frozenset()


def test_renamed_teams_and_repositories_are_told_by_their_names_of_today(world: World, serve: Open) -> None:
    """A write by name must use today's name."""
    bob = settled(world)
    place = serve(world)
    target = place.target(bob)
    team, repository = world.by_slug("team-of-bob"), world.by_name("repo-of-bob")
    assert team is not None
    assert repository is not None
    world.rename_team(team.id, "platform")
    world.rename_repository(repository.id, "tool")

    state = place.reader.accounts([target])[bob]

    assert state.grants == held_by(bob, world.grants())
    assert state.names[Resource("team", team.id)] == "platform"
    assert state.names[Resource("repository", repository.id)] == "tool"


def test_a_name_that_means_something_else_now_says_nothing(world: World, serve: Open) -> None:
    """The old names were taken over by a new team and a new repository."""
    bob = world.member(world.account("bob"))
    team, repository = world.team("platform"), world.repository("tool")
    place = serve(world)
    named = {Resource("team", team): "platform", Resource("repository", repository): "tool"}
    world.rename_team(team, "old-platform")
    world.rename_repository(repository, "old-tool")
    other_team, other_repository = world.team("platform"), world.repository("tool")
    world.place(bob, other_team)
    world.direct(bob, other_repository, "admin")

    state = place.reader.accounts([Target(bob, "bob", named)])[bob]

    assert state.unread == set(named)
    assert not any(resource in state.names for resource in named)
    assert state.grants == held_by(bob, world.grants()) - {direct(bob, other_repository, "admin")}


def test_a_place_in_a_team_nobody_named_is_told(world: World, serve: Open) -> None:
    """A team given since the plan was made must be noticed, or the change would go on all the same."""
    bob = world.member(world.account("bob"))
    place = serve(world)
    world.place(bob, world.team("platform"), "maintainer")

    state = place.reader.accounts([Target(bob, "bob", {})])[bob]

    assert state.grants == held_by(bob, world.grants())
    assert state.unread == frozenset()


def test_somebody_who_left_holds_nothing_and_is_not_unread(world: World, serve: Open) -> None:
    """Reading back after a removal must be able to confirm it."""
    bob = settled(world)
    place = serve(world)
    target = place.target(bob)
    world.remove_member(bob)

    state = place.reader.accounts([target])[bob]

    assert state.exists
    assert not state.unread
    assert state.grants == held_by(bob, world.grants())
    assert not any(grant.resource.kind != "repository" for grant in state.grants)
    assert Resource("team", next(r.id for r in target.resources if r.kind == "team")) in state.names


def test_a_pending_invitation_is_found_with_its_teams(world: World, serve: Open) -> None:
    """Invited, not a member, and told what of."""
    eva, team = world.account("Eva"), world.team("engineering")
    world.invite(eva, teams={team: "member"})
    place = serve(world)

    state = place.reader.accounts([Target(eva, "eva", {Resource("team", team): "engineering"})])[eva]

    assert state.invitation is not None
    assert (state.invitation.account, state.invitation.teams) == (eva, (team,))
    assert state.grants == frozenset()


def test_many_accounts_are_read_in_few_calls(world: World, serve: Open) -> None:
    """Forty leavers with five teams and ten direct grants each: far fewer calls than lookups."""
    teams = [world.team(f"team{n}") for n in range(5)]
    repositories = [world.repository(f"repo{n}") for n in range(10)]
    people = [world.member(world.account(f"user{n}")) for n in range(40)]
    for person in people:
        for team in teams:
            world.place(person, team)
        for repository in repositories:
            world.direct(person, repository, "write")
    place = serve(world)
    names = place.snapshot().names()
    targets = [
        Target(
            p, world.accounts[p].login, {g.resource: names[g.resource] for g in held_by(p, world.grants())}
        )
        for p in people
    ]
    before = len(world.log.requests)

    states = place.reader.accounts(targets)

    assert all(states[p].grants == held_by(p, world.grants()) and not states[p].unread for p in people)
    assert len(world.log.requests) - before <= 26


def test_no_targets_need_no_call(world: World, serve: Open) -> None:
    """Nothing asked, nothing sent."""
    place = serve(world)

    assert place.reader.accounts([]) == {}
    assert world.log.requests == []


def test_logins_are_looked_up_in_any_case_and_many_to_a_call(world: World, serve: Open) -> None:
    """Keys as given; None is nobody's."""
    people = {f"User{n}": world.account(f"User{n}") for n in range(60)}
    place = serve(world)

    found = place.reader.lookup([*(login.lower() for login in people), "nobody", "", "  "])

    assert {login: account and account.id for login, account in found.items()} == {
        **{login.lower(): number for login, number in people.items()},
        "nobody": None,
        "": None,
        "  ": None,
    }
    assert place.asked("/graphql") == 2


def test_whoami_is_the_account_behind_the_credential(world: World, serve: Open) -> None:
    """So that nobody plans themselves away."""
    place = serve(world)

    assert place.reader.whoami().id == world.operator
    assert place.reader.capabilities.kind == "github"


def test_reading_twice_gives_the_same(world: World, serve: Open) -> None:
    """A direct grant and a place, seen by both ways of reading."""
    bob = settled(world)
    place = serve(world)

    held = held_by(bob, place.snapshot().grants)

    assert held == place.state(bob).grants
    assert {grant.role for grant in held} == {"member", "maintainer", "triage"}
    assert team_place(bob, world.by_slug("team-of-bob").id, "maintainer") in held  # type: ignore[union-attr]
    assert direct(bob, world.by_name("repo-of-bob").id, "triage") in held  # type: ignore[union-attr]
