"""REST: users, members, memberships and outside collaborators."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front import shapes
from seatkeeper.forges.simulator.github_front.call import Answer, Call, Problem, invalid, not_found
from seatkeeper.forges.simulator.records import AccountRecord, MemberRole
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.model.ids import AccountId, RepositoryId


def own_user(call: Call) -> Answer:
    """GET /user."""
    return Answer(200, shapes.own_profile(call.base, call.world.accounts[call.token.account]))


def user_by_id(call: Call) -> Answer:
    """GET /user/{account_id}."""
    record = call.world.accounts.get(AccountId(call.names[0]))
    if record is None:
        raise not_found()
    return Answer(200, shapes.profile(call.base, record))


def user_by_login(call: Call) -> Answer:
    """GET /users/{username}."""
    return Answer(200, shapes.profile(call.base, call.account(call.names[0])))


def organization(call: Call) -> Answer:
    """GET /orgs/{org}: what only owners see, and the plan, are left out where the right is missing."""
    owner = call.sees("organization_administration:read")
    shape = shapes.organization_to_owner if owner else shapes.organization_profile
    told = shape(call.base, call.world)
    if not call.sees("organization_plan:read"):
        told.pop("plan", None)
    return Answer(200, told)


def members(call: Call) -> Answer:
    """GET /orgs/{org}/members, all of them or those with one role."""
    wanted = call.request.query.get("role", "all")
    if wanted not in {"all", "admin", "member"}:
        raise invalid("OrganizationMember", "role", f"{wanted} is no role", "invalid")
    role = {"admin": "owner", "member": "member"}.get(wanted)
    found = [
        call.world.accounts[account]
        for account, held in call.world.members.items()
        if role is None or held == role
    ]
    found.sort(key=lambda record: record.number)
    return call.listing(found, lambda record: shapes.user(call.base, record))


def is_member(call: Call) -> Answer:
    """GET /orgs/{org}/members/{username}."""
    if call.account(call.names[1]).id not in call.world.members:
        raise not_found()
    return Answer(204)


def membership(call: Call) -> Answer:
    """GET /orgs/{org}/memberships/{username}."""
    return _membership(call, call.account(call.names[1]))


def put_membership(call: Call) -> Answer:
    """PUT /orgs/{org}/memberships/{username}: a member's role, or an invitation for anybody else."""
    record = call.account(call.names[1])
    word = call.json().get("role", "member")
    if word not in {"member", "admin"}:
        raise invalid("OrganizationMembership", "role", f"{word} is no role", "invalid")
    role: MemberRole = "owner" if word == "admin" else "member"
    world = call.world
    if record.id in world.members:
        changed = world.members[record.id] != role
        world.member(record.id, role)
        if changed:
            world.log.effect(world.now(), "role-changed", record.id, role)
    elif waiting := world.pending(record.id):
        waiting[0].role = role
    else:
        world.ask_in(record.id, role=role, inviter=call.token.account)
    return _membership(call, record)


def delete_membership(call: Call) -> Answer:
    """DELETE /orgs/{org}/memberships/{username}: removes a member, or cancels an invitation."""
    record = call.account(call.names[1])
    waiting = call.world.pending(record.id)
    if record.id in call.world.members:
        remove(call, record)
    elif waiting:
        call.world.cancel(waiting[0].id)
    else:
        raise not_found()
    return Answer(204)


def delete_member(call: Call) -> Answer:
    """DELETE /orgs/{org}/members/{username}."""
    record = call.account(call.names[1])
    if record.id not in call.world.members:
        raise not_found()
    remove(call, record)
    return Answer(204)


def outside_collaborators(call: Call) -> Answer:
    """GET /orgs/{org}/outside_collaborators."""
    found = sorted((call.world.accounts[a] for a in call.world.outside), key=lambda record: record.number)
    return call.listing(found, lambda record: shapes.user(call.base, record))


def convert_member(call: Call) -> Answer:
    """PUT /orgs/{org}/outside_collaborators/{username}: no member, teams' repositories kept."""
    record, world = call.account(call.names[1]), call.world
    if record.id not in world.members:
        raise Problem(403, "User is not a member of the organization.")
    kept = _through_teams(call, record)
    held = {repository: world.repositories[repository].direct[record.id] for repository in record.direct}
    remove(call, record)
    for repository, role in (kept | held).items():
        world.direct(record.id, repository, role)
    return Answer(202, {}) if call.json().get("async") is True else Answer(204)


def delete_outside_collaborator(call: Call) -> Answer:
    """DELETE /orgs/{org}/outside_collaborators/{username}: from every repository."""
    record, world = call.account(call.names[1]), call.world
    if record.id in world.members:
        raise Problem(422, "You cannot specify an organization member to remove as an outside collaborator.")
    for repository in tuple(record.direct):
        world.take_direct(record.id, repository)
        world.log.effect(world.now(), "direct-removed", record.id, repository)
    return Answer(204)


def remove(call: Call, record: AccountRecord) -> None:
    """Remove a member, and write down what went with it."""
    world = call.world
    before = set(record.direct)
    try:
        world.remove_member(record.id)
    except Refusal as refusal:
        raise Problem(403, refusal.words) from None
    if record.id not in world.members:
        world.log.effect(world.now(), "member-removed", record.id)
    for repository in before - record.direct:
        world.log.effect(world.now(), "direct-removed", record.id, repository)


def suspend(call: Call) -> Answer:
    """PUT /users/{username}/suspended, on a server of one's own: shut out, and nothing is lost."""
    record, world = call.account(call.names[0]), call.world
    if record.id == call.token.account:
        raise Problem(403, "You can't suspend yourself.")
    world.suspended.add(record.id)
    world.log.effect(world.now(), "suspended", record.id)
    return Answer(204)


def unsuspend(call: Call) -> Answer:
    """DELETE /users/{username}/suspended."""
    record, world = call.account(call.names[0]), call.world
    world.suspended.discard(record.id)
    world.log.effect(world.now(), "unsuspended", record.id)
    return Answer(204)


def _through_teams(call: Call, record: AccountRecord) -> dict[RepositoryId, str]:
    world = call.world
    found: dict[RepositoryId, str] = {}
    for team in world.teams.values():
        if record.teams.isdisjoint(world.lineage(team.id)):
            continue
        for repository, role in team.grants.items():
            found[repository] = max(role, found.get(repository, "none"), key=world.rank)
    return found


def _membership(call: Call, record: AccountRecord) -> Answer:
    world = call.world
    waiting = world.pending(record.id)
    if record.id in world.members:
        state, word = "active", shapes.member_word(world, record)
    elif waiting:
        state = "pending"
        word = {"owner": "admin", "billing_manager": "billing_manager"}.get(waiting[0].role, "member")
    else:
        raise not_found()
    return Answer(200, shapes.org_membership(call.base, world, record, state, word))
