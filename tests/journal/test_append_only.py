"""What the database itself refuses, whoever asks, with plain SQL and every trigger in its place."""

import sqlite3

import psycopg
import pytest

from seatkeeper.journal.store import SqlStore
from seatkeeper.model.grants import membership
from seatkeeper.model.ids import AccountId
from tests.journal.builders import ACME, HOUR, START, Raw, at, note, snapshot, story

REFUSED = (sqlite3.IntegrityError, psycopg.Error)

INSERT = (
    "INSERT INTO entries "
    "(seq, at, kind, organization, run, change, step, epoch, payload_digest, previous, hash) "
    "VALUES (?, '2026-03-01T06:00:00.000000Z', ?, '1', '', '', '', ?, '', ?, 'h')"
)

STATEMENTS = [
    *(f"UPDATE entries SET {column} = {column} WHERE seq = 2" for column in ("at", "kind", "epoch", "hash")),
    "UPDATE entries SET seq = 99 WHERE seq = 7",
    "DELETE FROM entries",
    "DELETE FROM entries WHERE seq = 7",
    "UPDATE payloads SET body = salt",
    "DELETE FROM payloads WHERE seq = 3",
    "INSERT INTO erasures VALUES (3, 4)",
    "INSERT INTO erasures VALUES (3, 9)",
    "UPDATE leases SET epoch = 0",
    "DELETE FROM leases",
    "UPDATE observations SET read_at = '2027'",
    "DELETE FROM observations",
    "UPDATE spans SET role = 1",
    "UPDATE spans SET until = 99, since = 1",
    "DELETE FROM spans",
]

SQLITE_ONLY = [
    "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE seq = 2",
    "REPLACE INTO payloads SELECT * FROM payloads WHERE seq = 2",
    "INSERT OR REPLACE INTO payloads VALUES (8, x'00', x'00')",
    "UPDATE OR REPLACE entries SET seq = 2 WHERE seq = 3",
    "INSERT OR IGNORE INTO entries SELECT * FROM entries WHERE seq = 2",
]

POSTGRESQL_ONLY = [
    *(f"TRUNCATE {table} CASCADE" for table in ("entries", "payloads", "erasures", "spans", "leases")),
    "INSERT INTO payloads SELECT seq + 1, salt, body FROM payloads WHERE seq = 2",
]


def contents(raw: Raw) -> list[object]:
    tables = ("entries", "payloads", "erasures", "leases", "observations", "spans")
    return [raw.run(f"SELECT * FROM {table} ORDER BY 1") for table in tables]


def test_what_is_written_is_never_changed_or_deleted(store: SqlStore, raw: Raw) -> None:
    """Every statement that would rewrite the past is refused, and leaves no trace."""
    story(store)
    store.observe(snapshot(9, [membership(AccountId("7"), ACME)]), store.head()[1])
    before = contents(raw)
    for statement in [*STATEMENTS, *(SQLITE_ONLY if raw.sqlite else POSTGRESQL_ONLY)]:
        with pytest.raises(REFUSED):
            raw.run(statement)
        assert contents(raw) == before, statement


def test_an_entry_follows_the_last_one_or_is_refused(store: SqlStore, raw: Raw) -> None:
    """No gap, no fork, no second entry with a number that is taken."""
    story(store)
    head = store.head()[1]
    for seq, previous in ((9, head), (7, head), (0, head), (-1, head), (8, "0" * 64), (None, head)):
        with pytest.raises(REFUSED):
            raw.run(INSERT, seq, "brake", 0, previous)
    raw.run(INSERT, 8, "brake", 0, head)


@pytest.mark.parametrize("kind", ["intent", "outcome", "brake"])
def test_a_stale_epoch_is_refused_by_the_database_itself(store: SqlStore, raw: Raw, kind: str) -> None:
    """Even who goes around Seatkeeper can't append with an epoch that is no longer the organization's."""
    story(store)
    taken_over = store.acquire("1", "ben@desk", at(2), HOUR)
    assert taken_over.epoch == 2
    head = store.head()[1]
    for epoch in (1, 3, -1):
        with pytest.raises(REFUSED, match="stale epoch"):
            raw.run(INSERT, 8, kind, epoch, head)
    raw.run(INSERT, 8, kind, 2, head)


def test_no_lease_no_intent(store: SqlStore, raw: Raw) -> None:
    """Without any lease an intent is refused, epoch 0 or not."""
    head = store.append([note()], START)[0].hash
    for epoch in (0, 1):
        with pytest.raises(REFUSED, match="stale epoch"):
            raw.run(INSERT, 2, "intent", epoch, head)


def test_a_lease_given_back_writes_nothing_more(store: SqlStore, raw: Raw) -> None:
    """Release ends the right to write at once, in the database too."""
    lease = story(store)
    store.release(lease)
    with pytest.raises(REFUSED, match="stale epoch"):
        raw.run(INSERT, 8, "outcome", lease.epoch, store.head()[1])
