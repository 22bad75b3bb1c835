"""Teams, whom they themselves have, and what they may do with repositories."""

from seatkeeper.forges.github import queries
from seatkeeper.forges.github.edges import node_key
from seatkeeper.forges.github.findings import Findings
from seatkeeper.forges.github.walk import Walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Row
from seatkeeper.model.grants import Resource
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
        key=node_key,
        accept=accept,
    )
