"""The small company that most tests here play with."""

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId


def small_world() -> World:
    """Two owners, five members, two guests, a team in a team, three repositories, one person outside."""
    world = World("acme", base_role="read", seats=50)
    owners = [
        world.member(world.account(login, email=f"{login}@acme.example"), "owner") for login in ("ana", "oto")
    ]
    members = [world.member(world.account(f"user{n}", name=f"User {n}")) for n in range(1, 6)]
    guests = [world.account(f"guest{n}") for n in range(1, 3)]
    world.account("stranger", email="stranger@elsewhere.example")
    engineering = world.team("engineering", "Engineering")
    storage = world.team("storage", "Storage", parent=engineering)
    site, core, old = (world.repository(name) for name in ("site", "core", "old"))
    world.place(owners[0], engineering)
    world.place(members[0], engineering, "maintainer")
    world.place(members[1], storage)
    world.team_grant(engineering, site, "write")
    world.team_grant(storage, core, "maintain")
    world.direct(members[0], core, "triage")
    world.direct(members[1], site, "admin")
    world.direct(owners[0], site, "read")
    world.direct(guests[0], core, "write")
    world.direct(guests[1], old, "read")
    return world


def who(world: World, login: str) -> AccountId:
    """The id of the account with this login."""
    record = world.by_login(login)
    assert record is not None
    return record.id


def team(world: World, slug: str) -> TeamId:
    """The id of the team with this slug."""
    record = world.by_slug(slug)
    assert record is not None
    return record.id


def repository(world: World, name: str) -> RepositoryId:
    """The id of the repository with this name."""
    record = world.by_name(name)
    assert record is not None
    return record.id
