"""Teams, whom they themselves have, and what they may do with repositories."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from seatkeeper.forges.github import queries
from seatkeeper.forges.github.edges import node_key
from seatkeeper.forges.github.findings import Findings
from seatkeeper.forges.github.rights import MEMBERS
from seatkeeper.forges.github.walk import Walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Row
from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.ids import TeamId
from seatkeeper.model.snapshot import Organization, Team


def teams_walk(http: Http, organization: Organization, findings: Findings) -> Walk:
    """Every team the credential can see: an owner sees secret ones too."""

    def accept(rows: list[Row]) -> None:
        for row in rows:
            number = TeamId(str(row["databaseId"]))
            parent = row["parentTeam"]
            findings.teams.append(
                Team(number, row["slug"], row["name"], TeamId(str(parent["databaseId"])) if parent else None)
            )
            place = Resource("team", number)
            findings.begin("members", row, place)
            findings.begin("repositories", row, place)

    return Walk(
        http,
        organization.login,
        text=queries.TEAMS,
        path=("organization", "teams"),
        rows="nodes",
        size=queries.NODES_PAGE,
        small=queries.SMALL_NODES_PAGE,
        key=node_key,
        needs=MEMBERS,
        accept=accept,
        taint=lambda row, message: findings.taint(Resource("team", str(row["databaseId"])), message),
    )


def own_grants(grants: AbstractSet[Grant], teams: Sequence[Team]) -> set[Grant]:
    """`grants` of teams without those a team only has from its parent.

    Facts: GitHub lists a parent's repositories among its child's, with the
    stronger of both roles. What equals the parent's is taken for inherited; a
    child's own grant that is no stronger can't be told, and gives nothing.
    """
    parents = {team.id: Subject("team", team.parent) for team in teams if team.parent is not None}
    return {
        grant
        for grant in grants
        if grant.subject.kind != "team"
        or (parent := parents.get(TeamId(grant.subject.id))) is None
        or Grant(parent, grant.resource, grant.role) not in grants
    }
