"""What is written into a database or a file is what was invented."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from seatkeeper.config.links import write_links
from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.people_db import COLUMNS, write_csv, write_database


@pytest.fixture(scope="module")
def company() -> Company:
    return invent(80, 10, 40)


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
    finally:
        engine.dispose()


def check(url: str, company: Company) -> None:
    """Every person comes back as written, and the load says when."""
    write_database(url, company.earlier(1), company.loaded_at(1))
    write_database(url, company.people, company.loaded_at())
    told = {row[0]: row[1:] for row in rows(url, "SELECT id, name, status, end_date, team_list FROM people")}
    sqlite = url.startswith("sqlite")  # which has no dates, only their text
    for person in company.people:
        end = str(person.end_date) if sqlite and person.end_date else person.end_date
        assert told.pop(person.id) == (person.name, person.status, end, ";".join(person.team_list))
    assert not told
    ((newest, loads),) = rows(url, "SELECT max(loaded_at), count(*) FROM loads")
    assert loads == 2
    moment = datetime.fromisoformat(newest) if isinstance(newest, str) else newest
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    assert moment == company.loaded_at()


def test_sqlite_keeps_the_people(company: Company, tmp_path: Path) -> None:
    """A file is enough for the demo."""
    check(f"sqlite:///{tmp_path / 'hr.db'}", company)


@pytest.mark.real
def test_postgresql_keeps_the_people(company: Company, postgres_url: str) -> None:
    """A real PostgreSQL, accents and no-break spaces included."""
    check(postgres_url, company)


@pytest.mark.real
def test_mariadb_keeps_the_people(company: Company, mariadb_url: str) -> None:
    """A real MariaDB, accents and no-break spaces included."""
    check(mariadb_url, company)


def test_a_csv_keeps_the_people(company: Company, tmp_path: Path) -> None:
    """NULL is an empty field; every row says when it was loaded."""
    path = tmp_path / "people.csv"
    write_csv(path, company.people, company.loaded_at())
    with path.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert tuple(told[0]) == COLUMNS
    assert [row["id"] for row in told] == [person.id for person in company.people]
    (user3,) = (row for row in told if row["github_login"].casefold() == "user3")
    assert user3["status"] == ""
    assert {row["loaded_at"] for row in told} == {company.loaded_at().isoformat()}


def test_the_links_file_lists_every_bot(company: Company, tmp_path: Path) -> None:
    """One line an account, with the person accountable for it."""
    path = tmp_path / "links.csv"
    write_links(path, company.links)
    with path.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert [(row["person"], row["login"], row["kind"]) for row in told] == [
        (line.person, line.login, line.kind) for line in company.links
    ]
    assert any(row["kind"] == "bot" for row in told)
