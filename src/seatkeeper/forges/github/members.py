"""Who is in the organization, and in which role."""

from seatkeeper.forges.github import queries
from seatkeeper.forges.github.edges import edge_key, subject
from seatkeeper.forges.github.findings import Findings
from seatkeeper.forges.github.rights import MEMBERS
from seatkeeper.forges.github.roles import organization_role
from seatkeeper.forges.github.walk import Walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Row
from seatkeeper.model.grants import Grant, Resource, signing_in
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account, Organization


def members_walk(
    http: Http, organization: Organization, findings: Findings, *, suspensions: bool = False
) -> Walk:
    """Members with their role; without e-mail addresses where the credential may not see them.

    With `suspensions` also which of them may sign in.
    """
    told = queries.with_suspensions if suspensions else str
    place = Resource("organization", organization.id)

    def accept(rows: list[Row]) -> None:
        for row in rows:
            node = row["node"]
            number = AccountId(str(node["databaseId"]))
            findings.accounts[number] = Account(
                number, node["login"], name=node.get("name") or None, email=node.get("email") or None
            )
            findings.grants.add(Grant(subject(node["databaseId"]), place, organization_role(row["role"])))
            if suspensions and node["suspendedAt"] is None:
                findings.grants.add(signing_in(number, organization.id))

    return Walk(
        http,
        organization.login,
        text=told(queries.MEMBERS),
        fallback=told(queries.MEMBERS_WITHOUT_EMAIL),
        path=("organization", "membersWithRole"),
        rows="edges",
        size=queries.PEOPLE_PAGE,
        key=edge_key,
        needs=MEMBERS,
        accept=accept,
    )
