"""From the edges GitHub sends to grants. A key that is missing raises, so that nobody reads it as nothing."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from seatkeeper.forges.github.roles import repository_role, team_role
from seatkeeper.forges.http.cursors import Row
from seatkeeper.model.grants import Grant, Resource, Subject

KNOWN: Final = 200_000


@lru_cache(maxsize=KNOWN)
def subject(number: int) -> Subject:
    """The account of this number as a holder of grants, built once."""
    return Subject("account", str(number))


@lru_cache(maxsize=KNOWN)
def repository(number: int) -> Resource:
    """The repository of this number, built once."""
    return Resource("repository", str(number))


@lru_cache(maxsize=64)
def _role(word: str) -> str:
    return repository_role(word)


def edge_key(edge: Row) -> object:
    """The identity of an edge: its node's number."""
    node: dict[str, Any] = edge["node"]
    return node["databaseId"]


def node_key(node: Row) -> object:
    """The identity of a node: its number."""
    return node["databaseId"]


def places(team: Resource, edges: Sequence[Row]) -> Iterator[Grant]:
    """The accounts a team itself has, with their roles in it."""
    for edge in edges:
        yield Grant(subject(edge["node"]["databaseId"]), team, team_role(edge["role"]))


def team_repositories(team: Resource, edges: Sequence[Row]) -> Iterator[Grant]:
    """What a team may do with its repositories. Facts: GraphQL tells a custom role's standard one here."""
    holder = Subject("team", team.id)
    for edge in edges:
        yield Grant(holder, repository(edge["node"]["databaseId"]), _role(edge["permission"]))


def direct_grants(place: Resource, edges: Sequence[Row]) -> Iterator[Grant]:
    """What accounts hold on a repository by themselves.

    Only a source that is the repository itself counts; a team or the
    organization may be the reason why somebody is listed. `roleName` is the
    role; a source without one can't be told exactly, which raises KeyError.
    """
    for edge in edges:
        holder = subject(edge["node"]["databaseId"])
        for source in edge["permissionSources"]:
            if source["source"]["__typename"] != "Repository":
                continue
            word = source["roleName"]
            if not word:
                raise KeyError("roleName")
            yield Grant(holder, place, _role(word))
