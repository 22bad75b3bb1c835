"""What an identity source tells of people, and how much of it can be trusted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from seatkeeper.model.ids import Digest

ColumnType = Literal["text", "date", "timestamp", "integer", "boolean", "list"]
"""``list`` is a list of text: an array, a JSON array, or text parted by commas or semicolons."""

ColumnRole = Literal["start", "end", "zone", "manager"]
"""What a column means to the rules: first day, last day (inclusive), IANA time zone, manager."""

Missing = Literal["unknown", "none"]
"""What NULL says: ``unknown`` is no evidence at all; ``none`` is a fact, as in "no end date"."""


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column of a source."""

    name: str
    type: ColumnType = "text"
    missing: Missing = "unknown"
    role: ColumnRole | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How one extract compares with those before it.

    `problem` is None when the extract may cost people access; otherwise the
    sentence that says why it may not, with its arithmetic.
    """

    rows: int
    median_rows: float | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """One reading of an identity source; the people themselves travel beside it as a table.

    `digest` is over the typed values in key order, so the same people have
    the same digest whichever database told them. `as_of` is when the source
    says its data was true; `as_of_told` is False when it says nothing and the
    time of reading stands in.
    """

    source: str
    key: str
    columns: tuple[Column, ...]
    read_at: datetime
    as_of: datetime
    as_of_told: bool
    rows: int
    digest: Digest
    whole: bool
    problem: str | None = None
