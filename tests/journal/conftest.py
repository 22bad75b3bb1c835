"""Every test of the store runs on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.journal.store import SqlStore, open_store
from tests.journal.builders import Raw


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of this test's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An open store, closed after the test."""
    opened = open_store(store_url)
    assert isinstance(opened, SqlStore)
    yield opened
    opened.close()


@pytest.fixture
def raw(store: SqlStore, store_url: str) -> Iterator[Raw]:
    """A plain connection to the same database, as anybody with the file or the password has it."""
    assert store.head()[0] == 0
    connection = Raw(store_url)
    yield connection
    connection.close()
