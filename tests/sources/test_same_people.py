"""The same people have the same digest, whichever kind of source told them."""

import random
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatkeeper.model.people import ColumnType
from seatkeeper.ports import IdentitySource
from seatkeeper.sources.digest import digest
from seatkeeper.sources.typed import ARROW, typed_table
from tests.sources.company import COLUMNS, Row, csv_file, database, file, parquet_file, people, store

pytestmark = pytest.mark.slow

SEED = 20261122


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite database of this test's own."""
    return f"sqlite:///{tmp_path / 'hr.db'}"


def typed(rows: list[Row]) -> pa.Table:
    """The rows as the canonical table, without any source in between."""
    values = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in COLUMNS]
    return typed_table("hr", dict(zip([c.name for c in COLUMNS], values, strict=True)), COLUMNS)


@pytest.mark.real
def test_five_kinds_of_source_tell_the_same_people(
    sqlite_url: str, postgres_url: str, mariadb_url: str, tmp_path: Path
) -> None:
    """3,500 invented people come out equal from SQLite, PostgreSQL, MariaDB, CSV and Parquet."""
    rows = people(3_500, SEED)
    for url in (sqlite_url, postgres_url, mariadb_url):
        store(url, rows)
    sources: list[IdentitySource] = [
        *(database(url) for url in (sqlite_url, postgres_url, mariadb_url)),
        file(csv_file(tmp_path / "people.csv", rows)),
        file(parquet_file(tmp_path / "people.parquet", rows)),
    ]
    readings = [source.read() for source in sources]
    expected = typed(rows)
    for extract, table in readings:
        assert table.equals(expected)
        assert extract.digest == digest(expected)
        assert (extract.rows, extract.whole, extract.problem) == (3_500, True, None)
        assert table.schema.names[0] == "id"
        assert table["id"].to_pylist() == sorted(row[0] for row in rows)


letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
keys = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=8).map(
    lambda text: f"k{text}k"
)
moments = st.datetimes(
    datetime(1000, 1, 2),  # noqa: DTZ001  # Hypothesis wants its bounds without a zone
    datetime(9999, 12, 30),  # noqa: DTZ001  # likewise
    timezones=st.just(UTC),
)
generated = st.builds(
    lambda *row: row,
    keys,
    st.none() | letters,
    st.none() | letters,
    st.none() | letters,
    st.none() | st.dates(date(1000, 1, 1)),
    st.none() | moments,
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.booleans(),
    st.none() | st.lists(letters, max_size=3),
)


def _canonical(row: Row) -> str:
    return str(typed([row])["id"][0].as_py())


companies = st.lists(generated, min_size=1, max_size=6, unique_by=_canonical)
with_servers = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.real
@with_servers
@given(rows=companies)
def test_any_typed_rows_survive_every_kind_of_source(
    rows: list[Row], tmp_path: Path, postgres_url: str, mariadb_url: str
) -> None:
    """Whatever typed rows there are, three databases and a CSV file give back one digest."""
    expected = digest(typed(rows))
    for url in (f"sqlite:///{tmp_path / 'hr.db'}", postgres_url, mariadb_url):
        store(url, rows)
        assert database(url).read()[0].digest == expected
    assert file(csv_file(tmp_path / "people.csv", rows)).read()[0].digest == expected


@settings(max_examples=40)
@given(rows=companies, dice=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Row], dice: random.Random) -> None:
    """A source that gives its rows in another order tells the same people."""
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert digest(typed(shuffled)) == digest(typed(rows))


@settings(max_examples=60)
@given(rows=companies, other=generated, at=st.integers(0, 5), column=st.integers(1, len(COLUMNS) - 1))
def test_any_one_changed_value_changes_the_digest(rows: list[Row], other: Row, at: int, column: int) -> None:
    """Two tables have one digest exactly when they are equal, one value apart included."""
    row = rows[at % len(rows)]
    changed = [(*r[:column], other[column], *r[column + 1 :]) if r is row else r for r in rows]
    before, after = typed(rows), typed(changed)
    assert bool(before.equals(after)) == (digest(before) == digest(after))


@settings(max_examples=60)
@given(first=companies, second=companies)
def test_different_people_never_share_a_digest(first: list[Row], second: list[Row]) -> None:
    """Nothing is run together: lengths, missing values and lists stay apart."""
    assert bool(typed(first).equals(typed(second))) == (digest(typed(first)) == digest(typed(second)))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("text", ["ab", "c"], ["a", "bc"]),
        ("text", [None, "a"], ["a", None]),
        ("text", [None], [""]),
        ("list", [[], ["a"]], [["a"], []]),
        ("list", [["a", "b"]], [["ab"]]),
        ("list", [["a"], ["b"]], [["a", "b"], []]),
        ("list", [None], [[]]),
        ("integer", [0], [None]),
        ("boolean", [False], [None]),
        ("date", [date(1970, 1, 1)], [None]),
    ],
)
def test_values_that_look_alike_run_together_stay_apart(
    kind: ColumnType, one: list[Any], other: list[Any]
) -> None:
    """The encoding is injective where a careless one is not."""
    tables = [pa.table({"x": pa.array(values, ARROW[kind])}) for values in (one, other)]
    assert digest(tables[0]) != digest(tables[1])


def test_a_columns_name_and_type_are_part_of_the_digest() -> None:
    """The same values under another name or of another type are not the same people."""
    plain = digest(pa.table({"x": pa.array([1, 2])}))
    assert plain != digest(pa.table({"y": pa.array([1, 2])}))
    assert plain != digest(pa.table({"x": pa.array([1, 2], pa.timestamp("us", "UTC"))}))


def test_a_table_in_pieces_has_the_digest_of_the_whole() -> None:
    """How Arrow holds a table (slices, chunks, offsets) says nothing about people."""
    whole = typed(people(50, SEED))
    pieces = pa.concat_tables([whole.slice(0, 7), whole.slice(7, 20), whole.slice(27)])
    assert digest(pieces) == digest(whole)
    assert digest(pieces.slice(3, 30)) == digest(whole.slice(3, 30))


def test_a_zone_is_a_way_of_writing_a_moment() -> None:
    """The same moment written in another zone is the same moment."""
    there = timezone(timedelta(hours=5, minutes=45))
    rows = people(20, SEED)
    moved = [(*row[:5], row[5].astimezone(there) if row[5] else None, *row[6:]) for row in rows]
    assert digest(typed(moved)) == digest(typed(rows))
