"""The invented company's forge, built in the simulator's memory."""

from datetime import timedelta
from typing import cast

from seatkeeper.demo.company import INVITED_FOR, Company
from seatkeeper.forges.simulator.records import MemberRole, TeamRole
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId


def build_world(company: Company) -> World:
    """A world that holds exactly the company's grants, its clock at the company's `now`.

    Pending invitations were sent `INVITED_FOR` earlier.
    """
    world = World(
        company.organization.login,
        company.organization.id,
        seats=company.seats_bought,
        start=company.now - INVITED_FOR,
        seed=company.seed,
        base_role=company.organization.base_role,
    )
    for account in company.accounts:
        world.account(
            account.login,
            id=account.id,
            name=account.name,
            email=account.email,
            kind=account.kind,
            last_active=account.last_active,
        )
    for team in company.teams:
        world.team(team.slug, team.name, parent=team.parent, id=team.id, managed_by=team.managed_by)
    for repository in company.repositories:
        world.repository(
            repository.name, id=repository.id, private=repository.private, archived=repository.archived
        )
    for grant in company.grants:
        give(world, grant)
    for invited in company.invited:
        world.invite(invited)
    world.advance(INVITED_FOR / timedelta(seconds=1))
    return world


def give(world: World, grant: Grant) -> None:
    """Make one grant true in a world, by whatever kind of grant it is."""
    subject, resource, role = grant
    account = AccountId(subject.id)
    if subject.kind == "team":
        world.team_grant(TeamId(subject.id), RepositoryId(resource.id), role)
    elif resource.kind == "organization":
        world.member(account, cast("MemberRole", role))
    elif resource.kind == "team":
        world.place(account, TeamId(resource.id), cast("TeamRole", role))
    else:
        world.direct(account, RepositoryId(resource.id), role)
