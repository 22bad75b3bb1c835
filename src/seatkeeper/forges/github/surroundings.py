"""What people who come back meet: seats, open invitations, and what became of teams and repositories."""

from collections.abc import Collection

from seatkeeper.errors import Refused, Unintelligible
from seatkeeper.forges.github import invitations
from seatkeeper.forges.github.lookups import lookup
from seatkeeper.forges.http.client import Http
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import OrganizationId
from seatkeeper.model.snapshot import Invitation, Place


def open_invitations(
    http: Http, organization: str, regime: Capabilities
) -> tuple[tuple[Invitation, ...], str | None]:
    """The invitations that can still be accepted, without their teams; and why that may not be all."""
    told = invitations.pending(http, organization, regime)
    logins = [str(row["login"]) for row in told.rows if row.get("login")]
    found = lookup(http, logins)
    return (
        tuple(
            invitations.invitation(row, account.id if (account := found.get(str(row.get("login")))) else None)
            for row in told.rows
        ),
        told.problem,
    )


def find(http: Http, number: OrganizationId, resources: Collection[Resource]) -> dict[Resource, Place]:
    """One place for each, a call for each: only what could not be found by its last name is asked for.

    Facts: GitHub answers 404 for what is hidden from the credential as well.
    """
    return {resource: _place(http, number, resource) for resource in sorted(resources)}


def _place(http: Http, number: OrganizationId, resource: Resource) -> Place:
    team = resource.kind == "team"
    path = f"/organizations/{number}/team/{resource.id}" if team else f"/repositories/{resource.id}"
    try:
        body = http.get(path).body
    except Refused as error:
        if error.code != "not_found":
            raise
        return Place(None)
    if not isinstance(body, dict) or str(body.get("id")) != resource.id:
        raise Unintelligible(f"GET {path} answered with something else")
    return Place(str(body["slug" if team else "name"]), archived=body.get("archived") is True)
