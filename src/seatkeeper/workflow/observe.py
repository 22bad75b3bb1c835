"""Observe: read the people and the forge once, and keep both readings."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatkeeper.model.ids import Digest
from seatkeeper.model.people import Extract
from seatkeeper.model.snapshot import Snapshot
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.told import keep_told

if TYPE_CHECKING:
    import pyarrow as pa


TICK = 0.001
"""Seconds, so that no two readings are of the same moment even where time stands still between calls."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Both readings; `seq` is the journal entry of the snapshot."""

    snapshot: Snapshot
    snapshot_digest: Digest
    extract: Extract
    people: "pa.Table"
    seq: int


def observe(desk: Desk, *, activity: bool = False) -> Observation:
    """Read the people, then the forge, and keep both; an incomplete reading is kept as what it is."""
    seen = read(desk, activity=activity)
    seq = desk.store.observe(seen.snapshot, seen.snapshot_digest)
    keep_told(desk.store, seen.snapshot, seen.snapshot_digest)
    desk.store.keep_extract(seen.extract, seen.people)
    return replace(seen, seq=seq)


def read(desk: Desk, *, activity: bool = False) -> Observation:
    """Read the people, then the forge, and keep nothing; 0 stands for the entry there is not."""
    desk.clock.sleep(TICK)
    extract, people = desk.source.read()
    snapshot = desk.reader.snapshot(desk.progress, activity=activity)
    return Observation(snapshot, snapshot_digest(snapshot), extract, people, 0)


def snapshot_digest(snapshot: Snapshot) -> Digest:
    """A sha256 over who is there, what they hold and what of it was read whole; order plays no part."""
    lines: Iterable[str] = (
        *sorted(f"{a.id} {a.login}" for a in snapshot.accounts),
        *sorted(
            f"{holder}:{who}>{kind}:{what}={role}" for (holder, who), (kind, what), role in snapshot.grants
        ),
        *sorted(f"{i.id} {i.account} {i.role}" for i in snapshot.invitations),
        *sorted(f"{r.collection} {r.whole} {r.seen}" for r in snapshot.coverage.readings),
        *sorted(f"{r.kind}:{r.id}" for r in snapshot.coverage.unreadable),
    )
    return Digest(hashlib.sha256("\n".join(lines).encode()).hexdigest())
