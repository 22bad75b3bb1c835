"""Whoever owns the database can switch its triggers off; `verify` shows what was done then, and where."""

from pathlib import Path

import pytest

from seatkeeper.journal.store import SqlStore, open_store
from tests.journal.builders import Raw, story

EDITS = {
    "at": "'2026-03-01T09:00:00.000000Z'",
    "kind": "'outcome'",
    "organization": "'2'",
    "run": "'run-2'",
    "change": "'change-9'",
    "step": "'run-1/9/0'",
    "epoch": "7",
    "payload_digest": "previous",
    "previous": "payload_digest",
    "hash": "previous",
}


def places(store: SqlStore) -> set[int]:
    return {fault.seq for fault in store.verify().faults}


@pytest.fixture
def tampered(store: SqlStore, raw: Raw) -> Raw:
    """A journal of seven entries whose triggers are gone."""
    story(store)
    assert store.verify().verifies
    raw.unlock()
    return raw


def test_any_edited_column_is_found(store: SqlStore, tampered: Raw) -> None:
    """Each column of an entry in turn, put back afterwards."""
    for column, value in EDITS.items():
        old = tampered.run(f"SELECT {column} FROM entries WHERE seq = 4")[0][0]
        tampered.run(f"UPDATE entries SET {column} = {value} WHERE seq = 4")
        assert 4 in places(store), column
        tampered.run(f"UPDATE entries SET {column} = ? WHERE seq = 4", old)
    assert store.verify().verifies


def test_a_deleted_entry_is_found(store: SqlStore, tampered: Raw) -> None:
    """The hole has its number."""
    tampered.run("DELETE FROM payloads WHERE seq = 4")
    tampered.run("DELETE FROM entries WHERE seq = 4")
    assert {4, 5} <= places(store)


def test_an_inserted_entry_is_found(store: SqlStore, tampered: Raw) -> None:
    """A row made up between two others, which had to move, breaks the chain there."""
    for seq in (7, 6, 5):
        tampered.run("UPDATE entries SET seq = seq + 1 WHERE seq = ?", seq)
    columns = "at, kind, organization, run, change, step, epoch, payload_digest, previous, hash"
    tampered.run(f"INSERT INTO entries (seq, {columns}) SELECT 5, {columns} FROM entries WHERE seq = 4")
    assert {5, 6, 7, 8} <= places(store)


def test_exchanged_entries_are_found(store: SqlStore, tampered: Raw) -> None:
    """Reordering shows at both places."""
    for old, new in ((3, 100), (5, 3), (100, 5)):
        tampered.run("UPDATE entries SET seq = ? WHERE seq = ?", new, old)
    whats = [fault.what for fault in store.verify().faults]
    assert "entry 3 was written as entry 5 and moved here" in whats
    assert "entry 5 was written as entry 3 and moved here" in whats


def test_a_tail_cut_off_is_found_by_whoever_remembers_the_head(store: SqlStore, tampered: Raw) -> None:
    """The journal alone verifies; against the remembered head it does not."""
    remembered = dict([store.head()])
    tampered.run("DELETE FROM payloads WHERE seq > 5")
    tampered.run("DELETE FROM entries WHERE seq > 5")
    assert store.verify().verifies
    (fault,) = store.verify(remembered).faults
    assert (fault.seq, fault.what) == (6, "entries 6 to 7 are cut off the end")


def test_an_edited_payload_is_found(store: SqlStore, tampered: Raw) -> None:
    """The payload's salted digest is in the chain."""
    tampered.run("UPDATE payloads SET body = ? WHERE seq = 2", b'{"login":"ben"}')
    assert places(store) == {2}


def test_exchanged_payloads_are_found(store: SqlStore, tampered: Raw) -> None:
    """Also with their salts."""
    for old, new in ((2, 100), (5, 2), (100, 5)):
        tampered.run("UPDATE payloads SET seq = ? WHERE seq = ?", new, old)
    assert places(store) == {2, 5}


def test_a_payload_that_vanished_is_found(store: SqlStore, tampered: Raw) -> None:
    """Without an entry that says who erased it and why, it is a fault, whatever another table says."""
    tampered.run("INSERT INTO erasures VALUES (6, 7)")
    tampered.run("DELETE FROM payloads WHERE seq = 6")
    (fault,) = store.verify().faults
    assert fault.what == "entry 6 has lost its payload, and no erasure names it"


def test_a_row_of_another_journal_is_found(store: SqlStore, tampered: Raw, tmp_path: Path) -> None:
    """Two journals that tell the same story can't lend each other a row."""
    other_url = f"sqlite:///{tmp_path / 'other.db'}"
    other_store = open_store(other_url)
    story(other_store)
    other_store.close()
    other = Raw(other_url)
    for table, place in (("entries", "seq"), ("payloads", "seq")):
        (row,) = other.run(f"SELECT * FROM {table} WHERE seq = 4")
        tampered.run(f"DELETE FROM {table} WHERE {place} = 4")
        tampered.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)
    other.close()
    assert {4, 5} <= places(store)
