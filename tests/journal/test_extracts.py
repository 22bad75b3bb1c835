"""Kept extracts come back as they were, and can be erased."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from seatkeeper.errors import JournalError
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.people import Column, Extract
from tests.journal.builders import at, digest_of

COLUMNS = (
    Column("id"),
    Column("end_date", "date", "none", "end"),
    Column("teams", "list"),
    Column("seen", "timestamp"),
)


def extract(hours: float, source: str = "hr", *, whole: bool = True) -> Extract:
    problem = None if whole else "the table is 30 h old, 26 h allowed"
    return Extract(
        source, "id", COLUMNS, at(hours), at(hours - 1), True, 2, digest_of(int(hours)), whole, problem
    )


def people() -> pa.Table:
    return pa.table(
        {
            "id": pa.array(["7", "8"], pa.string()),
            "end_date": pa.array([date(2026, 5, 1), None], pa.date32()),
            "teams": pa.array([["a", "b"], None], pa.list_(pa.string())),
            "seen": pa.array([datetime(2026, 1, 1, 12, 30, tzinfo=UTC), None], pa.timestamp("us", tz="UTC")),
        }
    )


def test_an_extract_comes_back_as_it_was(store: SqlStore) -> None:
    """Facts, types, lists and what is missing."""
    kept = extract(3, whole=False)
    store.keep_extract(kept, people())
    assert store.extracts("hr") == [kept]
    table = store.extract_table("hr", kept.digest, kept.read_at)
    assert table.schema == people().schema
    assert table.equals(people())


def test_extracts_are_listed_oldest_first_by_source(store: SqlStore) -> None:
    """Another source's are not among them, and neither are those before the time asked for."""
    for hours in (26, 2, 14):
        store.keep_extract(extract(hours), people())
    store.keep_extract(extract(5, "badges"), people())
    assert [kept.read_at for kept in store.extracts("hr")] == [at(2), at(14), at(26)]
    assert [kept.read_at for kept in store.extracts("hr", since=at(14))] == [at(14), at(26)]
    assert store.extracts("nowhere") == []


def test_the_same_reading_is_kept_once(store: SqlStore) -> None:
    """A command that is repeated keeps nothing twice."""
    store.keep_extract(extract(1), people())
    store.keep_extract(extract(1), people())
    assert len(store.extracts("hr")) == 1


def test_an_extract_that_is_not_kept_is_a_named_error(store: SqlStore) -> None:
    """The error tells which, and what to type."""
    with pytest.raises(JournalError, match="hr read at 2026-03-01T07") as refusal:
        store.extract_table("hr", digest_of(1), at(1))
    assert "observe" in refusal.value.remedy


def test_old_extracts_can_be_erased_and_the_erasure_is_journaled(store: SqlStore) -> None:
    """Retention takes the people; that it did so stays."""
    for hours in (1, 2, 50):
        store.keep_extract(extract(hours), people())
    assert store.erase_extracts("hr", at(50), at(60), "ana", "kept for two days") == 2
    assert [kept.read_at for kept in store.extracts("hr")] == [at(50)]
    (entry,) = store.entries(kinds=["erasure"])
    assert entry.payload is not None
    assert entry.payload["extracts"] == [digest_of(1), digest_of(2)]
    assert store.erase_extracts("hr", at(50), at(61), "ana", "again") == 0
    assert store.verify().verifies
