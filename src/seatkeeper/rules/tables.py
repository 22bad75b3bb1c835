"""The tables a deciding works on: a DuckDB connection that is locked once they are loaded.

The gate admits expressions; this lock is the second wall: no file, no
extension, no setting can be reached, memory is bounded, and so is the time
of all questions together.
"""

from __future__ import annotations

from array import array
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

from seatkeeper.errors import DecidingTooBig, DecidingTooSlow, PredicateRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from seatkeeper.model.snapshot import Account

Row = tuple[Any, ...]
TICK = 0.05
"""Seconds between two looks at how long a question takes."""


class Tables:
    """A connection of its own, open until `close`; every row has its number in the column ``sk_row``."""

    def __init__(self, *, seconds: float, memory: int, big: bool = False, files: Sequence[Path] = ()) -> None:
        """Open; `files` are the only ones that can be read. Few rows are faster by one thread."""
        import duckdb  # noqa: PLC0415  # heavy

        self._connection: duckdb.DuckDBPyConnection = duckdb.connect()
        self._seconds = self._left = seconds
        self._memory = memory
        self._began: float | None = None
        self._closed = Event()
        Thread(target=_watch, args=(ref(self), self._closed), daemon=True).start()
        self.big = big
        allowed = ", ".join(quoted_text(str(path.resolve())) for path in files)
        self._run(
            f"SET memory_limit = '{memory}MB'; SET threads = {2 if big else 1}; "
            "SET preserve_insertion_order = false; SET TimeZone = 'UTC'; "
            f"SET allowed_paths = [{allowed}]"
        )

    def load(self, name: str, source: pa.Table | Path) -> set[str]:
        """Load a table, or put a view over a Parquet file; the names of its columns."""
        if isinstance(source, Path):
            path = quoted_text(str(source.resolve()))
            self._run(
                f"CREATE VIEW {name} AS SELECT * EXCLUDE (file_row_number), "
                "file_row_number::INTEGER AS sk_row "
                f"FROM read_parquet({path}, file_row_number = true)"
            )
            return {str(row[0]) for row in self._run(f"DESCRIBE {name}")} - {"sk_row"}
        import pyarrow as pa  # noqa: PLC0415  # heavy

        rows = source.num_rows
        numbers = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(array("i", range(rows)))])
        self._connection.register("arriving", source.append_column("sk_row", numbers))
        self._run(f"CREATE TABLE {name} AS FROM arriving")
        self._connection.unregister("arriving")
        return set(source.column_names)

    def lay(self, name: str, sql: str) -> None:
        """Name what a SELECT gives: of millions only the columns asked for are read, so that is a view.

        What is worked out of a few rows is kept: to plan it anew with every
        question takes longer than to have it.
        """
        self.ask(f"CREATE {'VIEW' if self.big else 'TABLE'} {name} AS {sql}")

    def fill(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Add a few rows to a table; big ones are loaded."""
        if rows:
            places = ", ".join("?" for _ in rows[0])
            with self._bounded():
                self._connection.executemany(
                    f"INSERT INTO {name} VALUES ({places})", [list(row) for row in rows]
                )

    def column(self, name: str, values: Iterable[str]) -> None:
        """A table of one column of text, ``k``, however many values there are."""
        import pyarrow as pa  # noqa: PLC0415  # heavy

        self.take(name, pa.table({"k": pa.array(list(values), pa.string())}))

    def take(self, name: str, rows: pa.Table) -> None:
        """Keep rows as a table of this name, also once locked."""
        self._connection.register("arriving", rows)
        self._run(f"CREATE OR REPLACE TABLE {name} AS FROM arriving")
        self._connection.unregister("arriving")

    def give(self, sql: str) -> pa.Table:
        """What a SELECT gives, for other tables to take."""
        with self._bounded():
            return cast("pa.Table", self._connection.sql(sql).to_arrow_table())

    def any(self, name: str) -> bool:
        """True when the table or view has a row."""
        return bool(self.ask(f"SELECT EXISTS (FROM {name})")[0][0])

    def lock(self) -> None:
        """From here on nothing outside can be reached and no setting changes."""
        self._run(
            "SET enable_external_access = false; SET autoinstall_known_extensions = false; "
            "SET autoload_known_extensions = false; SET lock_configuration = true"
        )

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows.

        Raises:
            DecidingTooSlow: All that was asked of these tables took longer than they may think.
            DecidingTooBig: It needs more memory than they may use.
            PredicateRefused: A rule that does not fit the columns.
        """
        import duckdb  # noqa: PLC0415  # heavy

        try:
            return self._run(sql, values)
        except (duckdb.ConversionException, duckdb.BinderException, duckdb.OutOfRangeException) as error:
            reason = str(error).partition("\n")[0]
            raise PredicateRefused(
                f"a rule does not fit the columns: {reason}",
                remedy="compare each column with values of its declared type",
            ) from error

    def _run(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._bounded():
            return self._connection.execute(sql, list(values)).fetchall()

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        """Stop what is asked in here once the time of all questions together is spent."""
        import duckdb  # noqa: PLC0415  # heavy

        if self._left <= 0:
            raise self._too_slow()
        began = self._began = monotonic()
        try:
            yield
        except duckdb.InterruptException as error:
            raise self._too_slow() from error
        except duckdb.OutOfMemoryException as error:
            raise DecidingTooBig(
                "deciding needs more memory than it may use",
                arithmetic=f"more than {self._memory:,} MB; {str(error).partition(chr(10))[0]}",
                remedy="ask the source for fewer columns, or simplify the rule that was added last, "
                "then: seatkeeper check",
            ) from error
        finally:
            self._began = None
            self._left -= monotonic() - began

    def _too_slow(self) -> DecidingTooSlow:
        return DecidingTooSlow(
            "deciding took too long and was stopped",
            arithmetic=f"more than {self._seconds:g} s for all that one deciding asks",
            remedy="simplify the leave, join or access rule that was added last, then: seatkeeper check",
        )

    def stop_if_late(self) -> None:
        """Interrupt a question that goes on after the time is spent; for whoever watches."""
        began = self._began
        if began is not None and monotonic() - began > self._left:
            self._connection.interrupt()

    def close(self) -> None:
        """Let go of the memory."""
        self._closed.set()
        self._connection.close()


def _watch(tables: ref[Tables], closed: Event) -> None:
    """Look now and then: a thread for every question would take longer than most of them."""
    while not closed.wait(TICK) and (one := tables()) is not None:
        one.stop_if_late()
        del one


def account_table(accounts: Sequence[Account], roles: Mapping[Any, str]) -> pa.Table:
    """Accounts as a table; a role for each, ``outside`` where `roles` names others only."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    fields = ("id", "login", "kind", "name", "email")
    unnamed = "outside" if roles else "member"
    told = zip(*map(attrgetter(*fields), accounts), strict=True) if accounts else [[]] * len(fields)
    columns: dict[str, pa.Array[Any]] = {
        field: pa.array(values, pa.string()) for field, values in zip(fields, told, strict=True)
    }
    columns["role"] = pa.array([roles.get(account.id, unnamed) for account in accounts], pa.string())
    return pa.table(columns)


def with_roles(accounts: pa.Table, roles: Mapping[Any, str]) -> pa.Table:
    """A table of accounts with the roles told beside it, unless it brings its own."""
    if not roles or "role" in accounts.column_names:
        return accounts
    import pyarrow as pa  # noqa: PLC0415  # heavy

    ids = accounts.column("id").to_pylist()
    return accounts.append_column("role", pa.array([roles.get(i, "outside") for i in ids], pa.string()))


def quoted_text(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
