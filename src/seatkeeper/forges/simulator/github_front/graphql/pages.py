"""Cursor paging. A cursor is the sort key of a row, so that pages stay true while rows come and go."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from seatkeeper.forges.simulator.github_front.graphql.run import Args, Nothing

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.github_front.graphql.run import Run

FIRST_MAX = 100
Key = Any
by_number = attrgetter("number")


class Ordered:
    """Rows in the order of their keys."""

    __slots__ = ("keys", "rows")

    def __init__(self, rows: Iterable[Any], key: Callable[[Any], Key] = by_number) -> None:
        self.rows = sorted(rows, key=key)
        self.keys = [key(row) for row in self.rows]


class Edge:
    """One row of a page; `place` is what it is a row of, `found` room for what a resolver works out once."""

    __slots__ = ("found", "key", "node", "place")

    def __init__(self, node: Any, key: Key, place: Any) -> None:  # noqa: ANN401  # any record, any key
        self.node = node
        self.key = key
        self.place = place
        self.found: Any = None


class Page:
    """One page of a connection."""

    __slots__ = ("has_next", "has_previous", "keys", "place", "rows", "total")

    def __init__(self, ordered: Ordered, low: int, high: int, ends: tuple[int, int], place: object) -> None:
        self.rows: Sequence[Any] = ordered.rows[low:high]
        self.keys: Sequence[Key] = ordered.keys[low:high]
        self.total = len(ordered.rows)
        self.has_previous = low > ends[0]
        self.has_next = high < ends[1]
        self.place = place

    def edges(self) -> list[Edge]:
        """The rows with their cursors."""
        place = self.place
        return [Edge(row, key, place) for row, key in zip(self.rows, self.keys, strict=True)]


def cut(ordered: Ordered, args: Args, name: str, place: object = None) -> Page:
    """The page that `first`/`after` or `last`/`before` ask for."""
    first, last = _size(args, "first", name), _size(args, "last", name)
    if first is None and last is None:
        words = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise Nothing("MISSING_PAGINATION_BOUNDARIES", words)
    low = bisect_right(ordered.keys, _key(args["after"])) if args.get("after") else 0
    high = bisect_left(ordered.keys, _key(args["before"])) if args.get("before") else len(ordered.keys)
    high = max(low, high)
    if first is not None:
        return Page(ordered, low, min(high, low + first), (0, len(ordered.keys)), place)
    return Page(ordered, max(low, high - (last or 0)), high, (0, len(ordered.keys)), place)


def cursor(key: Key) -> str:
    """The opaque text of a key."""
    return base64.b64encode(b"cursor:v2:" + json.dumps(key).encode()).decode()


def remembered(run: Run, name: str, build: Callable[[], Ordered]) -> Ordered:
    """What a front sorted once, until the world changes."""
    shelf = run.meter.shelf
    version, ordered = shelf.get(name, (-1, None))
    if ordered is None or version != run.world.version:
        ordered = build()
        shelf[name] = (run.world.version, ordered)
    return ordered


def _size(args: Args, which: str, name: str) -> int | None:
    size = args.get(which)
    if size is None:
        return None
    if not isinstance(size, int) or size < 0:
        raise Nothing(
            "INVALID_PAGINATION", f"`{which}` on the `{name}` connection must be a positive number."
        )
    if size > FIRST_MAX:
        words = (
            f"Requesting {size} records on the `{name}` connection exceeds the `{which}` limit of "
            f"{FIRST_MAX} records."
        )
        raise Nothing("EXCESSIVE_PAGINATION", words)
    return size


def _key(text: object) -> Key:
    try:
        key = json.loads(base64.b64decode(str(text), validate=True).removeprefix(b"cursor:v2:"))
    except ValueError:
        raise Nothing("INVALID_CURSOR_ARGUMENTS", f"`{text}` does not appear to be a valid cursor.") from None
    return tuple(key) if isinstance(key, list) else key
