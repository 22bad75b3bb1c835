"""REST: invitations to the organization."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front import shapes
from seatkeeper.forges.simulator.github_front.call import Answer, Call, invalid, not_found
from seatkeeper.forges.simulator.github_front.words import INVITED_ROLE
from seatkeeper.forges.simulator.records import InvitationRecord
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.model.ids import AccountId, InvitationId, TeamId


def invitations(call: Call) -> Answer:
    """GET /orgs/{org}/invitations: the pending ones, of one role where asked."""
    word = call.request.query.get("role", "all")
    found = [
        record for record in call.world.pending() if word == "all" or record.role == INVITED_ROLE.get(word)
    ]
    return call.listing(found, lambda record: shapes.invitation(call.base, call.world, record))


def failed_invitations(call: Call) -> Answer:
    """GET /orgs/{org}/failed_invitations."""
    return call.listing(call.world.failed(), lambda record: shapes.invitation(call.base, call.world, record))


def invite(call: Call) -> Answer:
    """POST /orgs/{org}/invitations, by account id or e-mail address."""
    wanted, world = call.json(), call.world
    role = INVITED_ROLE.get(str(wanted.get("role", "direct_member")))
    if role is None:
        raise invalid("OrganizationInvitation", "role", f"{wanted['role']} is no role", "invalid")
    account, email = _invitee(call)
    try:
        sent = world.invite(account, email=email, role=role, teams=_teams(call), inviter=call.token.account)
    except Refusal as refusal:
        raise invalid("OrganizationInvitation", "data", refusal.words) from None
    return Answer(201, shapes.invitation(call.base, world, world.invitations[sent]))


def cancel_invitation(call: Call) -> Answer:
    """DELETE /orgs/{org}/invitations/{invitation_id}."""
    call.world.cancel(_pending(call).id)
    return Answer(204)


def invitation_teams(call: Call) -> Answer:
    """GET /orgs/{org}/invitations/{invitation_id}/teams."""
    teams = [call.world.teams[team] for team in _pending(call).teams if team in call.world.teams]
    return call.listing(teams, lambda team: shapes.team(call.base, call.world, team))


def _invitee(call: Call) -> tuple[AccountId | None, str | None]:
    wanted = call.json()
    number, email = wanted.get("invitee_id"), wanted.get("email")
    if number is not None:
        if not isinstance(number, int) or AccountId(str(number)) not in call.world.accounts:
            raise not_found()
        return AccountId(str(number)), None
    if not isinstance(email, str) or "@" not in email:
        raise invalid(
            "OrganizationInvitation", "email", "Either an invitee_id or an email is needed", "missing"
        )
    return None, email


def _teams(call: Call) -> list[TeamId]:
    numbers = call.json().get("team_ids", [])
    if not isinstance(numbers, list):
        raise invalid("OrganizationInvitation", "team_ids", "team_ids must be a list", "invalid")
    teams = [TeamId(str(number)) for number in numbers]
    for team in teams:
        record = call.world.teams.get(team)
        if record is None or record.managed_by is not None:
            raise invalid("OrganizationInvitation", "team_ids", f"Team {team} can't be joined", "invalid")
    return teams


def _pending(call: Call) -> InvitationRecord:
    record = call.world.invitations.get(InvitationId(call.names[1]))
    if record is None or record.state != "pending":
        raise not_found()
    return record
