"""One request as the front sees it, and its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from seatkeeper.forges.simulator.records import AccountRecord, RepositoryRecord, TeamRecord

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.credentials import Right, Token
    from seatkeeper.forges.simulator.world import World

T = TypeVar("T")
Json = dict[str, object]

DOCS = "https://docs.github.com/rest"
PER_PAGE = 30
PER_PAGE_MAX = 100


@dataclass(slots=True)
class Request:
    """A request off the wire; header names are in lower case.

    `route` and `needs` are filled in on the way: which path it is, and the rights that were looked for.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    route: str = ""
    needs: set[Right] = field(default_factory=set)

    @property
    def query_text(self) -> str:
        """The query as one text, for matching."""
        return urlencode(self.query)


@dataclass(slots=True)
class Answer:
    """An answer before it is put on the wire; `body` is JSON-able, bytes as they are, or None for nothing."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


class Problem(Exception):
    """A handler's way out with an error answer."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.answer = Answer(
            status, {"message": message, "documentation_url": DOCS, "status": str(status)} | more
        )


def not_found() -> Problem:
    """What GitHub says of everything that is not there or not for you."""
    return Problem(404, "Not Found")


def invalid(resource: str, field_name: str, words: str, code: str = "unprocessable") -> Problem:
    """The 422 with its list of errors."""
    problem = {"resource": resource, "field": field_name, "code": code, "message": words}
    return Problem(422, "Validation Failed", errors=[problem])


@dataclass(slots=True)
class Call:
    """A request that has been let in: whose it is, and what its path names."""

    world: World
    base: str
    request: Request
    token: Token
    names: tuple[str, ...]

    def sees(self, right: Right) -> bool:
        """Whether the credential may see what this right shows; without it, that is left out."""
        self.request.needs.add(right)
        return right in self.token.rights

    def json(self) -> Json:
        """The body as an object; GitHub's 400 when it is not one."""
        if not self.request.body:
            return {}
        try:
            found = json.loads(self.request.body)
        except ValueError:
            raise Problem(400, "Problems parsing JSON") from None
        if not isinstance(found, dict):
            raise Problem(400, "Body should be a JSON object")
        return found

    def account(self, login: str) -> AccountRecord:
        """The account a path names, or 404."""
        record = self.world.by_login(login)
        if record is None:
            raise not_found()
        return record

    def team(self, slug: str) -> TeamRecord:
        """The team a path names, or 404."""
        record = self.world.by_slug(slug)
        if record is None:
            raise not_found()
        return record

    def repository(self, name: str) -> RepositoryRecord:
        """The repository a path names; 301 or 307 to where it is today when it was renamed; or 404."""
        record = self.world.by_name(name)
        if record is not None:
            return record
        moved = self.world.moved_repositories.get(name.lower())
        if moved is None:
            raise not_found()
        rest = self.request.path.split("/", 4)[4:]
        target = "/".join([f"{self.base}/repositories/{moved}", *rest])
        status, words = (
            (301, "Moved Permanently") if self.request.method == "GET" else (307, "Temporary Redirect")
        )
        problem = Problem(status, words, url=target)
        problem.answer.headers["Location"] = target
        raise problem

    def listing(self, items: Sequence[T], shape: Callable[[T], object]) -> Answer:
        """One page of `items`, with the Link header that leads on."""
        size = min(max(self._number("per_page", PER_PAGE), 1), PER_PAGE_MAX)
        page = max(self._number("page", 1), 1)
        last = max(-(-len(items) // size), 1)
        shown = [shape(item) for item in items[(page - 1) * size : page * size]]
        links = []
        if page > 1:
            links += [self._link(min(page - 1, last), "prev"), self._link(1, "first")]
        if page < last:
            links += [self._link(page + 1, "next"), self._link(last, "last")]
        return Answer(200, shown, {"Link": ", ".join(links)} if links else {})

    def _number(self, name: str, default: int) -> int:
        text = self.request.query.get(name, "")
        return int(text) if text.isdecimal() else default

    def _link(self, page: int, relation: str) -> str:
        query = urlencode(self.request.query | {"page": str(page)})
        return f'<{self.base}{self.request.path}?{query}>; rel="{relation}"'
