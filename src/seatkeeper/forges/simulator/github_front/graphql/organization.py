"""The organization, its members, its single sign-on identities and its invitations."""

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
from seatkeeper.forges.simulator.github_front.graphql.pages import Edge, Ordered, Page, cut, remembered
from seatkeeper.forges.simulator.github_front.graphql.run import NO_ARGS, Args, Nothing, Run
from seatkeeper.forges.simulator.github_front.words import INVITED_WORD, node_id, organization_node_id, stamp
from seatkeeper.model.ids import AccountId

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.records import (
        AccountRecord,
        InvitationRecord,
        RepositoryRecord,
        TeamRecord,
    )
    from seatkeeper.forges.simulator.world import World


def _members(world: World, run: Run, args: Args = NO_ARGS) -> Page:
    ordered = remembered(run, "members", lambda: Ordered(world.accounts[a] for a in world.members))
    return cut(ordered, args, "membersWithRole")


def _member_role(source: Edge, run: Run, _args: Args = NO_ARGS) -> str:
    return "ADMIN" if run.world.members[source.node.id] == "owner" else "MEMBER"


def _matches(record: TeamRecord | RepositoryRecord, args: Args) -> bool:
    query = args.get("query")
    return query is None or str(query).lower() in record.name.lower()


def _teams(world: World, run: Run, args: Args = NO_ARGS) -> Page:
    by_name = isinstance(args.get("orderBy"), dict)
    if args.keys() <= {"first", "after", "last", "before"}:
        return cut(remembered(run, "teams", lambda: Ordered(world.teams.values())), args, "teams")
    logins = args.get("userLogins")
    records = [team for team in world.teams.values() if _matches(team, args)]
    if args.get("rootTeamsOnly") is True:
        records = [team for team in records if team.parent is None]
    if isinstance(logins, list):
        found = [world.by_login(str(login)) for login in logins]
        places = {team for account in found if account for team in account.teams}
        records = [team for team in records if not places.isdisjoint(world.lineage(team.id))]
    ordered = Ordered(records, lambda team: (team.name.lower(), team.number)) if by_name else Ordered(records)
    return cut(ordered, args, "teams")


def _team(world: World, _run: Run, args: Args = NO_ARGS) -> TeamRecord | None:
    return world.by_slug(str(args.get("slug")))


def _repositories(world: World, run: Run, args: Args = NO_ARGS) -> Page:
    by_creation = args.get("orderBy") in (None, {"field": "CREATED_AT", "direction": "ASC"})
    if by_creation and args.keys() <= {"first", "after", "last", "before", "orderBy"}:
        ordered = remembered(run, "repositories", lambda: Ordered(world.repositories.values()))
        return cut(ordered, args, "repositories")
    wanted = {"PRIVATE": True, "PUBLIC": False}.get(str(args.get("privacy") or args.get("visibility")))
    archived = args.get("isArchived")
    records = [
        repository
        for repository in world.repositories.values()
        if wanted in (None, repository.private) and archived in (None, repository.archived)
    ]
    order = args.get("orderBy")
    if isinstance(order, dict) and order.get("field") == "NAME":
        return cut(Ordered(records, lambda r: (r.name.lower(), r.number)), args, "repositories")
    return cut(Ordered(records), args, "repositories")


def _repository(world: World, _run: Run, args: Args = NO_ARGS) -> RepositoryRecord:
    name = str(args.get("name"))
    record = world.by_name(name)
    moved = world.moved_repositories.get(name.lower())
    if record is None and moved is not None and args.get("followRenames", True):
        record = world.repositories[moved]
    if record is None:
        full_name = f"{world.organization_login}/{name}"
        raise Nothing("NOT_FOUND", f"Could not resolve to a Repository with the name '{full_name}'.")
    return record


def _provider(world: World, run: Run, _args: Args = NO_ARGS) -> World | None:
    run.need("members:read", "samlIdentityProvider")
    return world if any(account.name_id is not None for account in world.accounts.values()) else None


def _identities(world: World, run: Run, args: Args = NO_ARGS) -> Page:
    def known() -> Ordered:
        return Ordered(account for account in world.accounts.values() if account.name_id is not None)

    ordered = remembered(run, "identities", known)
    only, login, name = args.get("membersOnly") is True, args.get("login"), args.get("userName")
    if only or login is not None or name is not None:
        ordered = Ordered(
            account
            for account in ordered.rows
            if (not only or account.id in world.members)
            and (login is None or account.login.lower() == str(login).lower())
            and name in (None, account.name_id)
        )
    return cut(ordered, args, "externalIdentities")


def _saml(account: AccountRecord, _run: Run, _args: Args = NO_ARGS) -> AccountRecord:
    return account


def _scim(account: AccountRecord, _run: Run, _args: Args = NO_ARGS) -> AccountRecord | None:
    return account if account.scim_name is not None else None


def _emails(account: AccountRecord, _run: Run, _args: Args = NO_ARGS) -> list[str]:
    return list(account.identity_emails)


def _invitee(record: InvitationRecord, run: Run, _args: Args = NO_ARGS) -> AccountRecord | None:
    return run.world.accounts.get(record.account or AccountId(""))


def _pending_members(world: World, run: Run, args: Args = NO_ARGS) -> Page:
    waiting = (
        world.accounts[record.account] for record in world.pending() if record.account in world.accounts
    )
    run.need("members:read", "pendingMembers")
    return cut(Ordered(waiting), args, "pendingMembers")


TYPES: dict[str, Fields] = {
    "Organization": {
        "id": Field(lambda world, _run, _args=NO_ARGS: organization_node_id(world)),
        "databaseId": Field(lambda world, _run, _args=NO_ARGS: int(world.organization_id)),
        "login": told("organization_login"),
        "name": told("organization_login"),
        "description": always(None),
        "email": always(None),
        "url": Field(lambda world, run, _args=NO_ARGS: f"{run.base}/{world.organization_login}"),
        "resourcePath": Field(lambda world, _run, _args=NO_ARGS: f"/{world.organization_login}"),
        "createdAt": Field(lambda world, _run, _args=NO_ARGS: stamp(world.started_at)),
        "viewerCanAdminister": Field(lambda world, run, _args=NO_ARGS: run.token.account in world.owners()),
        "viewerIsAMember": Field(lambda world, run, _args=NO_ARGS: run.token.account in world.members),
        "membersWithRole": Field(
            _members, "OrganizationMemberConnection", pages=True, nullable=False, right="members:read"
        ),
        "teams": Field(_teams, "TeamConnection", pages=True, nullable=False, right="members:read"),
        "team": Field(_team, "Team", right="members:read"),
        "repositories": Field(
            _repositories, "RepositoryConnection", pages=True, nullable=False, right="metadata:read"
        ),
        "repository": Field(_repository, "Repository", right="metadata:read"),
        "samlIdentityProvider": Field(_provider, "OrganizationIdentityProvider"),
        "pendingMembers": Field(_pending_members, "UserConnection", pages=True, nullable=False),
    },
    "OrganizationMemberConnection": connection("OrganizationMemberEdge", "User"),
    "OrganizationMemberEdge": edge("User", role=Field(_member_role), hasTwoFactorEnabled=always(True)),
    "OrganizationIdentityProvider": {
        "id": Field(lambda world, _run, _args=NO_ARGS: f"OIP_{world.organization_id}"),
        "issuer": always(None),
        "ssoUrl": always(None),
        "organization": Field(lambda world, _run, _args=NO_ARGS: world, "Organization"),
        "externalIdentities": Field(_identities, "ExternalIdentityConnection", pages=True, nullable=False),
    },
    "ExternalIdentityConnection": connection("ExternalIdentityEdge", "ExternalIdentity"),
    "ExternalIdentityEdge": edge("ExternalIdentity"),
    "ExternalIdentity": {
        "id": Field(lambda account, _run, _args=NO_ARGS: f"EI_{account.id}"),
        "guid": Field(lambda account, _run, _args=NO_ARGS: f"{account.number:032x}"),
        "user": Field(_saml, "User"),
        "samlIdentity": Field(_saml, "ExternalIdentitySamlAttributes"),
        "scimIdentity": Field(_scim, "ExternalIdentityScimAttributes"),
        "organizationInvitation": Field(lambda _account, _run, _args=NO_ARGS: None, "OrganizationInvitation"),
    },
    "ExternalIdentitySamlAttributes": {
        "nameId": told("name_id"),
        "username": told("name_id"),
        "givenName": always(None),
        "familyName": always(None),
        "groups": always(None),
        "emails": Field(_emails, "UserEmailMetadata", many=True),
    },
    "ExternalIdentityScimAttributes": {"username": told("scim_name"), "emails": always(None)},
    "UserEmailMetadata": {
        "value": Field(lambda email, _run, _args=NO_ARGS: email),
        "primary": always(None),
        "type": always(None),
    },
    "OrganizationInvitation": {
        "id": Field(lambda record, _run, _args=NO_ARGS: node_id(record)),
        "createdAt": Field(lambda record, _run, _args=NO_ARGS: stamp(record.created_at)),
        "email": told("email"),
        "invitationSource": always("MEMBER"),
        "invitationType": Field(lambda record, _run, _args=NO_ARGS: "USER" if record.account else "EMAIL"),
        "invitee": Field(_invitee, "User"),
        "organization": Field(lambda _record, run, _args=NO_ARGS: run.world, "Organization", nullable=False),
        "role": Field(lambda record, _run, _args=NO_ARGS: INVITED_WORD[record.role].upper()),
    },
    "OrganizationInvitationConnection": connection("OrganizationInvitationEdge", "OrganizationInvitation"),
    "OrganizationInvitationEdge": edge("OrganizationInvitation"),
}
