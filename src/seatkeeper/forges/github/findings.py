"""What a snapshot gathers while its collections are read, each by its own thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from seatkeeper.forges.github import edges
from seatkeeper.forges.http.cursors import Connection, Row
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account, Reading, Repository, Team

GRANTS_OF: Final[dict[str, Callable[[Resource, Sequence[Row]], Iterator[Grant]]]] = {
    "members": edges.places,
    "repositories": edges.team_repositories,
    "collaborators": edges.direct_grants,
}


@dataclass(slots=True)
class Nested:
    """A connection inside a team or repository: `kind` is its name, `node` the global id of its owner."""

    kind: str
    node: str
    resource: Resource
    grants: set[Grant]
    logins: dict[int, str]
    connection: Connection = field(default_factory=Connection)

    def take(self, page: object) -> None:
        """Take in a page of it."""
        fresh = self.connection.take(page, "edges", edges.edge_key)
        try:
            if self.kind != "repositories":
                self.logins.update((edge["node"]["databaseId"], edge["node"]["login"]) for edge in fresh)
            self.grants.update(GRANTS_OF[self.kind](self.resource, fresh))
        except (KeyError, TypeError, AttributeError):
            self.connection.fail("a grant in it can't be told exactly")


@dataclass(slots=True)
class Findings:
    """One collection's share of a snapshot.

    `nested` lists what is not whole, or not yet; `logins` everybody who was
    seen to hold something, by number.
    """

    accounts: dict[AccountId, Account] = field(default_factory=dict)
    teams: list[Team] = field(default_factory=list)
    repositories: list[Repository] = field(default_factory=list)
    grants: set[Grant] = field(default_factory=set)
    nested: list[Nested] = field(default_factory=list)
    logins: dict[int, str] = field(default_factory=dict)

    def begin(self, kind: str, row: Row, resource: Resource) -> Nested:
        """Take in the first page of the connection of this kind inside a row."""
        nested = Nested(kind, row["id"], resource, self.grants, self.logins)
        nested.take(row.get(kind))
        if not nested.connection.whole:
            self.nested.append(nested)
        return nested

    def taint(self, resource: Resource, message: str) -> None:
        """Hold this resource for unreadable because of an error the forge told of it."""
        nested = Nested("", "", resource, self.grants, self.logins)
        nested.connection.fail(message)
        self.nested.append(nested)

    def unreadable(self) -> tuple[list[Reading], frozenset[Resource]]:
        """The teams and repositories whose holders were not read whole, and why."""
        broken = {nested.resource: nested.connection for nested in self.nested if not nested.connection.whole}
        readings = [
            Reading(
                f"{place.kind}:{place.id}",
                whole=False,
                seen=len(connection.rows),
                expected=connection.expected,
                problem=connection.problem or "further pages were not read",
            )
            for place, connection in broken.items()
        ]
        return readings, frozenset(broken)
