"""One connection of the organization, read page by page, with what could not be read told and not raised."""

from collections.abc import Callable
from math import ceil
from typing import Literal

from seatkeeper.errors import CredentialRefused, ForgeError, ScopeMissing
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.cursors import Connection, Key, Row
from seatkeeper.forges.http.graphql import REMEDY, SCOPES, GraphAnswer, GraphError, query
from seatkeeper.model.snapshot import Reading


class Walk:
    """Reads the connection at `path` of `text`, handing the new rows of each page to `accept`.

    A page of `size` that goes on failing is asked for in pages of `small`.
    `taint` is given a row that came with an error inside, and the error's words.
    `fallback` is asked instead when the credential may not see all that `text`
    asks for. `needs` names the right that a no would be about, which GitHub itself does not always name.
    `optional`: no connection at all, told without an error, is an
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
        small: int | None = None,
        key: Key,
        needs: str,
        accept: Callable[[list[Row]], None],
        taint: Callable[[Row, str], None] | None = None,
        fallback: str | None = None,
        optional: bool = False,
    ) -> None:
        self.connection = Connection()
        self.lacking: ScopeMissing | None = None
        self._http = http
        self._organization = organization
        self._text = text
        self._path = path
        self._rows: Literal["edges", "nodes"] = rows
        self._size = size
        self._small = small
        self._key = key
        self._needs = needs
        self._accept = accept
        self._taint = taint
        self._fallback = fallback
        self._optional = optional

    @property
    def pages_left(self) -> int:
        """How many pages are still to come, as far as the forge announced."""
        missing = (self.connection.expected or 0) - len(self.connection.rows)
        return max(0, ceil(missing / self._size)) if self.connection.more else 0

    def turn(self) -> None:
        """Read the next page, or make the next one smaller."""
        connection = self.connection
        try:
            answer = self._ask()
        except CredentialRefused:
            raise
        except ForgeError as error:
            if type(error) is ForgeError and self._small is not None:
                self._size, self._small = self._small, None
                return
            of = f" of {connection.pages + self.pages_left}" if connection.expected else ""
            connection.fail(f"page {connection.pages + 1}{of}: {error.what}")
            return
        page = answer.at(*self._path)
        if page is None and self._optional and not answer.errors:
            connection.more, connection.expected = False, 0
            return
        self._accept(connection.take(page, self._rows, self._key))
        self._take_errors(answer, page)

    def _ask(self) -> GraphAnswer:
        """One page; of the fallback, if the credential lacks a right for the first."""
        variables = {
            "organization": self._organization,
            "first": self._size,
            "after": self.connection.cursor,
        }
        try:
            answer = query(self._http, self._text, variables)
            told = next((self._said(error) for error in answer.errors if error.type in SCOPES), None)
            falls_back = self._fallback is not None and not self.connection.pages
            if told is None or (answer.at(*self._path) is not None and not falls_back):
                return answer
            self.lacking = ScopeMissing(told, remedy=REMEDY)
        except ScopeMissing as error:
            self.lacking = ScopeMissing(f"{error.what}; needed: {self._needs}", remedy=error.remedy)
        if self._fallback is None or self.connection.pages:
            raise self.lacking
        self._text, self._fallback = self._fallback, None
        return query(self._http, self._text, variables)

    def _said(self, error: GraphError) -> str:
        return error.message + (f"; needed: {self._needs}" if error.type in SCOPES else "")

    def _take_errors(self, answer: GraphAnswer, page: Row | None) -> None:
        """An error below a row is about that row; any other is about the collection."""
        prefix = (*self._path, self._rows)
        rows = page.get(self._rows) if page else None
        for error in answer.errors:
            below = error.path[: len(prefix)] == prefix
            row = _row(rows, *error.path[len(prefix) : len(prefix) + 1]) if below else None
            if page is None:
                self.connection.fail(self._said(error))
            elif row is not None and self._taint is not None:
                self._taint(row, self._said(error))
            else:
                self.connection.problem = self.connection.problem or self._said(error)

    def drain(self, tick: Callable[[int], None]) -> None:
        """Read all further pages."""
        while self.connection.more:
            self.turn()
            tick(1)

    def reading(self, collection: str) -> Reading:
        """What to tell of this collection."""
        c = self.connection
        return Reading(collection, c.whole, len(c.rows), c.expected, c.problem)


def _row(rows: object, index: object = None) -> Row | None:
    if isinstance(rows, list) and isinstance(index, int) and index < len(rows):
        row = rows[index]
        return row if isinstance(row, dict) else None
    return None
