"""Invitations to the organization: pending ones, and those that failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from seatkeeper.errors import ForgeError
from seatkeeper.forges.github import queries
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.forges.github.edges import node_key
from seatkeeper.forges.github.rights import MEMBERS
from seatkeeper.forges.github.roles import invitation_role
from seatkeeper.forges.github.walk import Walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Row
from seatkeeper.forges.http.links import Listing, listing
from seatkeeper.forges.http.pool import Pool
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.ids import AccountId, InvitationId, TeamId
from seatkeeper.model.snapshot import Invitation

PENDING_MEMBERSHIP: Final = "membership-"
"""Begins the id of an invitation that has none of its own: a membership that waits for its person."""


def pending(http: Http, organization: str, regime: Capabilities) -> Listing:
    """The invitations that can still be accepted; none where nobody is ever asked."""
    if not regime.needs_acceptance:
        return Listing([])
    if not regime.asks_with_teams:
        return _pending_members(http, organization)
    return listing(http, f"/orgs/{organization}/invitations")


def failed(http: Http, organization: str, regime: Capabilities) -> Listing:
    """The invitations that can't be accepted any more, with the forge's reason."""
    if not regime.needs_acceptance or not regime.asks_with_teams:
        return Listing([])
    return listing(http, f"/orgs/{organization}/failed_invitations")


def _pending_members(http: Http, organization: str) -> Listing:
    """Rows as of invitations, for a server that lists none; it does not tell since when anybody waits."""
    found: list[Row] = []
    walk = Walk(
        http,
        organization,
        text=queries.PENDING,
        path=("organization", "pendingMembers"),
        rows="nodes",
        size=queries.PEOPLE_PAGE,
        key=node_key,
        needs=MEMBERS,
        accept=found.extend,
    )
    walk.turn()
    walk.drain(lambda _pages: None)
    told = walk.reading("invitations")
    rows = [
        {
            "id": f"{PENDING_MEMBERSHIP}{node['databaseId']}",
            "login": node["login"],
            "role": "direct_member",
            "created_at": None,
        }
        for node in found
    ]
    return Listing(rows, None if told.whole else told.problem or "not every page came")


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
    created = datetime.fromisoformat(row["created_at"]) if row["created_at"] else None
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
        expires_at=created + timedelta(days=days) if created and days else None,
        failed=reason,
    )
