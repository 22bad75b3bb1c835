"""Databases that are down, wrong, changed or slow: each a named error without a secret, nobody written."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import SourceError, SourceShapeError
from seatkeeper.model.people import Column
from seatkeeper.sources.causes import redacted
from seatkeeper.sources.sql import SqlSource
from tests.sources.company import COLUMNS, NOON, Noon, database, people, store

PASSWORD = "s3cr#t/&ü p"
PARTS = ["sqlite", "postgres_url", "mariadb_url"]
SERVERS = ["postgres_url", "mariadb_url"]
real = pytest.mark.real


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of the kind the test asks for."""
    if request.param == "sqlite":
        path = tmp_path / "hr.db"
        path.touch()
        return f"sqlite:///{path}"
    return str(request.getfixturevalue(request.param))


every_database = pytest.mark.parametrize("url", PARTS, indirect=True)
every_server = pytest.mark.parametrize("url", SERVERS, indirect=True)


def refused(source: SqlSource, kind: type[SourceError] = SourceError) -> SourceError:
    """The named error, after checking that it has its three parts and no secret."""
    with pytest.raises(kind) as told:
        source.read()
    error = told.value
    shown = f"{error.what} {error.arithmetic} {error.remedy} {error!r} {error.__cause__!r}"
    assert PASSWORD not in shown
    assert "swordfish" not in shown
    assert error.what.startswith("source hr")
    assert error.remedy
    return error


def execute(url: str, *statements: str) -> None:
    """Run statements as the owner of the database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def altered(url: str, **parts: str | int) -> str:
    """The URL with some of its parts changed."""
    return make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]  # names are those of URL.set


@real
@every_server
def test_a_wrong_password_is_named_and_not_shown(url: str) -> None:
    """The error says that user or password are refused."""
    error = refused(database(altered(url, password=PASSWORD)))
    assert "refuses the user or the password" in error.what
    assert "127.0.0.1" in error.arithmetic


@real
@every_server
def test_a_wrong_database_is_named(url: str) -> None:
    """The error says which database is not there."""
    error = refused(database(altered(url, database="payroll")))
    assert "database of that name is not there" in error.what
    assert "payroll" in error.arithmetic


@real
@every_server
def test_an_unreachable_database_is_named(url: str) -> None:
    """Nobody listens there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        error = refused(database(altered(url, port=probe.getsockname()[1])))
    assert "can't be reached" in error.what


def test_a_missing_sqlite_file_is_named_and_not_made(tmp_path: Path) -> None:
    """Reading never leaves an empty database behind."""
    error = refused(database(f"sqlite:///{tmp_path / 'gone.db'}"))
    assert "there is no database at" in error.what
    assert not (tmp_path / "gone.db").exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A spreadsheet under the name of a database is no database."""
    path = tmp_path / "hr.db"
    path.write_bytes(b"PK\3\4" * 400)
    assert "not a whole SQLite database" in refused(database(f"sqlite:///{path}")).what


@pytest.mark.parametrize(
    "url",
    ["", "hr", "nosuch://u:s3cret@h/d", "postgresql+nosuch://u:s3cret@h/d", "postgresql://u:s3cret@h:p/d"],
)
def test_a_url_without_a_driver_is_named_and_not_shown(url: str) -> None:
    """The URL may hold a password, so it is not repeated."""
    error = refused(database(url))
    assert "none that SQLAlchemy has a driver for" in error.what
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(
    "url",
    ["mysql+pymysql://u:s3cret@127.0.0.1:1/d?nosuch=1", "mysql+pymysql://u:s3cret@127.0.0.1:1/d?charset=x"],
)
def test_an_option_that_the_driver_does_not_know_is_named(url: str) -> None:
    """A slip behind the question mark is told in words, not in Python's."""
    error = refused(database(url))
    assert "does not know an option of its URL" in error.what
    assert "s3cret" not in f"{error.what}{error.arithmetic}"


def test_a_password_is_hidden_however_a_driver_writes_it() -> None:
    """Plain, or escaped as in a URL."""
    url = URL.create("postgresql", username="hr", password=PASSWORD, host="db")
    words = f"can't connect with {PASSWORD} or {quote(PASSWORD, safe='')} or {quote_plus(PASSWORD)}"
    assert redacted(words, url) == "can't connect with *** or *** or ***"


@real
def test_a_value_that_the_query_cant_convert_is_not_repeated(postgres_url: str) -> None:
    """The database quotes the value in its message; it may be anybody's."""
    execute(postgres_url, "CREATE TABLE people (id text)", "INSERT INTO people VALUES ('ada@acme.example')")
    source = database(postgres_url, query="SELECT id::int AS id FROM people", columns=[])
    error = refused(source, SourceShapeError)
    assert "converts a value" in error.what
    assert "ada" not in f"{error.what}{error.arithmetic}"


@real
@every_database
def test_a_missing_table_is_named(url: str) -> None:
    """The wrong schema, or a table that was moved."""
    error = refused(database(url, query="SELECT id FROM peple", columns=[]), SourceShapeError)
    assert "a table that the query names is not there" in error.what
    assert "peple" in error.arithmetic


@real
@every_database
def test_a_renamed_column_in_the_query_is_named(url: str) -> None:
    """The database says which column it does not know."""
    store(url, people(3, 1))
    error = refused(database(url, query="SELECT id, statuss FROM people", columns=[]), SourceShapeError)
    assert "a column that the query names is not there" in error.what
    assert "statuss" in error.arithmetic


@real
@every_database
def test_a_renamed_column_behind_a_star_is_named(url: str) -> None:
    """The database does not mind, so the declaration does."""
    store(url, people(3, 1))
    execute(url, "ALTER TABLE people RENAME COLUMN status TO state")
    assert "has no column status" in refused(database(url), SourceShapeError).what


@real
@every_database
def test_a_query_that_is_not_understood_is_named(url: str) -> None:
    """A slip of the pen."""
    error = refused(database(url, query="SELEKT id FROM people", columns=[]))
    assert "does not understand the query" in error.what


@real
@every_database
@pytest.mark.parametrize(
    "query", ["DELETE FROM people", "UPDATE people SET status = 'inactive'", "DROP TABLE people"]
)
def test_a_query_that_would_write_writes_nothing(url: str, query: str) -> None:
    """A source is only read, whatever its query says."""
    store(url, people(5, 1))
    before = database(url).read()[0].digest
    refused(database(url, query=query))
    assert database(url).read()[0].digest == before


@real
@every_database
def test_an_empty_table_is_not_an_empty_company(url: str) -> None:
    """Zero rows are read, and are not whole."""
    store(url, [])
    extract, table = database(url).read()
    assert (table.num_rows, extract.rows, extract.whole) == (0, 0, False)
    assert "0 rows is not 0 people" in str(extract.problem)
    assert table.schema.names == [column.name for column in COLUMNS]


@real
@every_database
def test_duplicate_and_missing_keys_are_named(url: str) -> None:
    """A join that multiplies rows, and a row without a key."""
    store(url, people(3, 1))
    twice = "SELECT * FROM people UNION ALL SELECT * FROM people"
    assert "same key more than once" in refused(database(url, query=twice), SourceShapeError).what
    none = "SELECT NULL AS id, email FROM people"
    assert "without a key" in refused(database(url, query=none, columns=[]), SourceShapeError).what


@real
@every_database
def test_a_wrong_type_is_named_by_column_and_row(url: str) -> None:
    """The declaration says date; the column holds addresses."""
    store(url, [("P1", "p1@acme.example", *[None] * 7)])
    error = refused(database(url, columns=[Column("email", "date")]), SourceShapeError)
    assert "column email: the row with key P1 holds text shaped 'a9@aaaa.aaaaaaa'" in error.what


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS id FROM n",
    "postgresql": "SELECT pg_sleep(30) AS id",
    "mysql": "SELECT count(*) AS id FROM seq_1_to_100000 a, seq_1_to_100000 b",
}


@real
@every_database
def test_a_query_that_never_ends_is_given_up(url: str) -> None:
    """After the timeout the database stops, and so do we."""
    query = SLOW[make_url(url).get_backend_name()]
    error = refused(database(url, query=query, columns=[], timeout=timedelta(seconds=0.3)))
    assert "took longer than it may" in error.what


@real
@every_database
def test_a_percent_sign_in_a_query_is_a_percent_sign(url: str) -> None:
    """LIKE patterns reach the database as they were written, and so do colons."""
    store(url, [("P1", "a:b@acme.example", *[None] * 7), ("Q1", None, *[None] * 7)])
    query = "SELECT * FROM people WHERE id LIKE 'P%' AND email LIKE '%:b@%'"
    assert database(url, query=query).read()[1]["id"].to_pylist() == ["P1"]


@real
def test_postgresqls_own_kinds_of_value_are_read(postgres_url: str) -> None:
    """Citext, arrays of it, enums, JSON, numeric keys, zones: each is what it means."""
    execute(
        postgres_url,
        "CREATE EXTENSION citext",
        "CREATE TYPE mood AS ENUM ('active', 'inactive')",
        "CREATE TABLE people (id numeric, login citext, tags citext[], status mood, more jsonb)",
        "ALTER TABLE people ADD seen timestamptz",
        """INSERT INTO people VALUES
           (7, 'BoB', '{"a b",C}', 'active', '["x"]', '2026-01-01 12:00:00.25+05:30')""",
    )
    columns = [Column("tags", "list"), Column("more", "list"), Column("seen", "timestamp")]
    row = database(postgres_url, columns=columns).read()[1].to_pylist()[0]
    assert row["seen"].isoformat() == "2026-01-01T06:30:00.250000+00:00"
    assert (row["id"], row["login"], row["tags"], row["status"], row["more"]) == (
        "7", "BoB", ["a b", "C"], "active", ["x"],
    )  # fmt: skip


@real
@pytest.mark.parametrize("value", ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01"])
def test_a_date_beyond_time_is_named_by_its_row(postgres_url: str, value: str) -> None:
    """PostgreSQL has dates that are none to anybody else; none of them means "no end"."""
    execute(postgres_url, "CREATE TABLE people (id int, end_date date)")
    execute(postgres_url, f"INSERT INTO people VALUES (7, '{value}')")
    error = refused(database(postgres_url, columns=[Column("end_date", "date")]), SourceShapeError)
    assert "column end_date: the row with key 7" in error.what


@real
def test_mariadbs_own_kinds_of_value_are_read(mariadb_url: str) -> None:
    """Booleans are 0 and 1, bits are bytes, sums are decimals, lists are long joined text."""
    execute(
        mariadb_url,
        "CREATE TABLE people (id int, external boolean, bot bit(1), team varchar(100))",
        "INSERT INTO people SELECT 7, 1, b'0', concat('team-', seq) FROM seq_1_to_20000",
    )
    query = (
        "SELECT id, external, bot, sum(1) AS places, group_concat(team ORDER BY team) AS teams "
        "FROM people GROUP BY id, external, bot"
    )
    columns = [Column("external", "boolean"), Column("bot", "boolean"), Column("places", "integer")]
    source = database(mariadb_url, query=query, columns=[*columns, Column("teams", "list")])
    row = source.read()[1].to_pylist()[0]
    assert (row["external"], row["bot"], row["places"], len(row["teams"])) == (True, False, 20_000, 20_000)


@real
def test_a_zero_date_is_named_and_not_taken_for_no_date(mariadb_url: str) -> None:
    """MariaDB wrote it for '31/02/2024' as well as for nothing; the query can say what it means."""
    execute(
        mariadb_url,
        "SET SESSION sql_mode = ''",
        "CREATE TABLE people (id int, end_date date)",
        "INSERT IGNORE INTO people VALUES (7, '31/02/2024'), (8, NULL), (9, '2024-02-29')",
    )
    columns = [Column("end_date", "date", "none")]
    error = refused(database(mariadb_url, columns=columns), SourceShapeError)
    assert "the row with key 7 holds text shaped '9999-99-99'" in error.what
    assert "NULLIF(end_date, '0000-00-00')" in error.remedy
    query = "SELECT id, NULLIF(end_date, '0000-00-00') AS end_date FROM people"
    dates = database(mariadb_url, query=query, columns=columns).read()[1]["end_date"].to_pylist()
    assert [str(day) for day in dates] == ["None", "None", "2024-02-29"]


@real
@pytest.mark.parametrize("url", SERVERS, indirect=True)
def test_a_reader_without_rights_is_told_so(url: str) -> None:
    """The credentials are good; the table is not theirs."""
    store(url, people(3, 1))
    create = "CREATE USER nosy" + (" PASSWORD 'x'" if "postgres" in url else "@'%' IDENTIFIED BY 'x'")
    grant = "SELECT 1" if "postgres" in url else f"GRANT SELECT ON {make_url(url).database}.other TO nosy@'%'"
    execute(url, "CREATE TABLE other (id int)", create, grant)
    try:
        error = refused(database(altered(url, username="nosy", password="x")))
    finally:
        execute(url, "DROP USER nosy" + ("" if "postgres" in url else "@'%'"))
    assert "may not read what the query names" in error.what


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """SQLite keeps whatever bytes it was given."""
    url = f"sqlite:///{tmp_path / 'hr.db'}"
    execute(url, "CREATE TABLE people (id text)", "INSERT INTO people VALUES (CAST(x'e9' AS text))")
    assert "not UTF-8" in refused(database(url, columns=[]), SourceShapeError).what


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A port that accepts and hangs up at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                return

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "mysql+pymysql"])
def test_a_port_that_is_no_database_is_named(scheme: str, mute_port: int) -> None:
    """Something else listens there."""
    error = refused(database(f"{scheme}://hr:swordfish@127.0.0.1:{mute_port}/hr"))
    assert "can't be reached" in error.what


def test_an_extract_says_where_it_comes_from(tmp_path: Path) -> None:
    """Source, key, columns and times travel with the people."""
    store(url := f"sqlite:///{tmp_path / 'hr.db'}", people(3, 1))
    source = SqlSource(
        name="payroll", url=Secret(url), query="SELECT * FROM people", key="email",
        columns=[Column("end_date", "date", "none", "end")], clock=Noon(),
    )  # fmt: skip
    execute(url, "UPDATE people SET email = id")
    extract, table = source.read()
    assert (source.name, extract.source) == ("payroll", "payroll")
    assert (extract.key, extract.read_at) == ("email", NOON)
    assert [c.name for c in extract.columns[:3]] == ["email", "end_date", "id"] == table.schema.names[:3]
    assert extract.columns[1].missing == "none"
