"""One way to SQLite and PostgreSQL: connections set up safely, transactions, and errors with names.

SQL is written once, with ``?`` for values; the driver's own spelling is put in
here. Big sets go by the driver's own bulk path (executemany, COPY).
"""

import functools
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from seatkeeper.errors import ConfigurationError, JournalError
from seatkeeper.journal import refusals

Row = Sequence[Any]
Dialect = Literal["sqlite", "postgresql"]

WAIT_SECONDS = 30
"""How long a writer waits for another before it gives up."""

# One writer at a time in the whole database: two appends can never fork the chain.
_WRITERS_LOCK = 0x5EA7_CEEB


class Database:
    """An engine and its manners; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.dialect: Dialect = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql"
        self.label = _label(parsed)
        self._failed = ""
        if self.dialect == "sqlite":
            self._engine = _sqlite_engine(parsed)
            self._errors: tuple[type[Exception], ...] = (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError)
        else:
            import psycopg  # noqa: PLC0415  # only who keeps the store in PostgreSQL pays for its driver

            self._engine = _postgresql_engine(parsed)
            self._errors = (SQLAlchemyError, psycopg.Error, UnicodeDecodeError)

    @contextmanager
    def read(self) -> Iterator["Session"]:
        """A transaction that only reads: on the driver's own connection, as a run makes hundreds of them."""
        with self._named_errors(), closing(self._engine.raw_connection()) as pooled:
            if self.dialect == "sqlite":
                cast("Any", pooled.driver_connection).execute("BEGIN")
            # The pool rolls back what is given back to it, and so ends the transaction.
            yield Session(pooled.driver_connection, self.dialect)

    @contextmanager
    def write(self) -> Iterator["Writing"]:
        """A transaction that writes, alone; it is on disk once this returns.

        After a commit that failed nobody knows what is on disk, and a second
        fsync may report a success that is none: so the store is finished.
        """
        if self._failed:
            raise JournalError(
                f"The store {self.label} takes no more entries, because a commit failed: {self._failed}",
                remedy="Mend the disk, then type `seatkeeper verify` and `seatkeeper status`.",
            )
        with (
            self._named_errors(),
            self._engine.connect() as connection,
            connection.begin() as transaction,
        ):
            session = Writing(connection, self.dialect)
            if self.dialect == "postgresql":
                session.run("SELECT pg_advisory_xact_lock(?)", _WRITERS_LOCK)
            yield session
            try:
                transaction.commit()
            except Exception as error:
                self._failed = str(getattr(error, "orig", error))
                raise

    def outside_transaction(self, statement: str) -> list[Row]:
        """Run one statement that no transaction may hold, such as a checkpoint or a vacuum."""
        with self._named_errors(), closing(self._engine.raw_connection()) as connection:
            driver = cast("Any", connection.driver_connection)
            if self.dialect == "sqlite":
                return cast("list[Row]", driver.execute(statement).fetchall())
            driver.autocommit = True
            try:
                driver.execute(statement)
            finally:
                driver.autocommit = False
            return []

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            cause = getattr(error, "orig", None) or error
            raise refusals.named(cause, self.label) from error


class Session:
    """One transaction; values take the place of each ``?``."""

    def __init__(self, driver: object, dialect: Dialect) -> None:
        self.dialect = dialect
        # sqlite3's connection or psycopg's: a statement through it costs a tenth of one through SQLAlchemy.
        self._driver: Any = driver

    def run(self, statement: str, *values: object) -> list[Row]:
        """Run one statement; its rows, if it has any, as the driver's plain tuples."""
        spelled = statement if self.dialect == "sqlite" else _pyformat(statement)
        cursor = self._driver.execute(spelled, values)
        return cast("list[Row]", cursor.fetchall()) if cursor.description else []

    def one(self, statement: str, *values: object) -> Row | None:
        """The first row, or None."""
        rows = self.run(statement, *values)
        return rows[0] if rows else None

    def many(self, statement: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row, by the driver's own executemany."""
        spelled = statement if self.dialect == "sqlite" else _pyformat(statement)
        cursor = self._driver.cursor()
        cursor.executemany(spelled, rows)
        cursor.close()

    def stream(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Rows as the driver's plain tuples: for sets too big to dress up."""
        spelled = statement if self.dialect == "sqlite" else _pyformat(statement)
        cursor = self._driver.cursor()
        cursor.execute(spelled, values)
        yield from cursor
        cursor.close()

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert many rows: executemany on SQLite, COPY on PostgreSQL."""
        names = ", ".join(columns)
        if self.dialect == "sqlite":
            marks = ", ".join("?" * len(columns))
            self.many(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            return
        with self._driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


class Writing(Session):
    """A transaction that writes, with SQLAlchemy's connection for who changes the schema in it."""

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        super().__init__(connection.connection.driver_connection, dialect)
        self.connection = connection


@functools.cache
def _pyformat(statement: str) -> str:
    return statement.replace("?", "%s")


def _parse(url: str) -> URL:
    remedy = "Write `store: sqlite:///seatkeeper.db`, or `store: postgresql://user@host/database`."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The text may hold a password, so neither it nor the cause is shown.
        raise ConfigurationError("The store's URL can't be understood.", remedy=remedy) from None
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite":
        raise ConfigurationError("A store in memory would be gone with the process.", remedy=remedy)
    raise ConfigurationError(f"A store can't be kept in {parsed.drivername!r}.", remedy=remedy)


def _label(url: URL) -> str:
    """The URL as it may be shown: the password is *** and the options, which may hold one, are left out."""
    return url.set(query={}).render_as_string(hide_password=True).replace("+psycopg", "", 1)


def _sqlite_engine(url: URL) -> Engine:
    path = Path(url.database or "")
    if not str(path).startswith("file:") and not path.exists() and path.parent.is_dir():
        _create_private(path)
    engine = sa.create_engine(url, hide_parameters=True, connect_args=_waiting(url))
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_private(path: Path) -> None:
    """Create the file readable by its owner only; where that fails, SQLite gives the reason."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        return


def _waiting(url: URL) -> dict[str, object]:
    return {} if "timeout" in url.query else {"timeout": WAIT_SECONDS}


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions begin where we say, not where the driver guesses.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # Without it INSERT OR REPLACE deletes a row behind the back of its delete trigger.
        "recursive_triggers = ON",
        # What is erased is overwritten, not only unlinked.
        "secure_delete = ON",
        "cache_size = -65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql_engine(url: URL) -> Engine:
    arguments = {"connect_timeout": 10} if "connect_timeout" not in url.query else {}
    # A run may pause for hours; a connection that died meanwhile is noticed before it is used.
    engine = sa.create_engine(url, hide_parameters=True, connect_args=arguments, pool_pre_ping=True)
    sa.event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401  # psycopg's, not imported here
    connection.autocommit = True
    connection.execute("SET synchronous_commit = on")
    connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
    connection.autocommit = False
