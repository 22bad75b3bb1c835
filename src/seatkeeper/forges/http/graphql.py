"""GraphQL queries. They only read, though they are POSTed, so they may be asked again."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from seatkeeper.errors import ForgeError, Refused, ScopeMissing, Unintelligible
from seatkeeper.forges.http.answers import Raw
from seatkeeper.forges.http.client import Http, Request

SCOPES: Final = frozenset({"INSUFFICIENT_SCOPES", "FORBIDDEN"})
REMEDY: Final = "give the token that right and run `seatkeeper check`"


class GraphError(NamedTuple):
    """One error of an answer; `path` leads to what came back as null because of it."""

    type: str
    message: str
    path: tuple[str | int, ...]


class GraphAnswer(NamedTuple):
    """What came, and what did not: partial data has errors beside it."""

    data: dict[str, Any]
    errors: tuple[GraphError, ...]

    def at(self, *path: str) -> dict[str, Any] | None:
        """The object at the end of this path; None where there is none."""
        here: object = self.data
        for name in path:
            here = here.get(name) if isinstance(here, dict) else None
        return here if isinstance(here, dict) else None

    def error_at(self, *path: str) -> GraphError | None:
        """The first error at or above this path; errors without a path are about everything."""
        return next((error for error in self.errors if error.path == path[: len(error.path)]), None)


def graphql_address(api: str) -> str:
    """Where queries go: beside ``/api/v3`` on a server of one's own, below the API elsewhere."""
    api = api.rstrip("/")
    return f"{api.removesuffix('/v3')}/graphql" if api.endswith("/api/v3") else f"{api}/graphql"


def query(http: Http, text: str, variables: Mapping[str, object]) -> GraphAnswer:
    """Ask one query.

    Raises `ScopeMissing`, `Refused` or `ForgeError` when no data came at all;
    what came in part is returned with its errors.
    """
    name = text.split("(", 1)[0].removeprefix("query ").strip()
    content = json.dumps({"query": text, "variables": dict(variables)}).encode()
    url = graphql_address(http.api)
    sent = f"query {name}"
    answer = http.read(Request("POST", url, content, "graphql", writes=False, sent=sent), _again)
    if not isinstance(answer.body, dict):
        raise Unintelligible(f"{sent} was answered without an object")
    errors = tuple(_error(http, error) for error in _listed(answer.body))
    data = answer.body.get("data")
    if isinstance(data, dict):
        return GraphAnswer(data, errors)
    raise _failure(sent, errors)


def _listed(body: Mapping[str, object]) -> list[object]:
    """The errors of an answer; something else in their place is an error without a word."""
    errors = body.get("errors") or []
    return errors if isinstance(errors, list) else [errors]


def _failure(sent: str, errors: tuple[GraphError, ...]) -> ForgeError:
    if not errors:
        return Unintelligible(f"{sent} was answered without data and without an error")
    first = errors[0]
    told = f"{sent} was refused: {first.message}"
    if first.type in SCOPES:
        return ScopeMissing(told, remedy=REMEDY)
    code = first.type.casefold() or "graphql"
    return Refused(told, status=404 if first.type == "NOT_FOUND" else 200, code=code)


def _error(http: Http, error: object) -> GraphError:
    known = error if isinstance(error, dict) else {"message": error}
    path = known.get("path")
    return GraphError(
        str(known.get("type") or ""),
        http.redact(str(known.get("message") or "an error without a word")),
        tuple(path) if isinstance(path, list) else (),
    )


def _again(raw: Raw) -> str:
    """Too many requests, or a stumble, told with status 200; empty when the answer stands."""
    if b'"errors"' not in raw.content:
        return ""
    try:
        body = json.loads(raw.content)
    except (ValueError, RecursionError):
        return ""
    errors = _listed(body) if isinstance(body, dict) else []
    kinds = [error.get("type") for error in errors if isinstance(error, dict)]
    if "RATE_LIMITED" in kinds or "RATE_LIMIT" in kinds:
        return "limited"
    words = " ".join(str(error.get("message")) for error in errors if isinstance(error, dict))
    if "secondary rate limit" in words.casefold():
        return "limited"
    if errors and body.get("data") is None and "Something went wrong" in words:
        return "the forge says that something went wrong"
    return ""
