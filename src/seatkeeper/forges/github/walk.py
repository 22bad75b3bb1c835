"""One connection of the organization, read page by page, with what could not be read told and not raised."""

from collections.abc import Callable
from math import ceil
from typing import Literal

from seatkeeper.errors import CredentialRefused, ForgeError, ScopeMissing
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Connection, Key, Row
from seatkeeper.forges.http.graphql import GraphAnswer, query
from seatkeeper.model.snapshot import Reading


class Walk:
    """Reads the connection at `path` of `text`, handing the new rows of each page to `accept`.

    `fallback` is asked instead when the credential may not see all that `text`
    asks for. `optional`: no connection at all, told without an error, is an
    empty one. Only `CredentialRefused` is raised.
    """

    def __init__(
        self,
        http: Http,
        organization: str,
        *,
        text: str,
        path: tuple[str, ...],
        rows: Literal["edges", "nodes"],
        size: int,
        key: Key,
        accept: Callable[[list[Row]], None],
        fallback: str | None = None,
        optional: bool = False,
    ) -> None:
        self.connection = Connection()
        self.lacking: ScopeMissing | None = None
        self.tainted: dict[object, str] = {}
        self._http = http
        self._organization = organization
        self._text = text
        self._path = path
        self._rows: Literal["edges", "nodes"] = rows
        self._size = size
        self._key = key
        self._accept = accept
        self._fallback = fallback
        self._optional = optional

    @property
    def pages_left(self) -> int:
        """How many pages are still to come, as far as the forge announced."""
        expected = self.connection.expected or 0
        return max(0, ceil(expected / self._size) - self.connection.pages) if self.connection.more else 0

    def turn(self) -> None:
        """Read the next page."""
        connection = self.connection
        try:
            answer = self._ask()
        except CredentialRefused:
            raise
        except ForgeError as error:
            pages = ceil((connection.expected or 0) / self._size)
            connection.fail(f"page {connection.pages + 1}{f' of {pages}' if pages else ''}: {error.what}")
            return
        page = answer.at(*self._path)
        self._take_errors(answer, page)
        if page is None and self._optional and not answer.errors:
            connection.more, connection.expected = False, 0
        else:
            self._accept(connection.take(page, self._rows, self._key))

    def _ask(self) -> GraphAnswer:
        variables = {"organization": self._organization, "after": self.connection.cursor}
        try:
            return query(self._http, self._text, variables)
        except ScopeMissing as error:
            self.lacking = error
            if self._fallback is None or self.connection.pages:
                raise
        self._text, self._fallback = self._fallback, None
        return query(self._http, self._text, variables)

    def _take_errors(self, answer: GraphAnswer, page: Row | None) -> None:
        """An error below a row taints that row; any other taints the collection."""
        depth = len(self._path) + 2
        prefix = (*self._path, self._rows)
        rows = page.get(self._rows) if page else None
        for error in answer.errors:
            index = error.path[depth - 1] if len(error.path) > depth else None
            if error.path[: depth - 1] == prefix and isinstance(index, int) and isinstance(rows, list):
                row = rows[index] if index < len(rows) else None
                if row is not None:
                    self.tainted[self._key(row)] = error.message
            elif page is None:
                self.connection.fail(error.message)
            else:
                self.connection.problem = self.connection.problem or error.message

    def drain(self, tick: Callable[[int], None]) -> None:
        """Read all further pages."""
        while self.connection.more:
            self.turn()
            tick(1)

    def reading(self, collection: str) -> Reading:
        """What to tell of this collection."""
        c = self.connection
        return Reading(collection, c.whole, len(c.rows), c.expected, c.problem)
