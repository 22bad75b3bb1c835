"""The store behind `ports.Store`: the journal, and beside it what was observed."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from seatkeeper.errors import JournalError, LeaseLost
from seatkeeper.journal import history, leases, schema, spans
from seatkeeper.journal.chain import GENESIS, NEVER_ERASED, SALT_BYTES, seal, verify_chain
from seatkeeper.journal.checkpoints import CheckpointKeys
from seatkeeper.journal.database import Database, Session
from seatkeeper.journal.entry import Line, entry_of, parse_time, time_text
from seatkeeper.journal.memory import collector_waiting
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, Digest
from seatkeeper.model.past import Named
from seatkeeper.model.people import Extract
from seatkeeper.model.run import Draft, Entry, EntryKind, Lease, Verification
from seatkeeper.model.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

_PAGE = 1_000

_COLUMNS = "at, kind, organization, run, change, step, epoch, payload_digest, previous, hash"
LINES = (
    f"SELECT entries.seq, {_COLUMNS}, salt, body "
    "FROM entries LEFT JOIN payloads ON payloads.seq = entries.seq"
)
_ACCOUNT = {
    "sqlite": "CASE WHEN json_valid(CAST(body AS TEXT)) "
    "THEN json_extract(CAST(body AS TEXT), '$.account') END",
    "postgresql": "seatkeeper_account(body)",
}
"""The account a payload is about, spelt as the index by account spells it."""
_ITS_OUTCOME = (
    "SELECT 1 FROM entries answer WHERE answer.change = entries.change AND answer.change <> '' "
    "AND answer.run = entries.run AND answer.step = entries.step AND answer.kind = 'outcome'"
)
_APPEND = f"INSERT INTO entries (seq, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_APPEND_PAYLOAD = "INSERT INTO payloads (seq, salt, body) VALUES (?, ?, ?)"
_HEAD = "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1"
_OUR_FAULT = "This is a fault of Seatkeeper; please report it."
_LAST = "SELECT seq, hash, kind, at FROM entries ORDER BY seq DESC LIMIT 1"
_NEED_LEASE = frozenset({"intent", "outcome"})


def open_store(url: str) -> "SqlStore":
    """The store at ``sqlite:///path`` or ``postgresql://...``, created or brought up to date as needed.

    It MUST raise `ConfigurationError` for a URL that is neither, and
    `JournalError` for a store that can't be reached, read or understood; no
    message shows the URL's password.
    """
    database = Database(url)
    try:
        schema.bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)


class SqlStore:
    """`ports.Store` over a `Database`; with keys, a lease that is given back leaves a checkpoint."""

    def __init__(self, database: Database, keys: CheckpointKeys | None = None) -> None:
        self._database = database
        self._keys = keys

    def append(self, drafts: Sequence[Draft], at: datetime, lease: Lease | None = None) -> list[Entry]:
        """See `ports.Store.append`."""
        for draft in drafts:
            _check_lease(draft, lease)
        if not drafts:
            return []
        with self._database.write() as session:
            lines = _append(session, drafts, at, 0 if lease is None else lease.epoch)
        return [entry_of(line) for line in lines]

    def entries(
        self,
        *,
        kinds: Collection[EntryKind] | None = None,
        organization: str | None = None,
        run: str | None = None,
        change: str | None = None,
        after_seq: int = 0,
        since: datetime | None = None,
        accounts: Collection[AccountId] | None = None,
        unanswered: bool = False,
    ) -> Iterator[Entry]:
        """See `ports.Store.entries`."""
        facts = {"organization": organization, "run": run, "change": change}
        given = {column: value for column, value in facts.items() if value is not None}
        where = "".join(f" AND {column} = ?" for column in given)
        values: list[object] = list(given.values())
        for column in ("run", "change"):
            if given.get(column):
                where += f" AND {column} <> ''"  # the index has only such rows, and SQLite wants to be told
        if kinds is not None:
            # One run, one change or some accounts are few entries: never by the index of the kinds.
            few = given.get("run") or given.get("change") or accounts is not None
            kind = "kind || ''" if few else "kind"
            where += f" AND {kind} IN ({', '.join('?' * len(kinds))})" if kinds else " AND 1 = 0"
            values.extend(kinds)
        if since is not None:
            # Times run almost with the numbers, so the first number that can count saves the walk up to it.
            after_seq = max(after_seq, self._last_before(time_text(since)))
            where += " AND at >= ?"
            values.append(time_text(since))
        if accounts is not None:
            account = _ACCOUNT[self._database.dialect]
            named = f"{account} IN ({', '.join('?' * len(accounts))})"
            where += f" AND entries.seq IN (SELECT seq FROM payloads WHERE {named})"
            values.extend(accounts)
        if unanswered:
            where += f" AND (kind <> 'intent' OR NOT EXISTS ({_ITS_OUTCOME}))"
        return map(entry_of, self._lines(where, values, after_seq))

    def _last_before(self, at: str) -> int:
        """The seq behind which everything of this time and later lies."""
        # The plus keeps SQLite from walking the numbers up to it: the index of times has it at once.
        with self._database.read() as session:
            row = session.one("SELECT min(+seq) - 1 FROM entries WHERE at >= ?", at)
            return _head(session)[0] if row is None or row[0] is None else int(row[0])

    @property
    def database(self) -> Database:
        """What the store lies in."""
        return self._database

    def lines(self, after: int = 0) -> Iterator[Line]:
        """The entries behind that seq exactly as they lie, in order."""
        return self._lines(after=after)

    def _lines(self, where: str = "", values: Sequence[object] = (), after: int = 0) -> Iterator[Line]:
        # A page at a time: no transaction stays open behind a slow reader, who may also append meanwhile.
        statement = f"{LINES} WHERE entries.seq > ?{where} ORDER BY entries.seq LIMIT {_PAGE}"
        while True:
            with self._database.read() as session:
                rows = list(session.stream(statement, after, *values))
            yield from map(Line._make, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def head(self) -> tuple[int, Digest]:
        """See `ports.Store.head`."""
        with self._database.read() as session:
            return _head(session)

    def last_outcome(self, organization: str) -> int:
        """See `ports.Store.last_outcome`."""
        statement = "SELECT coalesce(max(seq), 0) FROM entries WHERE kind = 'outcome' AND organization = ?"
        with self._database.read() as session:
            return int(session.run(statement, organization)[0][0])

    def verify(self, remembered: Mapping[int, Digest] | None = None) -> Verification:
        """See `ports.Store.verify`; `remembered` are heads kept elsewhere, as seq to hash."""
        return verify_chain(self._lines(), remembered, self._keys.made if self._keys else None)

    def erase(self, seqs: Sequence[int], at: datetime, by: str, reason: str) -> int:
        """See `ports.Store.erase`. Erasing again finishes an erasure that could not clean the file."""
        with self._database.write() as session:
            present = [seq for seq in sorted(set(seqs)) if _erasable(session, seq)]
            if present:
                payload = {"seqs": present, "by": by, "reason": reason}
                line = _append(session, [Draft("erasure", "", payload)], at, 0)[0]
                session.many(
                    "INSERT INTO erasures (seq, erasure) VALUES (?, ?)", [(s, line.seq) for s in present]
                )
                session.many("DELETE FROM payloads WHERE seq = ?", [(s,) for s in present])
        self._clean_up("payloads")
        return len(present)

    def erase_extracts(self, source: str, before: datetime, at: datetime, by: str, reason: str) -> int:
        """Erase the people of every extract of a source read before that time, and journal it."""
        from seatkeeper.journal import extracts  # noqa: PLC0415  # pyarrow is slow to import

        with self._database.write() as session:
            digests = extracts.erase(session, source, before)
            if digests:
                payload = {"source": source, "extracts": digests, "by": by, "reason": reason}
                _append(session, [Draft("erasure", "", payload)], at, 0)
        self._clean_up("extracts")
        return len(digests)

    def erase_logins(
        self, organization: str, accounts: Collection[AccountId], at: datetime, by: str, reason: str
    ) -> int:
        """Erase every login these accounts were known by, and journal it by their ids; their number."""
        with self._database.write() as session:
            count = history.erase_logins(session, organization, accounts)
            if count:
                payload = {"accounts": sorted(accounts), "by": by, "reason": reason}
                _append(session, [Draft("erasure", organization, payload)], at, 0)
        self._clean_up("names")
        return count

    def _clean_up(self, table: str) -> None:
        """Make the file forget too: SQLite's log still holds what the table no longer does.

        On PostgreSQL the rows are vacuumed; its own log and backups are its operator's to expire.
        """
        if self._database.dialect == "postgresql":
            self._database.outside_transaction(f"VACUUM {table}")
            return
        busy = self._database.outside_transaction("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            raise JournalError(
                "The payloads are erased, but another process still reads the log that holds a copy.",
                remedy="Let that process end, then type the same command again.",
            )

    def acquire(self, organization: str, holder: str, now: datetime, ttl: timedelta) -> Lease:
        """See `ports.Store.acquire`; a missing key for checkpoints is told before anything is done."""
        if self._keys is not None:
            self._keys.ready()
        with self._database.write() as session:
            return leases.acquire(session, organization, holder, now, ttl)

    def renew(self, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
        """See `ports.Store.renew`."""
        with self._database.write() as session:
            return leases.renew(session, lease, now, ttl)

    def release(self, lease: Lease) -> None:
        """See `ports.Store.release`; what was written under it ends with a checkpoint."""
        self._seal(lease)
        with self._database.write() as session:
            leases.release(session, lease)

    def _seal(self, lease: Lease) -> None:
        """Sign where the chain stands, unless it stands on a checkpoint or the lease is another's by now."""
        if self._keys is None:
            return
        with suppress(LeaseLost), self._database.write() as session:
            last = session.one(_LAST)
            if last is not None and last[2] != "checkpoint":
                seq, head, _, at = last
                signed = self._keys.sign(seq, Digest(head))._asdict()
                _append(
                    session, [Draft("checkpoint", lease.organization, signed)], parse_time(at), lease.epoch
                )

    def observe(self, snapshot: Snapshot, digest: Digest) -> int:
        """See `ports.Store.observe`; `NotCovered` unless the snapshot is newer than the last one."""
        with self._database.write() as session, collector_waiting():
            spans.refuse_older(session, snapshot)
            fold = spans.Fold(session, snapshot)
            line = _append(session, [fold.draft(digest)], snapshot.read_at, 0)[0]
            fold.write(line.seq, digest)
        return line.seq

    def grants_at(
        self, organization: str, at: datetime, accounts: Collection[AccountId] | None = None
    ) -> frozenset[Grant]:
        """See `ports.Store.grants_at`."""
        with self._database.read() as session, collector_waiting():
            return history.grants_at(session, organization, at, accounts)

    def held_on(
        self, organization: str, at: datetime, resources: Collection[Resource]
    ) -> Mapping[Resource, Mapping[AccountId, str]]:
        """See `ports.Store.held_on`."""
        with self._database.read() as session, collector_waiting():
            return history.held_on(session, organization, at, resources)

    def placed(
        self, organization: str, at: datetime, resources: Collection[Resource]
    ) -> Mapping[Resource, int]:
        """See `ports.Store.placed`."""
        with self._database.read() as session, collector_waiting():
            return history.placed(session, organization, at, resources)

    def history(
        self, organization: str, account: AccountId | None = None, since: datetime | None = None
    ) -> Iterator[history.Span]:
        """See `ports.Store.history`."""
        return history.history(self._database, organization, account, since)

    def holders(self, organization: str, resource: Resource) -> frozenset[AccountId]:
        """See `ports.Store.holders`."""
        with self._database.read() as session:
            return history.holders(session, organization, resource)

    def names(self, organization: str, at: datetime | None = None) -> Mapping[Resource, str]:
        """See `ports.Store.names`; the organization's own login is among them."""
        with self._database.read() as session:
            return history.names(session, organization, at)

    def logins(self, organization: str) -> Mapping[AccountId, str]:
        """See `ports.Store.logins`."""
        with self._database.read() as session:
            return history.logins(session, organization)

    def names_in_time(self, organization: str) -> list[Named]:
        """See `ports.Store.names_in_time`."""
        with self._database.read() as session:
            return history.names_in_time(session, organization)

    def keep_extract(self, extract: Extract, table: "pa.Table") -> None:
        """See `ports.Store.keep_extract`."""
        from seatkeeper.journal import extracts  # noqa: PLC0415  # pyarrow is slow to import

        with self._database.write() as session:
            extracts.keep(session, extract, table)

    def extracts(self, source: str, since: datetime | None = None) -> list[Extract]:
        """See `ports.Store.extracts`."""
        from seatkeeper.journal import extracts  # noqa: PLC0415  # pyarrow is slow to import

        with self._database.read() as session:
            return extracts.kept(session, source, since)

    def extract_table(self, source: str, digest: Digest, read_at: datetime) -> "pa.Table":
        """See `ports.Store.extract_table`."""
        from seatkeeper.journal import extracts  # noqa: PLC0415  # pyarrow is slow to import

        with self._database.read() as session:
            return extracts.people(session, source, digest, read_at)

    def close(self) -> None:
        """See `ports.Store.close`."""
        self._database.close()


def _head(session: Session) -> tuple[int, Digest]:
    row = session.one(_HEAD)
    return (0, GENESIS) if row is None else (int(row[0]), Digest(row[1]))


def _append(session: Session, drafts: Sequence[Draft], at: datetime, epoch: int) -> list[Line]:
    lines: list[Line] = []
    head = _head(session)
    for draft in drafts:
        line = seal(draft, after=head, at=at, epoch=epoch, salt=secrets.token_bytes(SALT_BYTES))
        put_line(session, line)
        lines.append(line)
        head = (line.seq, Digest(line.hash))
    return lines


def put_line(session: Session, line: Line) -> None:
    """Write one sealed line, and its payload beside it unless that was erased."""
    *fields, salt, body = line
    session.run(_APPEND, *fields)
    if body is not None:
        session.run(_APPEND_PAYLOAD, line.seq, salt, body)


def _check_lease(draft: Draft, lease: Lease | None) -> None:
    if lease is None and draft.kind in _NEED_LEASE:
        raise JournalError(
            f"An {draft.kind} was to be journaled without a lease; nothing was written.", remedy=_OUR_FAULT
        )
    if lease is not None and draft.organization != lease.organization:
        raise JournalError(
            f"An entry about organization {draft.organization} came with the lease of {lease.organization}.",
            remedy=_OUR_FAULT,
        )


def _erasable(session: Session, seq: int) -> bool:
    """Whether the entry has a payload to erase; what erasures and checkpoints say is never erased."""
    row = session.one(
        "SELECT kind FROM entries JOIN payloads ON payloads.seq = entries.seq WHERE entries.seq = ?", seq
    )
    if row is not None and row[0] in NEVER_ERASED:
        raise JournalError(
            f"Entry {seq} is of kind {row[0]}: without it nobody could tell erased from lost.",
            remedy="Leave it out, and type the command again.",
        )
    return row is not None
