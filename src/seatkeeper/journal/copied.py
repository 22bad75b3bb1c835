"""A store whose journal is kept in a second place as well, before anything that rests on it is done.

Law 4 reaches that far: what a lease covers (a run's start, its intents, its
outcomes) is in the second place when `append` returns, and a lease is only
given or kept while nothing is missing there. So every write to a forge,
giving or taking, waits for the second place. What needs no lease does not
wait: looking, deciding, approving and above all the brake work while the
second place is away, and what they wrote is copied with the next entry.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from threading import RLock

from seatkeeper.errors import CopyBroken, CopyFailed
from seatkeeper.journal import sheets
from seatkeeper.journal.checkpoints import CheckpointKeys
from seatkeeper.journal.database import Database
from seatkeeper.journal.entry import Line
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.ids import AccountId, Digest
from seatkeeper.model.run import Draft, Entry, Lease, Verification
from seatkeeper.model.snapshot import Snapshot
from seatkeeper.ports import Copy

SHEET_LINES = 100
"""No sheet holds more lines, so that erasing one line writes little anew."""


class CopiedStore(SqlStore):
    """`ports.Store` over a `Database`, with a `Copy` that follows it."""

    def __init__(self, database: Database, copy: Copy, keys: CheckpointKeys | None = None) -> None:
        super().__init__(database, keys)
        self._copy = copy
        self._through: int | None = None
        self._one_at_a_time = RLock()

    def append(self, drafts: Sequence[Draft], at: datetime, lease: Lease | None = None) -> list[Entry]:
        """See `ports.Store.append`; with a lease, `CopyFailed` unless the second place has it too."""
        entries = super().append(drafts, at, lease)
        if lease is not None:
            self.copy_what_is_missing()
        else:
            self._copy_if_possible()
        return entries

    def acquire(self, organization: str, holder: str, now: datetime, ttl: timedelta) -> Lease:
        """See `ports.Store.acquire`; no lease while the second place lacks anything."""
        self.copy_what_is_missing()
        return super().acquire(organization, holder, now, ttl)

    def renew(self, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
        """See `ports.Store.renew`; likewise."""
        self.copy_what_is_missing()
        return super().renew(lease, now, ttl)

    def verify(self, remembered: Mapping[int, Digest] | None = None) -> Verification:
        """See `SqlStore.verify`; the last entry in the second place is remembered too."""
        names = self._copy.names(sheets.ENTRIES)
        last = sheets.read_lines(names[-1], self._copy.get(names[-1]))[-1] if names else None
        known = {} if last is None else {last.seq: Digest(last.hash)}
        return super().verify({**known, **(remembered or {})})

    def _seal(self, lease: Lease) -> None:
        super()._seal(lease)
        self._copy_if_possible()

    def observe(self, snapshot: Snapshot, digest: Digest) -> int:
        """See `ports.Store.observe`."""
        seq = super().observe(snapshot, digest)
        self._copy_if_possible()
        return seq

    def erase(self, seqs: Sequence[int], at: datetime, by: str, reason: str) -> int:
        """See `ports.Store.erase`. Erasing again finishes an erasure that did not reach the second place."""
        erased = super().erase(seqs, at, by, reason)
        self.copy_what_is_missing()
        self._write_anew(set(seqs))
        return erased

    def erase_extracts(self, source: str, before: datetime, at: datetime, by: str, reason: str) -> int:
        """See `SqlStore.erase_extracts`; extracts are not copied, and the erasure's entry is."""
        erased = super().erase_extracts(source, before, at, by, reason)
        self._copy_if_possible()
        return erased

    def erase_logins(
        self, organization: str, accounts: Collection[AccountId], at: datetime, by: str, reason: str
    ) -> int:
        """See `SqlStore.erase_logins`; likewise finished by erasing again."""
        erased = super().erase_logins(organization, accounts, at, by, reason)
        self.copy_what_is_missing()
        self._write_names_anew({("account", account) for account in accounts})
        return erased

    def copy_what_is_missing(self) -> None:
        """Copy every entry that the second place lacks; `CopyFailed` or `CopyBroken` when that can't be."""
        with self._one_at_a_time:
            if self._through is None:
                self._through = self._find_place()
            lines = self.lines(after=self._through)
            while batch := list(islice(lines, SHEET_LINES)):
                self._put(batch)
                self._through = batch[-1].seq

    def look_at_copy(self) -> tuple[str, int, int]:
        """Read the second place back: its label, the last entry it holds without a gap, its sheets.

        `CopyBroken` when a piece is missing, or the last one is not this journal's.
        """
        names = self._copy.names(sheets.ENTRIES)
        through = _covered(names)
        missing = [n for n in map(sheets.range_of, names) if n.first > through + 1]
        if missing:
            raise CopyBroken(
                f"The second place, {self._copy.label}, has lost entries of the journal.",
                arithmetic=f"{through + 1} to {missing[0].first - 1} are missing, beside {len(names)} pieces",
                remedy="The next run copies them again from this store; first: seatkeeper verify",
            )
        if names:
            self._compare(names[-1])
        return self._copy.label, through, len(names)

    def _copy_if_possible(self) -> None:
        """What is not copied now is missing until the next entry, and no lease is given before."""
        try:
            self.copy_what_is_missing()
        except (CopyFailed, CopyBroken):
            return

    def _find_place(self) -> int:
        """Through which entry the second place holds this journal; what was lost there is copied again."""
        names = self._copy.names(sheets.ENTRIES)
        if names:
            self._compare(names[-1])
        return _covered(names)

    def _compare(self, name: str) -> None:
        """`CopyBroken` unless the last line of that sheet is this journal's own."""
        last = sheets.read_lines(name, self._copy.get(name))[-1]
        mine = next(self.lines(after=last.seq - 1), None)
        if mine is not None and mine.hash == last.hash:
            return
        head = self.head()[0]
        known = "another journal" if mine is not None else "more of the journal than this store"
        raise CopyBroken(
            f"The second place, {self._copy.label}, holds {known}.",
            arithmetic=f"entry {last.seq} there, {head} entries here",
            remedy="If this store is the older one: seatkeeper restore --from COPY into an empty store. "
            "Otherwise give this journal a second place of its own.",
        )

    def _put(self, batch: Sequence[Line]) -> None:
        # The spans and names of an observation first: an entry that is there has everything beside it.
        self._put_observations(batch)
        self._copy.put(sheets.entries_name(batch[0].seq, batch[-1].seq), sheets.write_lines(batch))

    def _put_observations(self, batch: Sequence[Line]) -> None:
        first = batch[0].seq
        with self._database.read() as session:
            for seq in sheets.observations(session, first, batch[-1].seq):
                line = batch[seq - first]
                self._copy.put(sheets.beside(sheets.NAMES, seq), sheets.write_named(session, line))
                self._copy.put(sheets.beside(sheets.SPANS, seq), sheets.write_observed(session, line))

    def _write_anew(self, seqs: Collection[int]) -> None:
        """Put every sheet that holds one of these entries once more, as the entries lie now."""
        for name in self._copy.names(sheets.ENTRIES):
            first, last = sheets.range_of(name)
            if any(first <= seq <= last for seq in seqs):
                lines = list(islice(self.lines(after=first - 1), last - first + 1))
                self._copy.put(name, sheets.write_lines(lines))

    def _write_names_anew(self, things: Collection[tuple[str, str]]) -> None:
        for name in self._copy.names(sheets.NAMES):
            named = sheets.read_named(name, self._copy.get(name))
            kept = [row for row in named.names if row[:2] not in things]
            if len(kept) < len(named.names):
                self._copy.put(name, sheets.pack_named(named._replace(names=kept)))


def _covered(names: Sequence[str]) -> int:
    """Through which entry these sheets reach without a gap."""
    through = 0
    for first, last in map(sheets.range_of, names):
        if first > through + 1:
            break
        through = max(through, last)
    return through
