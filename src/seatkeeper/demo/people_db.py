"""Writes invented people where a company would keep them: a database, or a CSV file.

Heavy: SQLAlchemy is imported on first use. The table ``people`` has one row a
person and ``loads`` one row for each time it was loaded, as in
``SELECT max(loaded_at) FROM loads``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from seatkeeper.demo.people import Person

if TYPE_CHECKING:
    from sqlalchemy import MetaData

COLUMNS = (*(field.name for field in fields(Person)), "loaded_at")
"""The columns of the table and of the CSV, in order."""


def write_database(url: str, people: Sequence[Person], loaded_at: datetime) -> None:
    """Replace the table ``people`` of a SQLite, PostgreSQL or MariaDB database, and add a row to ``loads``.

    Lists are written as text parted by semicolons. Where the database keeps no
    time zone, times are written in UTC.
    """
    import sqlalchemy  # noqa: PLC0415  # heavy

    engine = sqlalchemy.create_engine(url)
    metadata = _tables(sqlalchemy.MetaData())
    table, loads = metadata.tables["people"], metadata.tables["loads"]
    moment = loaded_at.astimezone(UTC)
    if engine.dialect.name != "postgresql":
        moment = moment.replace(tzinfo=None)
    try:
        with engine.begin() as connection:
            table.drop(connection, checkfirst=True)
            metadata.create_all(connection)
            connection.execute(loads.insert(), [{"loaded_at": moment}])
            rows = [_row(person) | {"loaded_at": moment} for person in people]
            if rows:
                connection.execute(table.insert(), rows)
    finally:
        engine.dispose()


def write_csv(path: Path, people: Iterable[Person], loaded_at: datetime) -> None:
    """Write the same table as a CSV file in UTF-8; NULL is an empty field."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_row(person) | {"loaded_at": loaded_at.isoformat()} for person in people)


def _row(person: Person) -> dict[str, object]:
    return asdict(person) | {"team_list": ";".join(person.team_list)}


def _tables(metadata: MetaData) -> MetaData:
    from sqlalchemy import Column, Date, DateTime, Integer, String, Table, Text  # noqa: PLC0415  # heavy

    Table(
        "people",
        metadata,
        Column("id", String(40), primary_key=True),
        Column("name", String(200)),
        Column("email", String(200)),
        Column("github_login", String(200)),
        Column("status", String(40)),
        Column("start_date", Date),
        Column("end_date", Date),
        Column("office", String(80)),
        Column("department", String(80)),
        Column("manager_email", String(200)),
        Column("team_list", Text),
        Column("loaded_at", DateTime(timezone=True)),
    )
    Table(
        "loads",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("loaded_at", DateTime(timezone=True), nullable=False),
    )
    return metadata
