"""Every test of the store runs on SQLite and on a real PostgreSQL."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from seatkeeper.journal.store import SqlStore, open_store
from tests.journal.builders import Raw
from tests.parts.databases import PASSWORD, USER


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of this test's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server = str(request.getfixturevalue("postgres_server"))
    # A schema of its own is as empty as a database of its own, and there at once.
    schema = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    return f"{server}?options=-csearch_path%3D{schema}"


@pytest.fixture(scope="session")
def postgres_server(postgres_port: int) -> str:
    """The URL of a PostgreSQL database shared by the tests of this process."""
    return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{postgres_port}/postgres"


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
