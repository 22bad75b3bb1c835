"""Laws of paging, searched for counter-examples."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.forges.simulator.github_front.graphql.pages import Ordered, cursor, cut


class Row(NamedTuple):
    """Anything with a number."""

    number: int


ROWS = st.sets(st.integers(1, 60), max_size=40)


def ordered(numbers: set[int]) -> Ordered:
    """The rows in order."""
    return Ordered(Row(number) for number in numbers)


@given(ROWS, st.lists(st.tuples(ROWS, ROWS), max_size=12), st.integers(1, 7))
def test_who_stays_is_seen_once_whatever_comes_and_goes(
    start: set[int], changes: list[tuple[set[int], set[int]]], size: int
) -> None:
    """Rows that were there throughout should be on exactly one page, and no row on two."""
    present, always, seen = set(start), set(start), list[int]()
    after: str | None = None
    waiting = list(changes)
    while True:
        page = cut(ordered(present), {"first": size, "after": after}, "rows")
        seen += [row.number for row in page.rows]
        if not page.has_next:
            break
        after = cursor(page.keys[-1])
        came, went = waiting.pop() if waiting else (set[int](), set[int]())
        present = (present | came) - went
        always -= went
    assert len(seen) == len(set(seen))
    assert always <= set(seen)


@given(ROWS, st.integers(1, 9))
def test_backwards_is_forwards_turned_round(numbers: set[int], size: int) -> None:
    """Pages read from the end should hold the same rows as pages read from the start."""
    seen: list[int] = []
    before: str | None = None
    while True:
        page = cut(ordered(numbers), {"last": size, "before": before}, "rows")
        seen = [row.number for row in page.rows] + seen
        if not page.has_previous:
            break
        before = cursor(page.keys[0])
    assert seen == sorted(numbers)
