"""One reading of a source as an extract: its digest, its age, and whether it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from seatkeeper.errors import ConfigurationError
from seatkeeper.model.people import Column, Extract
from seatkeeper.sources.digest import digest
from seatkeeper.sources.freshness import Freshness, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def check_fresh_column(source: str, fresh: Freshness | None, columns: Sequence[Column]) -> None:
    """Refuse a freshness column that is not declared as a date or a timestamp."""
    if fresh is None or fresh.column is None:
        return
    kinds = {column.name: column.type for column in columns}
    if kinds.get(fresh.column) not in ("date", "timestamp"):
        raise ConfigurationError(
            f"source {source}: fresh.column {fresh.column} is not a declared date or timestamp",
            remedy=f"Declare columns.{fresh.column} with type date or timestamp, then: seatkeeper check",
        )


def latest(table: pa.Table, column: str, source: str) -> datetime | None:
    """The latest moment a column tells; None when it tells none."""
    return told(pc.max(table[column]).as_py(), source)


def extract_of(
    table: pa.Table,
    columns: tuple[Column, ...],
    *,
    source: str,
    read_at: datetime,
    fresh: Freshness | None,
    as_of: datetime | None,
    problems: Sequence[str] = (),
) -> Extract:
    """The extract that belongs to a typed table.

    `as_of` is what the source said of its age, None when it said nothing;
    without `fresh` it was not asked, and the time of reading stands in.
    """
    found = list(problems)
    if table.num_rows == 0:
        found.insert(0, "the source gave 0 rows, and 0 rows is not 0 people")
    stale = fresh.problem(as_of, read_at) if fresh else None
    if stale:
        found.append(stale)
    return Extract(
        source=source,
        key=columns[0].name,
        columns=columns,
        read_at=read_at,
        as_of=as_of or read_at,
        as_of_told=as_of is not None,
        rows=table.num_rows,
        digest=digest(table),
        whole=not found,
        problem="; ".join(found) or None,
    )
