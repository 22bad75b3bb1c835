"""REST: repositories, their collaborators and their invitations."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front import shapes, shapes_repository
from seatkeeper.forges.simulator.github_front.call import Answer, Call, Problem, invalid, not_found
from seatkeeper.forges.simulator.github_front.words import role_from_wire
from seatkeeper.forges.simulator.records import RepositoryRecord
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.model.ids import InvitationId, RepositoryId


def repositories(call: Call) -> Answer:
    """GET /orgs/{org}/repos."""
    found = sorted(call.world.repositories.values(), key=lambda record: record.number)
    wanted = call.request.query.get("type", "all")
    if wanted in {"public", "private"}:
        found = [record for record in found if record.private == (wanted == "private")]
    return call.listing(
        found, lambda record: shapes_repository.repository(call.base, call.world, record, "admin")
    )


def repository(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}."""
    record = call.repository(call.names[1])
    return Answer(200, shapes_repository.repository_profile(call.base, call.world, record))


def repository_by_id(call: Call) -> Answer:
    """GET /repositories/{id}: where a renamed repository's old name leads."""
    record = call.world.repositories.get(RepositoryId(call.names[0]))
    if record is None:
        raise not_found()
    return Answer(200, shapes_repository.repository_profile(call.base, call.world, record))


def collaborators(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators: each with its highest role, whatever gives it."""
    record, world = call.repository(call.names[1]), call.world
    affiliation = call.request.query.get("affiliation", "all")
    found = set(record.direct) if affiliation in {"direct", "outside"} else world.reachers(record)
    if affiliation == "outside":
        found -= set(world.members)
    rows = [(world.accounts[account], world.highest(world.sources(account, record))) for account in found]
    rows.sort(key=lambda row: row[0].number)
    return call.listing(rows, lambda row: shapes_repository.collaborator(call.base, world, *row))


def is_collaborator(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators/{username}."""
    if call.account(call.names[2]).id not in call.world.reachers(call.repository(call.names[1])):
        raise not_found()
    return Answer(204)


def permission(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators/{username}/permission."""
    record, account, world = call.repository(call.names[1]), call.account(call.names[2]), call.world
    role = world.highest(world.sources(account.id, record))
    return Answer(200, shapes_repository.permission(call.base, world, account, role))


def put_collaborator(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/collaborators/{username}: at once for members, else by invitation."""
    record, account, world = call.repository(call.names[1]), call.account(call.names[2]), call.world
    wanted = str(call.json().get("permission", "push"))
    role = role_from_wire(world, wanted)
    if role is None:
        raise invalid("Repository", "permission", f"{wanted} is no permission", "invalid")
    _refuse_archived(record)
    _refuse_below_default(call, role)
    if not world.asks_first or account.id in world.members or account.id in record.direct:
        world.direct(account.id, record.id, role)
        world.log.effect(world.now(), "direct-granted", account.id, f"{record.id} {role}")
        return Answer(204)
    try:
        sent = world.invite_to_repository(account.id, record.id, role, call.token.account)
    except Refusal as refusal:
        raise invalid("Repository", "invitee", refusal.words) from None
    return Answer(201, shapes_repository.invitation(call.base, world, world.repository_invitations[sent]))


def delete_collaborator(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/collaborators/{username}: the direct role, and an invitation to it."""
    record, account, world = call.repository(call.names[1]), call.account(call.names[2]), call.world
    _refuse_archived(record)
    if world.take_direct(account.id, record.id):
        world.log.effect(world.now(), "direct-removed", account.id, record.id)
    elif waiting := world.pending_to_repository(record.id, account.id):
        waiting.state = "cancelled"
    return Answer(204)


def repository_invitations(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/invitations: pending ones, and expired ones that say so."""
    record, world = call.repository(call.names[1]), call.world
    world.time.due()
    found = [
        sent
        for sent in world.repository_invitations.values()
        if sent.repository == record.id
        and sent.state in {"pending", "expired"}
        and sent.account in world.accounts
    ]
    return call.listing(found, lambda sent: shapes_repository.invitation(call.base, world, sent))


def cancel_repository_invitation(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/invitations/{invitation_id}."""
    record = call.repository(call.names[1])
    sent = call.world.repository_invitations.get(InvitationId(call.names[2]))
    if sent is None or sent.repository != record.id or sent.state not in {"pending", "expired"}:
        raise not_found()
    sent.state = "cancelled"
    return Answer(204)


def repository_teams(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/teams: with the role each has there."""
    record, world = call.repository(call.names[1]), call.world
    rows = sorted(((world.teams[team], role) for team, role in record.teams.items()), key=_number)
    return call.listing(
        rows,
        lambda row: (
            shapes.team(call.base, world, row[0])
            | {
                "permission": row[1],
                "permissions": shapes.permissions(world, row[1]),
                "access_source": "direct",
            }
        ),
    )


def _number(row: tuple[object, str]) -> int:
    return int(getattr(row[0], "number", 0))


def _refuse_below_default(call: Call, role: str) -> None:
    """What every member holds anyway is no role to give: the forge says so."""
    base = call.world.base_role
    if base is not None and call.world.rank(role) < call.world.rank(base):
        words = f"Cannot assign Member permission of {role}: the organization's default is {base}"
        raise invalid("Repository", "permission", words)


def _refuse_archived(record: RepositoryRecord) -> None:
    if record.archived:
        raise Problem(403, "Repository was archived so is read-only.")
