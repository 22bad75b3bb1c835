"""The floors that figures stand beside are right by hand-made examples, or a ratio to them means nothing."""

from collections import Counter

from benchmarks.calls import beyond_the_first, listing_pages, nested, query_pages
from benchmarks.elapsed import least

from seatkeeper.demo.company import invent


def test_writes_go_one_a_second() -> None:
    """A hundred of them take ninety-nine pauses."""
    assert least([False] * 100, content=True) == 99


def test_the_five_hundred_and_first_creation_waits_for_the_hour() -> None:
    """Where content is limited; removals never wait for it."""
    assert least([True] * 500, content=True) == 499
    assert least([True] * 501, content=True) == 3_600
    assert least([True] * 501, content=False) == 500
    assert least([True] * 500 + [False], content=True) == 500


def test_only_pages_beyond_the_first_overflow() -> None:
    """An empty list and a full page come along with their owner."""
    assert beyond_the_first([0, 1, 100]) == 0
    assert beyond_the_first([101, 250]) == 3


def test_the_pages_of_a_small_company() -> None:
    """Members twice, teams and repositories in fifties, one page of each listing and the organization."""
    company = invent(120, 12, 130)
    lengths = nested(company)

    assert query_pages(company) == 2 * 2 + 1 + 3 + beyond_the_first(lengths.values())
    assert listing_pages(company) == 4
    assert isinstance(lengths, Counter)
    assert max(lengths.values()) > 0
