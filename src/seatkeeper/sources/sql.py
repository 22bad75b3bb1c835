"""People from any database SQLAlchemy speaks to, in one read-only transaction."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from seatkeeper.errors import SourceError, SourceShapeError
from seatkeeper.sources.causes import explained, place
from seatkeeper.sources.freshness import Freshness, told
from seatkeeper.sources.reading import check_fresh_column, extract_of, latest
from seatkeeper.sources.typed import check_names, declared, typed_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    import pyarrow as pa
    from sqlalchemy import URL, CursorResult, Engine

    from seatkeeper.config.secrets import Secret
    from seatkeeper.model.people import Column, Extract
    from seatkeeper.ports import Clock

TIMEOUT = timedelta(minutes=20)
CONNECT_SECONDS = 10
BATCH = 10_000

# Where the driver can hand over rows as they come. PyMySQL can too, but its open
# result outlives a failed reading and then waits for, or stumbles over, a closed connection.
_STREAMS = ("postgresql", "sqlite")


class SqlSource:
    """A database, asked by one query that gives a row for each person; implements `IdentitySource`.

    The columns of the query are the columns of the extract; those that are
    not declared are text whose NULL is unknown. People and their freshness
    are read in one transaction, read-only where the database has that, and
    given up after `timeout`.
    """

    def __init__(
        self,
        *,
        name: str,
        url: Secret,
        query: str,
        key: str,
        columns: Sequence[Column],
        clock: Clock,
        fresh: Freshness | None = None,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self._name = name
        self._url = url
        self._query = query
        self._key = key
        self._columns = tuple(columns)
        self._clock = clock
        self._fresh = fresh
        self._timeout = timeout

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._name

    def read(self) -> tuple[Extract, pa.Table]:
        """Read everybody, once; see `IdentitySource.read`."""
        url = self._parsed()
        read_at = self._clock.now()
        try:
            with _connected(self._name, url, self._timeout) as connection:
                names, values = self._rows(connection)
                told_as_of = self._asked(connection)
        except DBAPIError as failure:
            raise explained(self._name, failure, url) from None
        except SQLAlchemyError as failure:
            raise SourceError(f"source {self._name} can't be read: {type(failure).__name__}") from None
        columns = declared(self._columns, self._key, names)
        check_fresh_column(self._name, self._fresh, columns)
        table = typed_table(self._name, dict(zip(names, values, strict=True)), columns)
        if self._fresh and self._fresh.column:
            told_as_of = latest(table, self._fresh.column, self._name)
        return extract_of(
            table, columns, source=self._name, read_at=read_at, fresh=self._fresh, as_of=told_as_of
        ), table

    def _parsed(self) -> URL:
        try:
            url = make_url(self._url.reveal())
            url.get_dialect()
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
            raise SourceError(
                f"source {self._name}: its URL is none that SQLAlchemy has a driver for",
                remedy="Write it as postgresql+psycopg://user:password@host/database, "
                "mysql+pymysql://… or sqlite:///file, then: seatkeeper check",
            ) from None
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise SourceError(
                f"source {self._name}: there is no database at {place(url)}",
                remedy="Correct the path in the URL, then: seatkeeper check",
            )
        return url

    def _rows(self, connection: Connection) -> tuple[list[str], list[list[object]]]:
        """The names of the columns and each column's values."""
        with _answer(connection, self._query, stream=True) as result:
            if not result.returns_rows:
                raise SourceShapeError(
                    f"source {self._name}: the query gives no rows at all: it is no SELECT",
                    remedy="A source's query is a SELECT; correct it, then: seatkeeper check",
                )
            names = list(result.keys())
            check_names(self._name, names, declared(self._columns, self._key))
            values: list[list[object]] = [[] for _ in names]
            for batch in result.partitions(BATCH):
                for column, more in zip(values, zip(*batch, strict=True), strict=True):
                    column.extend(more)
            return names, values

    def _asked(self, connection: Connection) -> datetime | None:
        """What `fresh.query` says: one row of one column."""
        if self._fresh is None or self._fresh.query is None:
            return None
        with _answer(connection, self._fresh.query) as result:
            rows = result.fetchmany(2) if result.returns_rows else []
        if len(rows) != 1 or len(rows[0]) != 1:
            raise SourceShapeError(
                f"source {self._name}: fresh.query must give one value",
                arithmetic=f"it gave {len(rows)} rows" + (f" of {len(rows[0])} columns" if rows else ""),
                remedy="Such as SELECT max(loaded_at) FROM people, then: seatkeeper check",
            )
        return told(rows[0][0], self._name)


@contextmanager
def _answer(connection: Connection, query: str, *, stream: bool = False) -> Iterator[CursorResult[Any]]:
    """What the database answers to a query as it was written; closed at the end, also of a failure."""
    if connection.dialect.paramstyle in ("format", "pyformat"):
        query = query.replace("%", "%%")
    streams = stream and connection.dialect.name in _STREAMS
    result = connection.execution_options(stream_results=streams).exec_driver_sql(query)
    with closing(result):
        yield result


@contextmanager
def _connected(source: str, url: URL, timeout: timedelta) -> Iterator[Connection]:
    """One connection in one transaction that can't write and ends by itself."""
    backend = url.get_backend_name()
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=_connect(backend))
    prepare = _PREPARE.get(backend)
    if prepare:
        seconds = max(timeout.total_seconds(), 0.001)
        event.listen(engine, "connect", lambda raw, _: prepare(engine, raw, seconds))
    try:
        with _opened(source, engine) as connection:
            with _interrupting(connection, backend, timeout):
                if backend == "sqlite":
                    connection.exec_driver_sql("BEGIN")
                yield connection
            connection.rollback()
    finally:
        engine.dispose()


def _opened(source: str, engine: Engine) -> Connection:
    """The connection; a driver that does not know an option of the URL says so in Python's words."""
    try:
        return engine.connect()
    except (TypeError, ValueError, LookupError, AttributeError):
        raise SourceError(
            f"source {source}: the driver does not know an option of its URL",
            arithmetic=f"{place(engine.url)} with {', '.join(sorted(engine.url.query)) or 'no options'}",
            remedy="Correct what follows the ? in the URL, then: seatkeeper check",
        ) from None


def _connect(backend: str) -> dict[str, object]:
    return {"connect_timeout": CONNECT_SECONDS} if backend in ("postgresql", "mysql", "mariadb") else {}


def _statements(raw: Any, statements: Sequence[str]) -> None:  # noqa: ANN401  # any driver's connection
    cursor = raw.cursor()
    try:
        for statement in statements:
            cursor.execute(statement)
    finally:
        cursor.close()


def _prepare_postgresql(_: Engine, raw: Any, seconds: float) -> None:  # noqa: ANN401
    """Dates come as PostgreSQL writes them, so that infinity is told by row and not raised by the driver."""
    from psycopg.types.string import TextLoader  # noqa: PLC0415  # only where there is PostgreSQL

    for kind in ("date", "timestamp", "timestamptz"):
        raw.adapters.register_loader(kind, TextLoader)
    _statements(
        raw,
        [
            f"SET SESSION statement_timeout = {int(seconds * 1000)}",
            "SET SESSION TIME ZONE 'UTC'",
            "SET SESSION datestyle = 'ISO, YMD'",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ],
    )
    raw.commit()


def _prepare_mysql(engine: Engine, raw: Any, seconds: float) -> None:  # noqa: ANN401
    """A list made by GROUP_CONCAT is cut without a word at a default of 1,024 bytes on MySQL."""
    maria = "mariadb" in str(raw.get_server_info()).lower() or engine.dialect.name == "mariadb"
    limit = f"max_statement_time = {seconds}" if maria else f"max_execution_time = {int(seconds * 1000)}"
    _statements(
        raw,
        [
            f"SET SESSION {limit}",
            "SET SESSION time_zone = '+00:00'",
            "SET SESSION group_concat_max_len = 16777216",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SET SESSION TRANSACTION READ ONLY",
        ],
    )


def _prepare_sqlite(_: Engine, raw: Any, __: float) -> None:  # noqa: ANN401
    _statements(raw, ["PRAGMA query_only = ON"])


_PREPARE: dict[str, Callable[[Engine, Any, float], None]] = {
    "postgresql": _prepare_postgresql,
    "mysql": _prepare_mysql,
    "mariadb": _prepare_mysql,
    "sqlite": _prepare_sqlite,
}


@contextmanager
def _interrupting(connection: Connection, backend: str, timeout: timedelta) -> Iterator[None]:
    """SQLite has no limit of its own, so it is interrupted from outside."""
    if backend != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    timer = threading.Timer(timeout.total_seconds(), raw.interrupt if raw else lambda: None)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
