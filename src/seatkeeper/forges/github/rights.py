"""The rights that reading needs, in GitHub's words, and which of them a credential lacks."""

from collections.abc import Set as AbstractSet
from typing import Final

from seatkeeper.errors import Refused, ScopeMissing
from seatkeeper.forges.github import queries
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.graphql import SCOPES, query

MEMBERS: Final = "the permission Members: read, or the scope read:org"
REPOSITORIES: Final = "the permissions Metadata: read and Administration: read, or the scope repo"
EMAILS: Final = "the permission Email addresses: read, or the scope read:user"
ENOUGH: Final = {
    MEMBERS: frozenset({"read:org", "write:org", "admin:org"}),
    REPOSITORIES: frozenset({"repo"}),
    EMAILS: frozenset({"read:user", "user:email", "user"}),
}
"""What reading needs, and the classic scopes of which any one gives it."""


def lacking(http: Http, organization: str, granted: AbstractSet[str] | None) -> tuple[str, ...]:
    """The rights without which reading is not whole.

    Facts: only a classic token tells what it was `granted`. Any other (None) is found out by asking for
    one member, one team and one repository.
    """
    if granted is not None:
        return tuple(right for right, any_of in ENOUGH.items() if not granted & any_of)
    try:
        answer = query(http, queries.RIGHTS, {"organization": organization})
    except (Refused, ScopeMissing):
        return (MEMBERS,)
    refused = [error.path for error in answer.errors if error.type in SCOPES]
    lacks = {_about(path) for path in refused}
    return tuple(right for right in ENOUGH if right in lacks)


def _about(path: tuple[str | int, ...]) -> str:
    if path[-1:] == ("email",):
        return EMAILS
    return REPOSITORIES if path[1:2] == ("repositories",) else MEMBERS
