"""Data that is too old, from the future or of unknown age is read, and costs nobody access."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seatkeeper.errors import ConfigurationError, SourceShapeError
from seatkeeper.sources.freshness import Freshness, told
from tests.sources.company import NOON, csv_file, database, file, people, store

DAY = Freshness(timedelta(hours=26))


def test_stale_shows_its_arithmetic() -> None:
    """The sentence has both times, the age and what is allowed."""
    assert DAY.problem(NOON - timedelta(hours=51, minutes=10), NOON) == (
        "stale: loaded 2026-11-20 08:50 UTC, read 2026-11-22 12:00 UTC: 51 h 10 min old, 26 h allowed"
    )


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=26), timedelta(minutes=-5)])
def test_fresh_is_no_problem(age: timedelta) -> None:
    """Exactly as old as allowed is allowed, and clocks may differ by minutes."""
    assert DAY.problem(NOON - age, NOON) is None


def test_the_future_is_a_problem() -> None:
    """A load time that has not come yet says that something is wrong with time."""
    assert "from the future" in str(DAY.problem(NOON + timedelta(hours=2), NOON))


def test_unknown_is_not_fresh() -> None:
    """A source that was asked and does not say is not taken for fresh."""
    assert "does not say" in str(DAY.problem(None, NOON))


def test_a_day_means_its_beginning() -> None:
    """A source that tells only the day is never taken for newer than it may be."""
    assert told("2026-11-22", "hr") == datetime(2026, 11, 22, tzinfo=UTC)


def test_an_answer_that_is_no_time_is_refused() -> None:
    """`fresh.query` that gives something else is an error of the configuration's query."""
    with pytest.raises(SourceShapeError, match="gave text shaped 'aaaaaaaaa'"):
        told("yesterday", "hr")


def test_query_and_column_at_once_is_refused() -> None:
    """Two words about one age could disagree."""
    with pytest.raises(ConfigurationError):
        Freshness(timedelta(hours=1), query="SELECT 1", column="seen")


@pytest.mark.parametrize("query", ["SELECT 1 AS a, 2 AS b", "SELECT id FROM people", "SELECT 1 WHERE 1 = 0"])
def test_a_freshness_query_gives_one_value(query: str, tmp_path: Path) -> None:
    """More or fewer than one value has no meaning."""
    store(url := f"sqlite:///{tmp_path / 'hr.db'}", people(3, 1))
    with pytest.raises(SourceShapeError, match="must give one value"):
        database(url, fresh=Freshness(timedelta(hours=1), query=query)).read()


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("'2026-11-22 06:00:00'", True),
        ("'2026-11-20 06:00:00'", False),
        ("NULL", False),
        ("'2027-01-01 00:00'", False),
    ],
)
def test_the_sources_own_word_decides(said: str, *, whole: bool, tmp_path: Path) -> None:
    """Fresh data is whole; stale, unknown and future data is read and marked."""
    store(url := f"sqlite:///{tmp_path / 'hr.db'}", people(3, 1))
    extract, table = database(url, fresh=Freshness(timedelta(hours=26), query=f"SELECT {said}")).read()
    assert (extract.whole, table.num_rows) == (whole, 3)
    assert (extract.problem is None) == whole


def test_a_column_can_tell_the_age(tmp_path: Path) -> None:
    """The latest moment in a declared column is as good as a query."""
    store(url := f"sqlite:///{tmp_path / 'hr.db'}", people(50, 1))
    extract, table = database(url, fresh=Freshness(timedelta(days=400), column="seen")).read()
    assert extract.as_of == max(seen for seen in table["seen"].to_pylist() if seen)
    assert extract.as_of_told


def test_a_column_that_is_no_time_cant_tell_the_age(tmp_path: Path) -> None:
    """Text can't be fresh."""
    with pytest.raises(ConfigurationError, match=r"fresh\.column email"):
        file(tmp_path / "people.csv", fresh=Freshness(timedelta(hours=1), column="email"))


def test_without_a_word_the_reading_says_so(tmp_path: Path) -> None:
    """No freshness declared: now, and as_of_told is False."""
    store(url := f"sqlite:///{tmp_path / 'hr.db'}", people(3, 1))
    extract, _ = database(url).read()
    assert (extract.as_of, extract.as_of_told, extract.whole) == (NOON, False, True)


def test_a_file_is_as_old_as_its_last_change(tmp_path: Path) -> None:
    """Without a column, the file's own time counts."""
    path = csv_file(tmp_path / "people.csv", people(3, 1))
    yesterday = NOON - timedelta(hours=30)
    os.utime(path, (yesterday.timestamp(), yesterday.timestamp()))
    extract, _ = file(path, fresh=DAY).read()
    assert (extract.as_of, extract.as_of_told, extract.whole) == (yesterday, True, False)
    assert "30 h old, 26 h allowed" in str(extract.problem)
