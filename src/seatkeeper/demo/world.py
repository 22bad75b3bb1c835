"""The invented company's forge, built in the simulator's memory."""

from datetime import timedelta

from seatkeeper.demo.company import INVITED_FOR, Company
from seatkeeper.forges.simulator.world import World


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
        world.give(grant)
    for invited in company.invited:
        world.invite(invited)
    world.advance(INVITED_FOR / timedelta(seconds=1))
    return world
