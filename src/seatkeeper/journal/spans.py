"""Observations folded into spans: who was seen to hold what, from when until when."""

from collections.abc import Iterable, Sequence

from seatkeeper.errors import NotCovered
from seatkeeper.journal.coverage import Proof
from seatkeeper.journal.database import Session
from seatkeeper.journal.entry import time_text
from seatkeeper.journal.terms import Coded, Decoder, Terms
from seatkeeper.model.grants import Diff, diff
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Snapshot

_OPEN = "SELECT subject, resource, role FROM spans WHERE organization = ? AND until IS NULL"
_CLOSE = """
UPDATE spans SET until = ?
WHERE organization = ? AND subject = ? AND resource = ? AND role = ? AND until IS NULL
"""


def refuse_older(session: Session, snapshot: Snapshot) -> None:
    """`NotCovered` unless the snapshot is newer than everything observed of its organization."""
    row = session.one(
        "SELECT max(read_at) FROM observations "
        "WHERE organization = (SELECT id FROM terms WHERE kind = 'organization' AND word = ?)",
        snapshot.organization.id,
    )
    last = None if row is None else row[0]
    if last is not None and time_text(snapshot.read_at) <= last:
        raise NotCovered(
            f"The snapshot of {snapshot.organization.login} is not newer than what was observed before.",
            arithmetic=f"read at {time_text(snapshot.read_at)}, last observation at {last}",
            remedy="Type `seatkeeper observe` to read the forge again, and check this machine's clock.",
        )


class Fold:
    """One snapshot against the spans that are open: what opens, what closes, what stays unproved."""

    def __init__(self, session: Session, snapshot: Snapshot) -> None:
        self._session = session
        self._snapshot = snapshot
        self._terms = Terms(session)
        self._organization = self._terms.number("organization", snapshot.organization.id)
        self._difference = self._compare()
        self._closing = list(Proof(snapshot.coverage).gone(self._difference.lost))

    def _compare(self) -> Diff:
        decoder = Decoder(self._terms.words)
        still_open = frozenset(decoder.grants(self._session.stream(_OPEN, self._organization)))
        return diff(still_open, self._snapshot.grants)

    def draft(self, digest: Digest) -> Draft:
        """The journal's entry: digest, counts, and what was not read whole. No personal data."""
        snapshot, coverage = self._snapshot, self._snapshot.coverage
        counts = {
            "accounts": len(snapshot.accounts),
            "teams": len(snapshot.teams),
            "repositories": len(snapshot.repositories),
            "grants": len(snapshot.grants),
            "invitations": len(snapshot.invitations),
            "opened": len(self._difference.gained),
            "closed": len(self._closing),
            "unproved": len(self._difference.lost) - len(self._closing),
        }
        payload = {
            "forge": snapshot.forge,
            "login": snapshot.organization.login,
            "digest": digest,
            "started_at": time_text(snapshot.started_at),
            "read_at": time_text(snapshot.read_at),
            "counts": counts,
            "problems": {r.collection: r.problem or "not whole" for r in coverage.readings if not r.whole},
            "unreadable": sorted([kind, name] for kind, name in coverage.unreadable),
        }
        return Draft("observation", snapshot.organization.id, payload)

    def write(self, seq: int, digest: Digest) -> None:
        """Write the spans and names under the observation's entry `seq`."""
        opening = self._coded_opening()
        closing = [self._terms.code(grant) for grant in self._closing]
        renamed = self._renamed()
        self._terms.save()
        place = (seq, self._organization)
        lay_down_spans(self._session, place, time_text(self._snapshot.read_at), digest, opening, closing)
        lay_down_names(self._session, place, renamed)

    def _coded_opening(self) -> list[Coded]:
        # In the order of their index a million rows go in several times faster.
        return sorted(map(self._terms.code, self._difference.gained))

    def _renamed(self) -> list[tuple[int, str]]:
        """Things whose name is not the one known; a thing not seen keeps the last name it was known by."""
        seen: list[tuple[str, str, str]] = [(*thing, name) for thing, name in self._snapshot.names().items()]
        seen.extend(("account", account.id, account.login) for account in self._snapshot.accounts)
        known = dict(
            self._session.stream(
                "SELECT thing, name FROM names WHERE organization = ? AND until IS NULL", self._organization
            )
        )
        numbered = {self._terms.number(kind, word): name for kind, word, name in seen}
        return [(number, name) for number, name in numbered.items() if known.get(number) != name]


def lay_down_spans(
    session: Session,
    place: tuple[int, int],
    read_at: str,
    digest: str,
    opening: Iterable[Coded],
    closing: Iterable[Coded],
) -> None:
    """Write an observation and the spans it opens and closes; `place` is its seq and its organization."""
    seq, organization = place
    session.run(
        "INSERT INTO observations (seq, organization, read_at, digest) VALUES (?, ?, ?, ?)",
        *place,
        read_at,
        digest,
    )
    session.many(_CLOSE, ((seq, organization, *coded) for coded in closing))
    session.insert(
        "spans",
        ("organization", "subject", "resource", "role", "since"),
        ((organization, *coded, seq) for coded in opening),
    )


def lay_down_names(session: Session, place: tuple[int, int], renamed: Sequence[tuple[int, str]]) -> None:
    """Write the names an observation brought, as numbers of things with what they are called."""
    if not renamed:
        return
    seq, organization = place
    session.many(
        "UPDATE names SET until = ? WHERE organization = ? AND thing = ? AND until IS NULL",
        ((seq, organization, number) for number, _ in renamed),
    )
    session.insert(
        "names",
        ("organization", "thing", "name", "since"),
        ((organization, number, name, seq) for number, name in renamed),
    )
