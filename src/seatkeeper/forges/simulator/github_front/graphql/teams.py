"""Teams, who is in them, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.github_front.graphql.field import (
    Field,
    Fields,
    always,
    connection,
    edge,
    told,
)
from seatkeeper.forges.simulator.github_front.graphql.pages import Edge, Ordered, Page, cut
from seatkeeper.forges.simulator.github_front.graphql.people import matching
from seatkeeper.forges.simulator.github_front.graphql.run import NO_ARGS, Args, Run
from seatkeeper.forges.simulator.github_front.words import built_in, node_id, stamp
from seatkeeper.model.ids import RepositoryId

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.records import TeamRecord
    from seatkeeper.model.ids import AccountId


def _members(team: TeamRecord, run: Run, args: Args = NO_ARGS) -> Page:
    world, kind = run.world, args.get("membership", "ALL")
    found: set[AccountId] = set() if kind == "CHILD_TEAM" else set(team.places)
    if kind != "IMMEDIATE":
        for below in world.lineage(team.id) - {team.id}:
            found.update(world.teams[below].places)
    records = [world.accounts[account] for account in found]
    if args.get("query") is not None:
        records = [record for record in records if matching(record, args["query"])]
    if args.get("role") is not None:
        wanted = str(args["role"]).lower()
        records = [r for r in records if (world.place_role(r.id, team) or "member") == wanted]
    return cut(Ordered(records), args, "members", team)


def _member_role(source: Edge, run: Run, _args: Args = NO_ARGS) -> str:
    return (run.world.place_role(source.node.id, source.place) or "member").upper()


def _held(team: TeamRecord, run: Run) -> dict[RepositoryId, str]:
    world, found = run.world, dict[RepositoryId, str]()
    above: TeamRecord | None = team
    while above is not None:
        for repository, role in above.grants.items():
            found[repository] = max(role, found.get(repository, "none"), key=world.rank)
        above = world.teams[above.parent] if above.parent is not None else None
    return found


def _repositories(team: TeamRecord, run: Run, args: Args = NO_ARGS) -> Page:
    held = _held(team, run) if team.parent is not None else team.grants
    records = [run.world.repositories[repository] for repository in held]
    if args.get("query") is not None:
        records = [record for record in records if str(args["query"]).lower() in record.name.lower()]
    return cut(Ordered(records), args, "repositories", team)


def _repository_permission(source: Edge, run: Run, _args: Args = NO_ARGS) -> str:
    return built_in(run.world, _held(source.place, run)[source.node.id]).upper()


def _invitations(team: TeamRecord, run: Run, args: Args = NO_ARGS) -> Page:
    run.need("members:read", "invitations")
    return cut(Ordered(r for r in run.world.pending() if team.id in r.teams), args, "invitations")


def _parent(team: TeamRecord, run: Run, _args: Args = NO_ARGS) -> TeamRecord | None:
    return run.world.teams[team.parent] if team.parent is not None else None


def _children(team: TeamRecord, run: Run, args: Args = NO_ARGS) -> Page:
    below = team.children if args.get("immediateOnly", True) else run.world.lineage(team.id) - {team.id}
    return cut(Ordered(run.world.teams[child] for child in below), args, "childTeams")


def _ancestors(team: TeamRecord, run: Run, args: Args = NO_ARGS) -> Page:
    found, above = [], _parent(team, run)
    while above is not None:
        found.append(above)
        above = _parent(above, run)
    return cut(Ordered(found), args, "ancestors")


TYPES: dict[str, Fields] = {
    "Team": {
        "id": Field(lambda team, _run, _args=NO_ARGS: node_id(team)),
        "databaseId": told("number"),
        "slug": told("slug"),
        "name": told("name"),
        "combinedSlug": Field(lambda team, run, _args=NO_ARGS: f"{run.world.organization_login}/{team.slug}"),
        "description": always(None),
        "privacy": always("VISIBLE"),
        "createdAt": Field(lambda _team, run, _args=NO_ARGS: stamp(run.world.started_at)),
        "updatedAt": Field(lambda _team, run, _args=NO_ARGS: stamp(run.world.started_at)),
        "url": Field(
            lambda team, run, _args=NO_ARGS: (
                f"{run.base}/orgs/{run.world.organization_login}/teams/{team.slug}"
            )
        ),
        "organization": Field(lambda _team, run, _args=NO_ARGS: run.world, "Organization", nullable=False),
        "parentTeam": Field(_parent, "Team"),
        "childTeams": Field(_children, "TeamConnection", pages=True, nullable=False),
        "ancestors": Field(_ancestors, "TeamConnection", pages=True, nullable=False),
        "members": Field(_members, "TeamMemberConnection", pages=True, nullable=False),
        "repositories": Field(_repositories, "TeamRepositoryConnection", pages=True, nullable=False),
        "invitations": Field(_invitations, "OrganizationInvitationConnection", pages=True),
    },
    "TeamConnection": connection("TeamEdge", "Team"),
    "TeamEdge": edge("Team"),
    "TeamMemberConnection": connection("TeamMemberEdge", "User"),
    "TeamMemberEdge": edge("User", role=Field(_member_role)),
    "TeamRepositoryConnection": connection("TeamRepositoryEdge", "Repository"),
    "TeamRepositoryEdge": edge("Repository", permission=Field(_repository_permission)),
}
