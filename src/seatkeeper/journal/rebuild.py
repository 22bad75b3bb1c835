"""A journal rebuilt from its second place, on a machine that has nothing else.

All of it or nothing: the lines, spans, names and epochs go into an empty
store in one transaction, the chain is walked there as `verify` walks it, and
one fault undoes it all. The rebuilt journal goes on where the copy ends.
"""

import json
from collections.abc import Iterator, Mapping

from seatkeeper.errors import CopyBroken, JournalError
from seatkeeper.journal import sheets
from seatkeeper.journal.chain import GENESIS, line_hash, verify_chain
from seatkeeper.journal.database import Session
from seatkeeper.journal.entry import Line
from seatkeeper.journal.spans import lay_down_names, lay_down_spans
from seatkeeper.journal.store import LINES, SqlStore, put_line
from seatkeeper.journal.terms import Terms
from seatkeeper.model.run import Verification
from seatkeeper.ports import Copy

_HOLDER = "rebuilt"
_LEASE = """
INSERT INTO leases (organization, holder, epoch, until) VALUES (?, ?, ?, ?)
ON CONFLICT (organization) DO UPDATE
SET holder = excluded.holder, epoch = excluded.epoch, until = excluded.until
"""


def rebuild(copy: Copy, store: SqlStore) -> Verification:
    """Fill an empty store from a second place; what walking the rebuilt chain found.

    A store that already begins with exactly what the copy holds is left as it
    is. Raises `JournalError` for a store with anything else in it, and
    `CopyBroken` with the place for a copy that is not whole and true.
    """
    if store.head()[0] > 0:
        return _already(copy, store)
    with store.database.write() as session:
        _Rebuilding(session, copy).run()
        found = verify_chain(map(Line._make, session.stream(f"{LINES} ORDER BY entries.seq")))
        if not found.verifies:
            raise CopyBroken(
                f"The journal in {copy.label} does not verify: {found.faults[0].what}.",
                arithmetic=f"{len(found.faults)} faults in {found.entries} entries; nothing was rebuilt",
                remedy="Look for another copy of it.",
            )
        if not found.entries:
            raise CopyBroken(
                f"There is no journal in {copy.label}.", remedy="Name the place that it was copied to."
            )
    return found


def _already(copy: Copy, store: SqlStore) -> Verification:
    names = copy.names(sheets.ENTRIES)
    last = sheets.read_lines(names[-1], copy.get(names[-1]))[-1] if names else None
    mine = next(store.lines(after=last.seq - 1), None) if last else None
    if last is None or mine is None or mine.hash != last.hash:
        raise JournalError(
            f"The store holds a journal already, and not the one in {copy.label}; it is left as it is.",
            arithmetic=f"{store.head()[0]} entries here, {last.seq if last else 0} there",
            remedy="Name an empty store in seatkeeper.yaml, such as sqlite:///rebuilt.db",
        )
    return store.verify()


def pages(copy: Copy) -> Iterator[list[Line]]:
    """The entries of a second place, sheet by sheet, each line once; `CopyBroken` at the first gap."""
    through = 0
    for name in copy.names(sheets.ENTRIES):
        first = sheets.range_of(name).first
        if first > through + 1:
            raise CopyBroken(
                f"The journal in {copy.label} has a gap: {_range(through + 1, first - 1)} missing.",
                arithmetic=f"the next piece is {name}; nothing was rebuilt",
                remedy="Look for another copy of what is missing.",
            )
        lines = [line for line in sheets.read_lines(name, copy.get(name)) if line.seq > through]
        if lines:
            through = lines[-1].seq
            yield lines


class _Rebuilding:
    """One rebuilding, in one transaction."""

    def __init__(self, session: Session, copy: Copy) -> None:
        self._session = session
        self._copy = copy
        self._terms = Terms(session)
        self._observed = set(copy.names(sheets.SPANS))
        self._epochs: dict[str, int] = {}
        self._head: str = GENESIS

    def run(self) -> None:
        for lines in pages(self._copy):
            for line in lines:
                self._take_in(line)
        for organization in self._epochs:
            self._session.run("UPDATE leases SET holder = '' WHERE organization = ?", organization)

    def _take_in(self, line: Line) -> None:
        if line.previous != self._head or line_hash(line) != line.hash:
            raise CopyBroken(
                f"The journal in {self._copy.label} does not verify: entry {line.seq} was edited, "
                "or does not follow the one before it.",
                arithmetic="nothing was rebuilt",
                remedy="Look for another copy of it.",
            )
        self._hold_lease(line)
        put_line(self._session, line)
        self._head = line.hash
        if line.kind == "erasure" and line.body is not None:
            self._erase(line, json.loads(line.body))
        if line.kind == "observation" or sheets.beside(sheets.SPANS, line.seq) in self._observed:
            self._observe(line)

    def _hold_lease(self, line: Line) -> None:
        # The store takes an entry with an epoch from that epoch's holder only, here as everywhere.
        if line.epoch > self._epochs.get(line.organization, 0):
            self._epochs[line.organization] = line.epoch
            self._session.run(_LEASE, line.organization, _HOLDER, line.epoch, line.at)

    def _erase(self, line: Line, payload: Mapping[str, object]) -> None:
        """What was erased stays erased, even where the copy was not reached at the time."""
        named = payload.get("seqs")
        for seq in named if isinstance(named, list) else ():
            self._session.run("INSERT INTO erasures (seq, erasure) VALUES (?, ?)", seq, line.seq)
            self._session.run("DELETE FROM payloads WHERE seq = ?", seq)

    def _observe(self, line: Line) -> None:
        name = sheets.beside(sheets.SPANS, line.seq)
        observed = sheets.read_observed(name, self._copy.get(name))
        self._same(name, observed.entry, line)
        numbers = {n: self._terms.number(*word) for n, word in observed.words.items()}
        organization = self._terms.number("organization", observed.organization)
        opened, closed = (
            [(numbers[s], numbers[r], numbers[role]) for s, r, role in rows]
            for rows in (observed.opened, observed.closed)
        )
        named = self._named(line)
        self._terms.save()
        place = (line.seq, organization)
        lay_down_spans(self._session, place, observed.read_at, observed.digest, opened, closed)
        lay_down_names(self._session, place, named)

    def _named(self, line: Line) -> list[tuple[int, str]]:
        name = sheets.beside(sheets.NAMES, line.seq)
        named = sheets.read_named(name, self._copy.get(name))
        self._same(name, named.entry, line)
        return [(self._terms.number(kind, word), known) for kind, word, known in named.names]

    def _same(self, name: str, entry: str, line: Line) -> None:
        if entry != line.hash:
            raise CopyBroken(
                f"The piece {name} in {self._copy.label} belongs to another journal's entry {line.seq}.",
                arithmetic="nothing was rebuilt",
                remedy="Look for another copy of it.",
            )


def _range(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
