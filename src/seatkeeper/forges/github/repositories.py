"""Repositories, and who holds a grant on them directly."""

from seatkeeper.forges.github import queries
from seatkeeper.forges.github.edges import node_key, repository
from seatkeeper.forges.github.findings import Findings
from seatkeeper.forges.github.rights import REPOSITORIES
from seatkeeper.forges.github.walk import Walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Row
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import RepositoryId
from seatkeeper.model.snapshot import Organization, Repository


def repositories_walk(http: Http, organization: Organization, findings: Findings) -> Walk:
    """Every repository. One whose collaborators the credential may not list is unreadable, not unheld."""

    def accept(rows: list[Row]) -> None:
        for row in rows:
            number = RepositoryId(str(row["databaseId"]))
            findings.repositories.append(
                Repository(number, row["name"], archived=row["isArchived"], private=row["isPrivate"])
            )
            findings.begin("collaborators", row, repository(row["databaseId"]))

    return Walk(
        http,
        organization.login,
        text=queries.REPOSITORIES,
        path=("organization", "repositories"),
        rows="nodes",
        size=queries.NODES_PAGE,
        small=queries.SMALL_NODES_PAGE,
        key=node_key,
        needs=REPOSITORIES,
        accept=accept,
        taint=lambda row, message: findings.taint(Resource("repository", str(row["databaseId"])), message),
    )
