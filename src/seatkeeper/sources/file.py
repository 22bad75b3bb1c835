"""People from a file: CSV, read strictly, or Parquet."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from seatkeeper.errors import ConfigurationError, SourceError, SourceShapeError
from seatkeeper.sources.reading import check_fresh_column, extract_of, latest
from seatkeeper.sources.typed import check_names, declared, typed_table
from seatkeeper.sources.values import NotTypedError, clean

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    Array: TypeAlias = pa.Array[Any]
    Chunked: TypeAlias = pa.ChunkedArray[Any]

    from seatkeeper.model.people import Column, Extract
    from seatkeeper.ports import Clock
    from seatkeeper.sources.freshness import Freshness

BATCH = 50_000
PARQUET = (".parquet", ".pq")

FileFormat = Literal["csv", "parquet"]


def names_in(path: Path) -> tuple[str, ...]:
    """The names of the columns of a CSV or Parquet file; none where it is no such file."""
    try:
        if path.suffix.lower() in PARQUET:
            return tuple(pq.read_schema(path).names)
        with path.open(encoding="utf-8-sig", newline="") as text:
            return tuple(next(csv.reader(text), ()))
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException):
        return ()


class FileSource:
    """A CSV file (UTF-8, comma, first line names) or a Parquet file; implements `IdentitySource`.

    Only the key and the declared columns are read: a file often holds more
    than is anybody's business. Without a column that tells its age, the file
    is as old as its last change. The format is told by the ending where
    `kind` does not say it.
    """

    def __init__(
        self,
        *,
        name: str,
        path: Path,
        key: str,
        columns: Sequence[Column],
        clock: Clock,
        fresh: Freshness | None = None,
        kind: FileFormat | None = None,
    ) -> None:
        if fresh is not None and fresh.query is not None:
            raise ConfigurationError(
                f"source {name} is a file and can't be asked fresh.query",
                remedy="Name a column under fresh, or leave it to the file's time; then: seatkeeper check",
            )
        self._name = name
        self._path = path
        self._columns = declared(columns, key)
        self._clock = clock
        self._fresh = fresh
        self._kind = kind or ("parquet" if path.suffix.lower() in PARQUET else "csv")
        check_fresh_column(name, fresh, self._columns)

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._name

    def read(self) -> tuple[Extract, pa.Table]:
        """Read everybody, once; see `IdentitySource.read`."""
        read_at = self._clock.now()
        problems: list[str] = []
        try:
            before = self._path.stat()
            raw = self._parquet() if self._kind == "parquet" else self._csv(problems)
            after = self._path.stat()
        except OSError as failure:
            raise SourceError(
                f"source {self._name}: {self._path} can't be read: {failure.strerror or failure}",
                remedy="Correct the path or its permissions, then: seatkeeper check",
            ) from None
        if (before.st_mtime_ns, before.st_size, before.st_ino) != (
            after.st_mtime_ns,
            after.st_size,
            after.st_ino,
        ):
            problems.append(
                f"the file changed while it was read: {before.st_size} bytes before, {after.st_size} after"
            )
        table = typed_table(self._name, raw, self._columns)
        return extract_of(
            table,
            self._columns,
            source=self._name,
            read_at=read_at,
            fresh=self._fresh,
            as_of=self._as_of(table, before),
            problems=problems,
        ), table

    def _as_of(self, table: pa.Table, stat: os.stat_result) -> datetime | None:
        if self._fresh is None:
            return None
        if self._fresh.column is not None:
            return latest(table, self._fresh.column, self._name)
        return datetime.fromtimestamp(stat.st_mtime, UTC)

    def _parquet(self) -> dict[str, Chunked]:
        try:
            with pq.ParquetFile(self._path) as file:
                check_names(self._name, file.schema_arrow.names, self._columns)
                table = file.read([column.name for column in self._columns])
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as failure:
            raise self._damaged(f"is not a whole Parquet file: {str(failure)[:200]}") from None
        return {column.name: table[column.name] for column in self._columns}

    def _csv(self, problems: list[str]) -> dict[str, Chunked]:
        if not _ends_a_line(self._path):
            problems.append(
                "the last line does not end, as if the file were cut off; if it is whole, end it with LF"
            )
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as text:
                return self._columns_of(csv.reader(text, strict=True))
        except UnicodeError as failure:
            raise self._damaged(f"is not UTF-8: {failure}") from None

    def _columns_of(self, lines: Iterator[list[str]]) -> dict[str, Chunked]:
        """The wanted columns as text, in batches, so that a long file does not stand in memory twice."""
        try:
            header = [self._title(name) for name in next(lines, [])]
            check_names(self._name, header, self._columns)
            picked = [header.index(column.name) for column in self._columns]
            rows = self._regular(lines, len(header))
            batches = list(_batches(rows, picked))
        except csv.Error as failure:
            number = getattr(lines, "line_num", 0)
            raise self._damaged(f"is not CSV at line {number}: {failure}") from None
        return {
            column.name: pa.chunked_array([batch[at] for batch in batches], pa.string())
            for at, column in enumerate(self._columns)
        }

    def _title(self, name: str) -> str:
        try:
            return clean(name) or ""
        except NotTypedError as refusal:
            raise self._damaged(f"has a NUL character in its first line: {refusal.hint}") from None

    def _regular(self, lines: Iterable[list[str]], width: int) -> Iterator[list[str]]:
        """Only rows as wide as the header: a short or long one means that the file is cut or shifted."""
        for row in lines:
            if len(row) == width:
                yield row
            elif row:
                number = getattr(lines, "line_num", 0)
                raise self._damaged(
                    f"has a ragged row that ends at line {number}", f"{len(row)} values under {width} names"
                )

    def _damaged(self, how: str, arithmetic: str = "") -> SourceShapeError:
        return SourceShapeError(
            f"source {self._name}: {self._path.name} {how}",
            arithmetic=arithmetic,
            remedy="Export it again as a whole, UTF-8 and parted by commas; then: seatkeeper check",
        )


def _batches(rows: Iterator[list[str]], picked: Sequence[int]) -> Iterator[list[Array]]:
    pick = itemgetter(*picked) if len(picked) > 1 else lambda row: (row[picked[0]],)
    while batch := list(map(pick, islice(rows, BATCH))):
        yield [pa.array(values, pa.string()) for values in zip(*batch, strict=True)]


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, 2)
        if file.tell() == 0:
            return True
        file.seek(-1, 2)
        return file.read(1) in (b"\n", b"\r")
