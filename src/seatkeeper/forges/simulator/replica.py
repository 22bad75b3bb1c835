"""A world from a snapshot: an organization as it was seen, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from seatkeeper.forges.simulator.records import Former, MemberRole, TeamRole
from seatkeeper.forges.simulator.regime import settle
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId

if TYPE_CHECKING:
    from seatkeeper.model.grants import Grant
    from seatkeeper.model.snapshot import Snapshot

REMEMBERED_SINCE = timedelta(days=1)


def replica(snapshot: Snapshot, former: Mapping[AccountId, frozenset[Grant]]) -> World:
    """A world that holds exactly the snapshot's grants, its clock where the snapshot was read.

    `former` are accounts that the forge still remembers as members, with what
    they had: they were removed a day before. Where it was read who is
    suspended, it is a server of one's own.
    """
    organization = snapshot.organization
    world = World(
        organization.login,
        organization.id,
        seats=snapshot.seats.bought,
        start=snapshot.read_at,
        base_role=organization.base_role,
    )
    for account in snapshot.accounts:
        world.account(account.login, id=account.id, kind=account.kind)
    for team in snapshot.teams:
        world.team(
            team.slug,
            team.name,
            parent=team.parent,
            id=team.id,
            managed_by=team.managed_by,
            lets_in=team.lets_in,
        )
    for repository in snapshot.repositories:
        world.repository(
            repository.name, id=repository.id, private=repository.private, archived=repository.archived
        )
    for grant in snapshot.grants:
        world.give(grant)
    if snapshot.coverage.whole("suspensions"):
        settle(world, "ghes").suspended.update(snapshot.suspended)
    for account_id, grants in former.items():
        world.former[account_id] = _former(world, grants)
    return world


def _former(world: World, grants: frozenset[Grant]) -> Former:
    found = Former(world.now() - REMEMBERED_SINCE, "member", {}, {})
    for _, resource, role in grants:
        if resource.kind == "organization":
            found.role = cast("MemberRole", role)
        elif resource.kind == "team":
            found.places[TeamId(resource.id)] = cast("TeamRole", role)
        else:
            found.direct[RepositoryId(resource.id)] = role
    return found
