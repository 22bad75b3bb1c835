"""REST: teams, their members and their repositories."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front import shapes, shapes_repository
from seatkeeper.forges.simulator.github_front.call import Answer, Call, Json, Problem, invalid, not_found
from seatkeeper.forges.simulator.github_front.words import role_from_wire, stamp
from seatkeeper.forges.simulator.records import AccountRecord, TeamRecord, TeamRole
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.regime import ENTERPRISE_PREFIX
from seatkeeper.model.ids import RepositoryId, TeamId


def teams(call: Call) -> Answer:
    """GET /orgs/{org}/teams."""
    found = sorted(call.world.teams.values(), key=lambda record: record.number)
    return call.listing(found, lambda record: shapes.team(call.base, call.world, record))


def team(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}."""
    return Answer(200, shapes.team_profile(call.base, call.world, call.team(call.names[1])))


def team_by_id(call: Call) -> Answer:
    """GET /organizations/{org_id}/team/{team_id}: whatever its slug is today."""
    record = call.world.teams.get(TeamId(call.names[1]))
    if record is None or call.names[0] != call.world.organization_id:
        raise not_found()
    return Answer(200, shapes.team_profile(call.base, call.world, record))


def external_groups(call: Call) -> Answer:
    """GET /orgs/{org}/external-groups: the identity provider's groups that own teams; 404 without any."""
    named = _external(call)
    if not named and call.world.regime != "emu":
        raise not_found()
    when = stamp(call.world.started_at)
    rows: list[Json] = [
        {"group_id": n, "group_name": name, "updated_at": when} for n, name in enumerate(named, 1)
    ]
    return Answer(200, {"groups": rows})


def synced_groups(call: Call) -> Answer:
    """GET /orgs/{org}/team-sync/groups: the groups that may be synced; 404 where no team is."""
    named = _external(call)
    if not named:
        raise not_found()
    return Answer(200, {"groups": [_synced(name) for name in named]})


def group_mappings(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/team-sync/group-mappings: the groups that decide who is in it."""
    name = call.team(call.names[1]).managed_by
    return Answer(200, {"groups": [_synced(name)] if name is not None else []})


def _synced(name: str) -> Json:
    return {"group_id": name, "group_name": name, "group_description": ""}


def external_group(call: Call) -> Answer:
    """GET /orgs/{org}/external-group/{group_id}: the teams that a group of the identity provider owns."""
    named, asked, world = _external(call), call.names[1], call.world
    if not asked.isdecimal() or not 0 < int(asked) <= len(named):
        raise not_found()
    name = named[int(asked) - 1]
    teams = [{"team_id": t.number, "team_name": t.name} for t in world.teams.values() if t.managed_by == name]
    told: Json = {"group_id": int(asked), "group_name": name, "updated_at": stamp(world.started_at)}
    return Answer(200, told | {"teams": teams, "members": []})


def _external(call: Call) -> list[str]:
    """The groups of the identity provider; what the enterprise decides is none of its."""
    teams = [t for t in call.world.teams.values() if not t.slug.startswith(ENTERPRISE_PREFIX)]
    return sorted({team.managed_by for team in teams if team.managed_by is not None})


def child_teams(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/teams."""
    found = [call.world.teams[child] for child in call.team(call.names[1]).children]
    return call.listing(found, lambda record: shapes.team(call.base, call.world, record))


def team_members(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/members: those of child teams too, marked as inherited."""
    record, world = call.team(call.names[1]), call.world
    asked = call.request.query.get("role", "all")
    found: dict[AccountRecord, tuple[TeamRole, bool]] = {}
    for account in record.places:
        found[world.accounts[account]] = (world.place_role(account, record) or "member", False)
    for below in world.lineage(record.id):
        for account in world.teams[below].places:
            found.setdefault(world.accounts[account], ("member", True))
    rows = sorted(found.items(), key=lambda row: row[0].number)
    rows = [row for row in rows if asked in ("all", row[1][0])]
    return call.listing(rows, lambda row: _team_member(call, *row))


def team_membership(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/memberships/{username}: active, or pending with the invitation."""
    record, account = call.team(call.names[1]), call.account(call.names[2])
    world = call.world
    for below in (record, *(world.teams[child] for child in world.lineage(record.id))):
        role = world.place_role(account.id, below)
        if role is not None:
            return _membership(call, record, account, "active", role if below is record else "member")
    for waiting in world.pending(account.id):
        if record.id in waiting.teams:
            return _membership(call, record, account, "pending", waiting.teams[record.id])
    raise not_found()


def put_team_membership(call: Call) -> Answer:
    """PUT /orgs/{org}/teams/{team_slug}/memberships/{username}: whoever is no member is invited."""
    record, account, world = call.team(call.names[1]), call.account(call.names[2]), call.world
    _refuse_managed(record)
    role = call.json().get("role", "member")
    if role not in {"member", "maintainer"}:
        raise invalid("TeamMember", "role", f"{role} is no role", "invalid")
    place: TeamRole = "maintainer" if role == "maintainer" else "member"
    held = world.place_role(account.id, record)
    if account.id in world.members:
        if held == "maintainer" and place == "member" and world.members[account.id] == "owner":
            raise invalid("TeamMember", "role", "Organization owners can't be demoted in a team")
        world.place(account.id, record.id, place)
        world.log.effect(world.now(), "team-placed", account.id, f"{record.id} {place}")
        return _membership(call, record, account, "active", world.place_role(account.id, record) or place)
    waiting = world.pending(account.id)
    if waiting:
        waiting[0].teams[record.id] = place
    else:
        try:
            world.ask_in(account.id, teams={record.id: place}, inviter=call.token.account)
        except Refusal as refusal:
            raise invalid("TeamMember", "user", refusal.words) from None
    state = "active" if account.id in world.members else "pending"
    return _membership(call, record, account, state, place)


def delete_team_membership(call: Call) -> Answer:
    """DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}."""
    record, account, world = call.team(call.names[1]), call.account(call.names[2]), call.world
    _refuse_managed(record)
    if world.displace(account.id, record.id):
        world.log.effect(world.now(), "team-removed", account.id, record.id)
        return Answer(204)
    for waiting in world.pending(account.id):
        if waiting.teams.pop(record.id, None) is not None:
            return Answer(204)
    raise not_found()


def team_invitations(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/invitations."""
    record = call.team(call.names[1])
    found = [waiting for waiting in call.world.pending() if record.id in waiting.teams]
    return call.listing(found, lambda waiting: shapes.invitation(call.base, call.world, waiting))


def team_repositories(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/repos: with the role the team has on each, its parents' included."""
    record, world = call.team(call.names[1]), call.world
    found: dict[RepositoryId, str] = {}
    above: TeamRecord | None = record
    while above is not None:
        for repository, role in above.grants.items():
            found[repository] = max(role, found.get(repository, "none"), key=world.rank)
        above = world.teams[above.parent] if above.parent is not None else None
    rows = sorted(((world.repositories[r], role) for r, role in found.items()), key=lambda row: row[0].number)
    return call.listing(rows, lambda row: shapes_repository.repository(call.base, world, *row))


def put_team_repository(call: Call) -> Answer:
    """PUT /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}."""
    record, world = call.team(call.names[1]), call.world
    repository = call.repository(call.names[3])
    permission = str(call.json().get("permission", "push"))
    role = role_from_wire(world, permission)
    if role is None:
        raise invalid("TeamMember", "permission", f"{permission} is no permission", "invalid")
    world.team_grant(record.id, repository.id, role)
    world.log.effect(world.now(), "team-granted", record.id, f"{repository.id} {role}")
    return Answer(204)


def delete_team_repository(call: Call) -> Answer:
    """DELETE /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}."""
    call.world.take_team_grant(call.team(call.names[1]).id, call.repository(call.names[3]).id)
    return Answer(204)


def _team_member(call: Call, account: AccountRecord, held: tuple[TeamRole, bool]) -> Json:
    role, inherited = held
    return shapes.user(call.base, account) | {"role": role, "inherited": inherited}


def _membership(call: Call, record: TeamRecord, account: AccountRecord, state: str, role: str) -> Answer:
    return Answer(200, shapes.team_membership(call.base, call.world, record.id, account.login, state, role))


def _refuse_managed(record: TeamRecord) -> None:
    if record.managed_by is not None:
        raise Problem(403, "This team is externally managed. It cannot be changed here.")
