"""Kept extracts: the people as Parquet beside the facts of their reading, erasable as a whole."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from seatkeeper.errors import JournalError
from seatkeeper.journal.database import Session
from seatkeeper.journal.entry import parse_time, time_text
from seatkeeper.model.ids import Digest
from seatkeeper.model.people import Column, Extract


def keep(session: Session, extract: Extract, table: pa.Table) -> None:
    """Keep an extract; the same reading kept twice is kept once."""
    place = (extract.source, time_text(extract.read_at), extract.digest)
    if session.one("SELECT 1 FROM extracts WHERE source = ? AND read_at = ? AND digest = ?", *place):
        return
    session.run(
        "INSERT INTO extracts (source, read_at, digest, facts, people) VALUES (?, ?, ?, ?, ?)",
        *place,
        _facts(extract),
        _parquet(table),
    )


def kept(session: Session, source: str, since: datetime | None) -> list[Extract]:
    """The extracts of a source whose people are kept, oldest first."""
    earliest = "" if since is None else time_text(since)
    statement = "SELECT facts FROM extracts WHERE source = ? AND read_at >= ? ORDER BY read_at, digest"
    return [_extract(row[0]) for row in session.run(statement, source, earliest)]


def people(session: Session, source: str, digest: Digest, read_at: datetime) -> pa.Table:
    """The people of one kept extract; `JournalError` when it was never kept, or was erased."""
    row = session.one(
        "SELECT people FROM extracts WHERE source = ? AND read_at = ? AND digest = ?",
        source,
        time_text(read_at),
        digest,
    )
    if row is None:
        raise JournalError(
            f"The extract of {source} read at {time_text(read_at)} is not kept, or was erased.",
            remedy="Type `seatkeeper observe` to read the source again.",
        )
    return pq.read_table(pa.BufferReader(row[0]))


def erase(session: Session, source: str, before: datetime) -> list[Digest]:
    """Erase the extracts of a source read before that time; their digests, oldest first."""
    where = "FROM extracts WHERE source = ? AND read_at < ?"
    rows = session.run(f"SELECT digest {where} ORDER BY read_at", source, time_text(before))
    session.run(f"DELETE {where}", source, time_text(before))
    return [Digest(row[0]) for row in rows]


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _facts(extract: Extract) -> str:
    facts = asdict(extract)
    facts["read_at"] = time_text(extract.read_at)
    facts["as_of"] = time_text(extract.as_of)
    return json.dumps(facts, sort_keys=True)


def _extract(text: str) -> Extract:
    facts: dict[str, Any] = json.loads(text)
    facts["columns"] = tuple(Column(**column) for column in facts["columns"])
    facts["read_at"] = parse_time(facts["read_at"])
    facts["as_of"] = parse_time(facts["as_of"])
    return Extract(**facts)
