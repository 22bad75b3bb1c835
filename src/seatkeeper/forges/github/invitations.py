"""Invitations to the organization: pending ones, and those that failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from seatkeeper.errors import ForgeError
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.forges.github.roles import invitation_role
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.links import Listing, listing
from seatkeeper.forges.http.pool import Pool
from seatkeeper.model.ids import AccountId, InvitationId, TeamId
from seatkeeper.model.snapshot import Invitation


def pending(http: Http, organization: str) -> Listing:
    """The invitations that can still be accepted."""
    return listing(http, f"/orgs/{organization}/invitations")


def failed(http: Http, organization: str) -> Listing:
    """The invitations that can't be accepted any more, with the forge's reason."""
    return listing(http, f"/orgs/{organization}/failed_invitations")


def teams_of(
    http: Http, pool: Pool, organization: str, rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, tuple[TeamId, ...]], str | None]:
    """The teams each invitation offers, by invitation; and why that may not be all."""
    with_teams = [row for row in rows if row.get("team_count")]
    found = pool.run([partial(_teams, http, organization, row) for row in with_teams])
    teams = {str(row["id"]): _numbers(told) for row, told in zip(with_teams, found, strict=True)}
    return teams, next((told.problem for told in found if told.problem), None)


def teams_of_one(http: Http, organization: str, row: Mapping[str, Any]) -> tuple[TeamId, ...]:
    """The teams one invitation offers; an error where they are not told."""
    told = _teams(http, organization, row) if row.get("team_count") else Listing([])
    if told.problem is not None:
        raise ForgeError(f"what invitation {row['id']} offers could not be read: {told.problem}")
    return _numbers(told)


def _teams(http: Http, organization: str, row: Mapping[str, Any]) -> Listing:
    return listing(http, f"/orgs/{organization}/invitations/{row['id']}/teams")


def _numbers(told: Listing) -> tuple[TeamId, ...]:
    return tuple(TeamId(str(team["id"])) for team in told.rows)


def invitation(
    row: Mapping[str, Any], account: AccountId | None, teams: tuple[TeamId, ...] = ()
) -> Invitation:
    """An invitation as GitHub lists it; it names a login, so `account` is who that login is today."""
    created = datetime.fromisoformat(row["created_at"])
    days = GITHUB.acceptance_days
    reason = (row.get("failed_reason") or "failed") if row.get("failed_at") else None
    return Invitation(
        id=InvitationId(str(row["id"])),
        account=account,
        login=row.get("login"),
        email=row.get("email"),
        role=invitation_role(row["role"]),
        teams=teams,
        created_at=created,
        expires_at=created + timedelta(days=days) if days else None,
        failed=reason,
    )
