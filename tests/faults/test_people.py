"""Every way in which the record of people can be wrong: nobody loses anything on the word of it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from seatkeeper.demo.people_db import write_csv
from tests.faults.bench import PASSWORD, Bench
from tests.faults.case import Case, check

pytestmark = pytest.mark.slow

Breaks = Callable[[Bench], object]
URL = 'url: "sqlite:///people.db"'
FRESH = '# fresh: {query: "SELECT max(loaded_at) FROM people", within: 26h}'
ASKED = 'fresh: {query: "SELECT max(loaded_at) FROM loads", within: 26h}'
COLUMNS = "id, name, email, github_login AS username, status, start_date, end_date, office, department"


def sql(*statements: str) -> Breaks:
    """Change the people database."""
    return lambda bench: bench.people(*statements)


def told(old: str, new: str) -> Breaks:
    """Change the configuration."""
    return lambda bench: bench.configure(old, new)


def at(url: str) -> Breaks:
    """Let the environment say where the database is."""

    def breaks(bench: Bench) -> None:
        bench.configure(URL, 'url: "${HR_DATABASE_URL}"')
        bench.environ["HR_DATABASE_URL"] = url

    return breaks


def view(columns: str, rest: str = "FROM people") -> Breaks:
    """Let the view that the query reads show something else."""
    return sql("DROP VIEW staff", f"CREATE VIEW staff AS SELECT {columns} {rest}")


def every(column: str, value: str, where: str = "1") -> Breaks:
    """Give many people the same value."""
    return sql(f"UPDATE people SET {column} = {value} WHERE {where}")


def loaded(when: str) -> Breaks:
    """Say when the record was loaded, in a configuration that asks."""

    def breaks(bench: Bench) -> None:
        bench.configure(FRESH, ASKED)
        bench.people(f"UPDATE loads SET loaded_at = {when}")

    return breaks


def csv_file(change: Callable[[Path], object]) -> Breaks:
    """Read the same people from a CSV file that has been changed."""

    def breaks(bench: Bench) -> None:
        path = bench.folder / "people.csv"
        write_csv(path, bench.company.people, bench.company.now)
        text = path.read_text(encoding="utf-8").replace("github_login", "username", 1)
        path.write_text(text, encoding="utf-8")
        change(path)
        _from_file(bench, "csv")

    return breaks


def text(change: Callable[[str], str]) -> Breaks:
    """Read the people from a CSV file whose text has been changed."""
    return csv_file(lambda path: path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8"))


def _from_file(bench: Bench, kind: str) -> None:
    lines = bench.config.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "query:" not in line or "fresh" in line]
    bench.config.write_text("".join(kept), encoding="utf-8")
    bench.configure("kind: sql", f"kind: {kind}")
    bench.configure(URL, f"path: people.{kind}")


def parquet_of_junk(bench: Bench) -> None:
    (bench.folder / "people.parquet").write_bytes(b"PAR1 and then nothing of the kind")
    _from_file(bench, "parquet")


def no_loads(bench: Bench) -> None:
    bench.configure(FRESH, ASKED)
    bench.people("DELETE FROM loads")


def into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_database(bench: Bench) -> None:
    with closing(sqlite3.connect(bench.folder / "other.db")) as connection:
        connection.execute("CREATE TABLE invoices (id TEXT)")
    bench.configure(URL, 'url: "sqlite:///other.db"')


def no_database_at_all(bench: Bench) -> None:
    (bench.folder / "people.db").write_bytes(b"this was a database once " * 100)


LEAVERS = "status = 'inactive' OR end_date < '2026-11-23'"

CASES = (
    Case("an empty table", sql("DELETE FROM people"), "plan", "people-not-whole", 5),
    Case(
        "half the rows",
        sql("DELETE FROM people WHERE rowid % 2 = 0"),
        "plan",
        "source-shrunk",
        5,
    ),
    Case("a renamed column", view("*"), "plan", "SourceShapeError", 1),
    Case("a column that is gone", view(COLUMNS), "plan", "SourceShapeError", 1),
    Case("a word for a date", every("end_date", "'soon'", "rowid = 7"), "plan", "SourceShapeError", 1),
    Case("a zero date", every("end_date", "'0000-00-00'", "rowid = 7"), "plan", "SourceShapeError", 1),
    Case(
        "duplicate keys",
        view(f"{COLUMNS}, team_list", f"FROM people UNION ALL SELECT {COLUMNS}, team_list FROM people"),
        "plan",
        "SourceShapeError",
        1,
    ),
    Case(
        "a missing key",
        view(COLUMNS.replace("id,", "nullif(id, (SELECT min(id) FROM people)) AS id,", 1) + ", team_list"),
        "plan",
        "SourceShapeError",
        1,
    ),
    Case("a NUL in a name", every("name", "'A' || char(0)", "rowid = 7"), "plan", "SourceShapeError", 1),
    Case("text that is not UTF-8", every("name", "CAST(x'ff41' AS TEXT)"), "plan", "SourceShapeError", 1),
    Case(
        "one e-mail for everybody",
        every("github_login = NULL, email", "'all@acme.example'"),
        "plan",
        "link-share",
        5,
    ),
    Case(
        "duplicate e-mails of leavers without a login",
        every("github_login = NULL, email", "'all@acme.example'", LEAVERS),
        "plan",
        "link-share",
        5,
    ),
    Case("one login for every leaver", every("github_login", "'user3'", LEAVERS), "plan", "link-share", 5),
    Case(
        "leavers in capitals",
        every("end_date = NULL, status", "'INACTIVE'", LEAVERS),
        "plan",
        "hold-share",
        5,
    ),
    Case("NULL for every status", every("status", "NULL"), "plan", "hold-share", 5),
    Case("blank statuses", every("status", "'  '"), "plan", "hold-share", 5),
    Case("NBSP for statuses", every("status", "char(160)"), "plan", "hold-share", 5),
    Case("zero-width statuses", every("status", "char(8203)"), "plan", "hold-share", 5),
    Case("statuses in capitals", every("status", "upper(status)"), "plan", "hold-share", 5),
    Case("statuses in another language", every("status", "'activo'"), "plan", "hold-share", 5),
    Case("everybody inactive overnight", every("status", "'inactive'"), "plan", "hold-share", 5),
    Case("no logins any more", every("github_login", "NULL"), "plan", "link-share", 5),
    Case("zero-width logins", every("github_login", "char(8203)"), "plan", "link-share", 5),
    Case("a stale extract", loaded("'2026-11-01 04:00:00'"), "plan", "people-not-whole", 5),
    Case("an extract from the future", loaded("'2027-01-01 04:00:00'"), "plan", "people-not-whole", 5),
    Case("a freshness nobody knows", loaded("'lately'"), "plan", "SourceShapeError", 1),
    Case(
        "a freshness of no row",
        no_loads,
        "plan",
        "people-not-whole",
        5,
    ),
    Case("the wrong database", another_database, "plan", "SourceShapeError", 1),
    Case("no database at all", no_database_at_all, "plan", "SourceError", 1),
    Case("a database that is not there", told(URL, 'url: "sqlite:///gone.db"'), "plan", "SourceError", 1),
    Case(
        "an unreachable database",
        at(f"postgresql+psycopg://hr:{PASSWORD}@127.0.0.1:1/people"),
        "plan",
        "SourceError",
        1,
    ),
    Case("an unknown driver", at(f"odbc+x://hr:{PASSWORD}@host/people"), "plan", "SourceError", 1),
    Case(
        "a password in the file",
        told(URL, f'url: "postgresql://hr:{PASSWORD}@host/people"'),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a query that would write",
        told("SELECT id, email", "DELETE FROM people --"),
        "plan",
        "SourceError",
        1,
    ),
    Case("a query with a typo", told('"SELECT id', '"SELEKT id'), "plan", "SourceError", 1),
    Case("a CSV without its first line", text(lambda t: t.partition("\n")[2]), "plan", "SourceShapeError", 1),
    Case(
        "a CSV with a renamed column",
        text(lambda t: t.replace("status", "state", 1)),
        "plan",
        "SourceShapeError",
        1,
    ),
    Case(
        "a CSV with two columns of a name",
        text(lambda t: t.replace("name", "email", 1)),
        "plan",
        "SourceShapeError",
        1,
    ),
    Case("a CSV with an open quote", text(lambda t: t + '"E99999,'), "plan", "SourceShapeError", 1),
    Case("a CSV with a ragged row", text(lambda t: t + "E99999,Nobody\n"), "plan", "SourceShapeError", 1),
    Case("a CSV cut off in a row", text(lambda t: t.rstrip("\n")), "plan", "people-not-whole", 5),
    Case("an empty CSV", text(lambda _: ""), "plan", "SourceShapeError", 1),
    Case(
        "a CSV in another encoding",
        csv_file(lambda path: path.write_text(path.read_text("utf-8").replace("name", "naïve"), "utf-16")),
        "plan",
        "SourceShapeError",
        1,
    ),
    Case("a CSV that is a folder", csv_file(into_a_folder), "plan", "SourceError", 1),
    Case("a CSV that is not there", csv_file(Path.unlink), "plan", "SourceError", 1),
    Case("a Parquet file of junk", parquet_of_junk, "plan", "SourceShapeError", 1),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_bad_record_of_people_costs_nobody_anything(case: Case, bench: Bench) -> None:
    """It ends in a named error or in a plan in which nobody loses anything, and never at the forge."""
    check(case, bench)
