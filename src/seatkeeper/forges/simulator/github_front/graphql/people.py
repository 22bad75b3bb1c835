"""Accounts."""

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
from seatkeeper.forges.simulator.github_front.graphql.pages import Ordered, Page, cut
from seatkeeper.forges.simulator.github_front.graphql.run import NO_ARGS, Args, Run
from seatkeeper.forges.simulator.github_front.words import node_id, stamp

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.records import AccountRecord
    from seatkeeper.forges.simulator.world import World


def matching(record: AccountRecord, query: object) -> bool:
    """Whether a search text is part of the account's login or name, in any case."""
    asked = "" if query is None else str(query).lower()
    return asked in record.login.lower() or asked in (record.name or "").lower()


def _organization(account: AccountRecord, run: Run, args: Args = NO_ARGS) -> World | None:
    here = str(args.get("login")).lower() == run.world.organization_login.lower()
    return run.world if here and account.id in run.world.members else None


def _organizations(account: AccountRecord, run: Run, args: Args = NO_ARGS) -> Page:
    found = [run.world] if account.id in run.world.members else []
    return cut(Ordered(found, lambda world: int(world.organization_id)), args, "organizations")


def _suspended_at(account: AccountRecord, run: Run, _args: Args = NO_ARGS) -> str | None:
    return stamp(run.world.started_at) if account.id in run.world.suspended else None


ON_A_SERVER: dict[str, Fields] = {"User": {"suspendedAt": Field(_suspended_at)}}
"""What only a server of somebody's own knows, as its clients say: it publishes no schema."""

TYPES: dict[str, Fields] = {
    "User": {
        "id": Field(lambda account, _run, _args=NO_ARGS: node_id(account)),
        "databaseId": told("number"),
        "login": told("login"),
        "name": told("name"),
        "email": Field(lambda account, _run, _args=NO_ARGS: account.email or "", right="emails:read"),
        "url": Field(lambda account, run, _args=NO_ARGS: f"{run.base}/{account.login}"),
        "resourcePath": Field(lambda account, _run, _args=NO_ARGS: f"/{account.login}"),
        "avatarUrl": Field(lambda account, run, _args=NO_ARGS: f"{run.base}/avatars/u/{account.id}"),
        "createdAt": Field(lambda account, _run, _args=NO_ARGS: stamp(account.created_at)),
        "updatedAt": Field(lambda account, _run, _args=NO_ARGS: stamp(account.created_at)),
        "company": always(None),
        "bio": always(None),
        "location": always(None),
        "isSiteAdmin": always(value=False),
        "isViewer": Field(lambda account, run, _args=NO_ARGS: account.id == run.token.account),
        "organizationVerifiedDomainEmails": always([]),
        "organization": Field(_organization, "Organization"),
        "organizations": Field(_organizations, "OrganizationConnection", pages=True, nullable=False),
    },
    "UserConnection": connection("UserEdge", "User"),
    "UserEdge": edge("User"),
    "OrganizationConnection": connection("OrganizationEdge", "Organization"),
    "OrganizationEdge": edge("Organization"),
}
