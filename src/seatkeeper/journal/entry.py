"""An entry as it is written: text in canonical form, and the way back to the value others read.

A time is text, UTC, with microseconds, such as ``2026-11-23T06:24:12.000000Z``,
so that it sorts as text and has one spelling. A payload is canonical JSON
(RFC 8785), so that it has one digest.
"""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

import rfc8785

from seatkeeper.errors import JournalBroken, JournalError
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Draft, Entry, EntryKind, Json

_TIME_LENGTH = 27


class Line(NamedTuple):
    """An entry exactly as it lies in the store; `salt` and `body` are None once erased.

    Nothing here is trusted or parsed: `verify_chain` reads lines, because
    an attacker may have put anything into them.
    """

    seq: int
    at: str
    kind: str
    organization: str
    run: str
    change: str
    step: str
    epoch: int
    payload_digest: str
    previous: str
    hash: str
    salt: bytes | None
    body: bytes | None


def time_text(moment: datetime) -> str:
    """The one spelling of a time; naive times are a programming error and raise ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no place in the journal")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """The time behind its canonical spelling; ValueError for any other spelling."""
    if len(text) != _TIME_LENGTH or not text.endswith("Z"):
        raise ValueError(f"{text!r} is not a time as the journal writes it")
    return datetime.fromisoformat(text)


def payload_body(draft: Draft) -> bytes:
    """The draft's payload in canonical JSON; `JournalError` when it holds what JSON can't."""
    try:
        return rfc8785.dumps(cast("Any", draft.payload))
    except (ValueError, TypeError, RecursionError) as error:
        raise JournalError(
            f"The payload of a {draft.kind} entry can't be written as canonical JSON: {error}.",
            remedy="This is a fault of Seatkeeper; please report it. Nothing was written.",
        ) from error


def entry_of(line: Line) -> Entry:
    """The entry as others read it; `JournalBroken` with the place when the line makes no sense."""
    try:
        return Entry(
            seq=line.seq,
            at=parse_time(line.at),
            kind=cast("EntryKind", line.kind),
            organization=line.organization,
            run=line.run,
            change=line.change,
            step=line.step,
            epoch=line.epoch,
            payload=None if line.body is None else cast("Json", json.loads(line.body)),
            payload_digest=Digest(line.payload_digest),
            previous=Digest(line.previous),
            hash=Digest(line.hash),
        )
    except (ValueError, TypeError) as error:
        raise JournalBroken(
            f"Entry {line.seq} of the journal can't be read: {error}.",
            remedy="Type `seatkeeper verify` to see every place that does not hold.",
        ) from error
