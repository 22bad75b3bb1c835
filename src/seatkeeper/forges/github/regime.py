"""Which regime an organization is under, found by reading alone; `capabilities` says what each means."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from seatkeeper.errors import ForgeError, Refused, ScopeMissing
from seatkeeper.forges.github import queries
from seatkeeper.forges.github.capabilities import (
    EMU,
    GHES,
    GITHUB,
    SAML,
    SCIM,
    SUSPENDING,
    UNTOLD,
    with_enterprise_teams,
    with_synced_teams,
    without_suspension,
)
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.graphql import SCOPES, query
from seatkeeper.forges.http.links import Listing, listing
from seatkeeper.forges.http.pool import Pool
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Resource

NOT_OFFERED: Final = frozenset({400, 403, 404, 422})
"""How GitHub answers for an organization that no identity provider has a hand in."""


class Owner(NamedTuple):
    """Who decides who is in a team; `lets_in`: being in it is being in the organization."""

    name: str
    lets_in: bool


ENTERPRISE: Final = Owner("the enterprise", lets_in=True)
HIDDEN: Final = Owner("a group that the credential may not see", lets_in=False)
"""Facts: Apps may not ask which group a team is synced with, so any team may be."""


class Terrain(NamedTuple):
    """What may be done here, and the teams whose people somebody else decides."""

    capabilities: Capabilities
    owners: Mapping[Resource, Owner]


def is_server(http: Http) -> bool:
    """Whether this is a server of somebody's own: only such a one tells the version that is installed.

    It has no invitations: whoever is to come in is given a membership, which may wait for them.
    """
    body = http.get("/meta").body
    return isinstance(body, dict) and bool(body.get("installed_version"))


def read_terrain(http: Http, pool: Pool, organization: str, *, site_admin: bool) -> Terrain:
    """Three calls, a listing of the teams, and one for each group that decides about teams. All are reads.

    `site_admin`: the credential that writes may suspend accounts, where this is a server of one's own.
    """
    if is_server(http):
        here = (SUSPENDING if _tells_suspensions(http) else without_suspension(GHES)) if site_admin else GHES
        return Terrain(here, _of_groups(http, organization) or {})
    by_group = _of_groups(http, organization)
    listed = listing(http, f"/orgs/{organization}/teams")
    if by_group is not None:
        regime, owners = EMU, by_group
    else:
        regime, owners = _single_sign_on(http, organization), {}
        if _offered(http, f"/orgs/{organization}/team-sync/groups") is not None:
            regime, owners = with_synced_teams(regime), _synced(http, pool, organization, listed)
    enterprise = {_team(row): ENTERPRISE for row in listed.rows if row.get("type") == "enterprise"}
    regime = with_enterprise_teams(regime) if enterprise else regime
    return Terrain(without_suspension(regime) if site_admin else regime, {**owners, **enterprise})


def _tells_suspensions(http: Http) -> bool:
    """Whether accounts tell if they are suspended. Facts: only servers know the field, maybe not all."""
    try:
        return not query(http, queries.SUSPENSION, {}).errors
    except (Refused, ScopeMissing):
        return False


def _single_sign_on(http: Http, organization: str) -> Capabilities:
    """Facts: SCIM shows as an identity that was provisioned; without a provider there are no identities."""
    try:
        answer = query(http, queries.REGIME, {"organization": organization})
    except ScopeMissing:
        return UNTOLD
    provider = answer.at("organization", "samlIdentityProvider")
    if provider is None:
        return UNTOLD if any(error.type in SCOPES for error in answer.errors) else GITHUB
    provisioned = any(edge["node"]["scimIdentity"] for edge in provider["externalIdentities"]["edges"])
    return SCIM if provisioned else SAML


def _offered(http: Http, path: str) -> object:
    """The answer, or None where the organization has no such thing."""
    try:
        return http.get(path).body
    except Refused as error:
        if error.status not in NOT_OFFERED:
            raise
        return None
    except ScopeMissing:
        return None


def _of_groups(http: Http, organization: str) -> dict[Resource, Owner] | None:
    """The teams of the enterprise's own groups; None where it has none to offer."""
    body = _offered(http, f"/orgs/{organization}/external-groups")
    if not isinstance(body, dict):
        return None
    found = {}
    for group in body.get("groups") or ():
        told = http.get(f"/orgs/{organization}/external-group/{group['group_id']}").body
        for team in told["teams"] if isinstance(told, dict) else ():
            found[Resource("team", str(team["team_id"]))] = Owner(str(group["group_name"]), lets_in=True)
    return found


def _synced(http: Http, pool: Pool, organization: str, teams: Listing) -> dict[Resource, Owner]:
    if teams.problem is not None:
        raise ForgeError(f"which teams are synced could not be read: {teams.problem}")
    asked: list[Callable[[], object]] = [
        partial(_offered, http, f"/orgs/{organization}/teams/{row['slug']}/team-sync/group-mappings")
        for row in teams.rows
    ]
    found = {}
    for row, body in zip(teams.rows, pool.run(asked), strict=True):
        groups = body.get("groups") if isinstance(body, dict) else None
        if groups:
            found[_team(row)] = Owner(str(groups[0]["group_name"]), lets_in=False)
        elif body is None:
            found[_team(row)] = HIDDEN
    return found


def _team(row: Mapping[str, Any]) -> Resource:
    return Resource("team", str(row["id"]))
