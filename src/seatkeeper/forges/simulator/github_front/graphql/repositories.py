"""Repositories, and for each collaborator every source of what they can do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.holdings import Source
    from seatkeeper.forges.simulator.records import RepositoryRecord

COARSE = {
    "none": "NONE",
    "read": "READ",
    "triage": "READ",
    "write": "WRITE",
    "maintain": "WRITE",
    "admin": "ADMIN",
}
"""What `PermissionSource.permission` can say: triage and maintain are lost in it, `roleName` keeps them."""


def _collaborators(repository: RepositoryRecord, run: Run, args: Args = NO_ARGS) -> Page:
    world, affiliation = run.world, args.get("affiliation", "ALL")
    if affiliation in {"DIRECT", "OUTSIDE"}:
        found = set(repository.direct)
        if affiliation == "OUTSIDE":
            found.difference_update(world.members)
        elif world.direct_lists_owners:
            found.update(world.owners())
    else:
        found = world.reachers(repository)
    records = [world.accounts[account] for account in found]
    if args.get("login") is not None:
        records = [record for record in records if record.login.lower() == str(args["login"]).lower()]
    if args.get("query") is not None:
        records = [record for record in records if matching(record, args["query"])]
    return cut(Ordered(records), args, "collaborators", repository)


def _sources(source: Edge, run: Run, _args: Args = NO_ARGS) -> list[tuple[Source, Any]]:
    if source.found is None:
        places = {"organization": run.world, "repository": source.place}
        found = run.world.sources(source.node.id, source.place)
        source.found = [(one, one.team or places[one.kind]) for one in found]
    return source.found  # type: ignore[no-any-return]  # an edge keeps what its own resolver found


def _permission(source: Edge, run: Run, _args: Args = NO_ARGS) -> str:
    role = run.world.highest([one for one, _ in _sources(source, run)])
    return built_in(run.world, role).upper()


def _source_permission(source: tuple[Source, Any], run: Run, _args: Args = NO_ARGS) -> str:
    return COARSE[built_in(run.world, source[0].role)]


def _full_name(repository: RepositoryRecord, run: Run, _args: Args = NO_ARGS) -> str:
    return f"{run.world.organization_login}/{repository.name}"


def _visibility(repository: RepositoryRecord, _run: Run, _args: Args = NO_ARGS) -> str:
    return "PRIVATE" if repository.private else "PUBLIC"


TYPES: dict[str, Fields] = {
    "Repository": {
        "id": Field(lambda repository, _run, _args=NO_ARGS: node_id(repository)),
        "databaseId": told("number"),
        "name": told("name"),
        "nameWithOwner": Field(_full_name),
        "description": always(None),
        "isArchived": told("archived"),
        "isPrivate": told("private"),
        "isDisabled": always(value=False),
        "isFork": always(value=False),
        "visibility": Field(_visibility),
        "url": Field(lambda repository, run, _args=NO_ARGS: f"{run.base}/{_full_name(repository, run)}"),
        "createdAt": Field(lambda _repository, run, _args=NO_ARGS: stamp(run.world.started_at)),
        "updatedAt": Field(lambda _repository, run, _args=NO_ARGS: stamp(run.world.started_at)),
        "owner": Field(lambda _repository, run, _args=NO_ARGS: run.world, "RepositoryOwner", nullable=False),
        "collaborators": Field(
            _collaborators, "RepositoryCollaboratorConnection", pages=True, right="administration:read"
        ),
    },
    "RepositoryConnection": {**connection("RepositoryEdge", "Repository"), "totalDiskUsage": always(0)},
    "RepositoryEdge": edge("Repository"),
    "RepositoryCollaboratorConnection": connection("RepositoryCollaboratorEdge", "User"),
    "RepositoryCollaboratorEdge": edge(
        "User",
        permission=Field(_permission),
        permissionSources=Field(_sources, "PermissionSource", many=True),
    ),
    "PermissionSource": {
        "roleName": Field(lambda source, _run, _args=NO_ARGS: source[0].role),
        "permission": Field(_source_permission),
        "organization": Field(lambda _source, run, _args=NO_ARGS: run.world, "Organization", nullable=False),
        "source": Field(lambda source, _run, _args=NO_ARGS: source[1], "PermissionGranter", nullable=False),
    },
}
