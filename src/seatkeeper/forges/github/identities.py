"""What single sign-on says of accounts, where the organization has it."""

from seatkeeper.forges.github import queries
from seatkeeper.forges.github.rights import MEMBERS
from seatkeeper.forges.github.walk import Walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Row
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Identity, Organization


def identities_walk(http: Http, organization: Organization, found: list[Identity]) -> Walk:
    """Each identity that an account has claimed; none at all where there is no provider."""

    def accept(rows: list[Row]) -> None:
        for row in rows:
            user, saml = row["node"]["user"], row["node"]["samlIdentity"] or {}
            if user is not None:
                emails = tuple(email["value"] for email in saml.get("emails") or ())
                found.append(Identity(AccountId(str(user["databaseId"])), saml.get("nameId"), emails))

    return Walk(
        http,
        organization.login,
        text=queries.IDENTITIES,
        path=("organization", "samlIdentityProvider", "externalIdentities"),
        rows="edges",
        size=queries.PEOPLE_PAGE,
        key=lambda edge: edge["node"]["guid"],
        needs=MEMBERS,
        accept=accept,
        optional=True,
    )
