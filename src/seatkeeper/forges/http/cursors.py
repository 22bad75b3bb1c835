"""GraphQL connections: pages that follow a cursor, and the proof that all of them came."""

from collections.abc import Callable
from typing import Any, Literal

Row = dict[str, Any]
Key = Callable[[Row], object]


class Connection:
    """One connection as its pages arrive.

    It is whole when every page came, no cursor or page came twice, and as many
    different rows arrived as the last page announces. Rows that shift from one
    page to the next while we read are kept once. A total that shrank means
    that a row may have slipped past between two pages.
    """

    __slots__ = ("_cursors", "_keys", "cursor", "expected", "more", "pages", "problem", "rows")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.expected: int | None = None
        self.problem: str | None = None
        self.cursor: str | None = None
        self.more = True
        self.pages = 0
        self._keys: set[object] = set()
        self._cursors: set[str] = set()

    @property
    def whole(self) -> bool:
        """True when nothing is missing and nothing is left to read."""
        return self.problem is None and not self.more

    def fail(self, problem: str) -> None:
        """Read no further: `problem` says why what came may not be all."""
        self.problem = self.problem or problem
        self.more = False

    def take(self, page: object, rows: Literal["edges", "nodes"], key: Key) -> list[Row]:
        """Take in one page; the rows of it that had not come before.

        `key` gives a row's identity, None for a row that can't be read.
        """
        self.pages += 1
        if not isinstance(page, dict):
            self.fail(f"page {self.pages} came back empty-handed")
            return []
        try:
            return self._take(page, page[rows], key)
        except (KeyError, TypeError, AttributeError):
            self.fail(f"page {self.pages} is not shaped as the API says")
            return []

    def _take(self, page: Row, rows: list[Row | None], key: Key) -> list[Row]:
        total: int = page["totalCount"]
        follows: bool = page["pageInfo"]["hasNextPage"]
        cursor: str | None = page["pageInfo"]["endCursor"]
        fresh: list[Row] = []
        unreadable = 0
        for row in rows:
            identity = None if row is None else key(row)
            if row is None or identity is None:
                unreadable += 1
            elif identity not in self._keys:
                self._keys.add(identity)
                fresh.append(row)
        self.rows += fresh
        shrank = self.expected is not None and total < self.expected
        before, self.expected = self.expected, total
        if unreadable:
            self.problem = self.problem or f"page {self.pages} has {unreadable} rows that can't be read"
        if shrank:
            self.fail(f"{before} were announced and then {total}: it changed while it was read")
        elif follows:
            self._follow(rows, fresh, cursor)
        else:
            self._close(total)
        return fresh

    def _follow(self, rows: list[Row | None], fresh: list[Row], cursor: str | None) -> None:
        if not rows:
            self.fail(f"page {self.pages} is empty and announces another")
        elif not cursor or cursor in self._cursors or not fresh:
            self.fail(f"page {self.pages} came before: the pages go in circles")
        else:
            self._cursors.add(cursor)
            self.cursor = cursor

    def _close(self, total: int) -> None:
        self.more = False
        if len(self._keys) != total:
            self.fail(f"{len(self._keys)} arrived, {total} were announced")
