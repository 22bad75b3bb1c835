"""Invented people, and the ways a test writes them into each kind of source."""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    make_url,
)
from sqlalchemy import Column as SqlColumn
from sqlalchemy.dialects import mysql

from seatkeeper.config.secrets import Secret
from seatkeeper.model.people import Column
from seatkeeper.sources.file import FileSource
from seatkeeper.sources.freshness import Freshness
from seatkeeper.sources.sql import SqlSource
from seatkeeper.sources.typed import ARROW

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

COLUMNS = (
    Column("id"),
    Column("email"),
    Column("name"),
    Column("status"),
    Column("end_date", "date", "none", "end"),
    Column("seen", "timestamp"),
    Column("level", "integer"),
    Column("external", "boolean"),
    Column("teams", "list"),
)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Noon:
    """A clock that stands still."""

    at: datetime = NOON

    def now(self) -> datetime:
        """The same moment, always."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Nothing waits here."""

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Time stands still for threads too."""
        yield


NAMES = ("Zoë", "Łukasz", "Σωκράτης", "雪", "O'Hara", 'Ana "Nan"', "José\u0301", "محمد", "Ann, Mary", "🙂 Bo")


def people(count: int, seed: int) -> list[Row]:
    """So many invented rows of `COLUMNS`, the same for the same seed."""
    dice = random.Random(seed)
    return [_person(dice, key) for key in dice.sample(range(1, count * 3), count)]


def _person(dice: random.Random, key: int) -> Row:
    def or_none(value: object, share: float = 0.1) -> object:
        return None if dice.random() < share else value

    seen = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=dice.randrange(10**13))
    return (
        f"P{key:06d}",
        or_none(f"p{key}@acme.example"),
        or_none(f"{dice.choice(NAMES)} {key}"),
        or_none(dice.choice(["active", "on_leave", "inactive"])),
        or_none(date(2026, 1, 1) + timedelta(days=dice.randrange(700)), 0.8),
        or_none(seen),
        or_none(dice.randrange(-5, 10**12)),
        or_none(dice.random() < 0.3),
        or_none(dice.sample(["eng", "data", "Ünits", 'a "b"', "ops"], dice.randrange(4))),
    )


def store(url: str, rows: Sequence[Row], name: str = "people") -> None:
    """Write the rows into a database, each column as that database would hold it."""
    backend = make_url(url).get_backend_name()
    lists = ARRAY(Text) if backend == "postgresql" else JSON()
    moment = mysql.DATETIME(fsp=6) if backend == "mysql" else DateTime(timezone=True)
    kinds: dict[str, Any] = {
        "text": Text(),
        "date": Date(),
        "timestamp": moment,
        "integer": BigInteger(),
        "boolean": Boolean(),
        "list": lists,
    }
    table = Table(
        name,
        MetaData(),
        SqlColumn("id", String(190), primary_key=True),
        *(SqlColumn(column.name, _nullable(kinds[column.type])) for column in COLUMNS[1:]),
        mysql_collate="utf8mb4_bin",
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        table.create(connection, checkfirst=True)
        connection.execute(table.delete())
        if rows:
            names = [column.name for column in COLUMNS]
            connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])
    engine.dispose()


def _nullable(kind: Any) -> Any:
    return JSON(none_as_null=True) if isinstance(kind, JSON) else kind


def csv_file(path: Path, rows: Sequence[Row]) -> Path:
    """Write the rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([column.name for column in COLUMNS])
        lines.writerows([[_as_text(value) for value in row] for row in rows])
    return path


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return json.dumps(value)
    return "" if value is None else str(value)


def parquet_file(path: Path, rows: Sequence[Row]) -> Path:
    """Write the rows as a Parquet file with Arrow's own types."""
    arrays = [pa.array([row[at] for row in rows], ARROW[column.type]) for at, column in enumerate(COLUMNS)]
    pq.write_table(pa.Table.from_arrays(arrays, names=[column.name for column in COLUMNS]), path)
    return path


def database(
    url: str,
    *,
    query: str = "SELECT * FROM people",
    columns: Sequence[Column] = COLUMNS,
    fresh: Freshness | None = None,
    timeout: timedelta = timedelta(seconds=20),
) -> SqlSource:
    """The source that reads what `store` wrote."""
    return SqlSource(
        name="hr",
        url=Secret(url),
        query=query,
        key="id",
        columns=columns,
        clock=Noon(),
        fresh=fresh,
        timeout=timeout,
    )


def file(path: Path, *, columns: Sequence[Column] = COLUMNS, fresh: Freshness | None = None) -> FileSource:
    """The source that reads a file."""
    return FileSource(name="hr", path=path, key="id", columns=columns, clock=Noon(), fresh=fresh)
