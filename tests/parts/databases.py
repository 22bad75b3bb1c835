"""A real PostgreSQL and a real MariaDB, a server each for a test process, a fresh database for each test."""

import shutil
import signal
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest

from tests.parts.servers import absent, free_port, ground, running

USER = "seatkeeper"
PASSWORD = "swordfish-of-the-tests"


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[int]:
    """The port of a PostgreSQL that lives as long as the test process."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin_: int(bin_.parent.name))
    if not folders:
        absent("PostgreSQL")
    port = free_port()
    with ground("postgres") as place:
        word = place.folder / "password"
        word.write_text(PASSWORD)
        word.chmod(0o644)
        data = str(place.folder / "data")
        initdb = [str(folders[-1] / "initdb"), "-D", data, "-U", USER, "-A", "scram-sha-256", "-E", "UTF8"]
        # Setting up need not reach the disk; the server itself syncs as it does anywhere.
        place.run([*initdb, "--locale=C.UTF-8", f"--pwfile={word}", "--no-sync", "--no-instructions"])
        server = [str(folders[-1] / "postgres"), "-D", data, "-p", str(port), "-k", str(place.folder)]
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=32MB"]
        with running(
            place, [*server, *settings], answers=lambda: _postgres(port, "SELECT 1"), stop=signal.SIGINT
        ):
            yield port


@pytest.fixture
def postgres_url(postgres_port: int) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of this test's own."""
    name = _fresh()
    _postgres(postgres_port, f"CREATE DATABASE {name}")
    yield f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{postgres_port}/{name}"
    _postgres(postgres_port, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def mariadb_port() -> Iterator[int]:
    """The port of a MariaDB that lives as long as the test process."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    install, server = shutil.which("mariadb-install-db", path=path), shutil.which("mariadbd", path=path)
    if install is None or server is None:
        absent("MariaDB")
    assert install is not None
    assert server is not None
    port = free_port()
    with ground("mariadb") as place:
        door = str(place.folder / "socket")
        data = f"--datadir={place.folder / 'data'}"
        place.run(
            [
                install,
                "--no-defaults",
                data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-flush-method=nosync",
            ]
        )
        command = [server, "--no-defaults", data, f"--port={port}", f"--socket={door}"]
        settings = [f"--pid-file={place.folder / 'pid'}", "--bind-address=127.0.0.1", "--skip-name-resolve"]
        with running(
            place,
            [*command, *settings, "--character-set-server=utf8mb4", "--innodb-buffer-pool-size=32M"],
            answers=lambda: _first_user(door),
            stop=signal.SIGTERM,
        ):
            yield port


@pytest.fixture
def mariadb_url(mariadb_port: int) -> Iterator[str]:
    """The SQLAlchemy URL of an empty MariaDB database of this test's own."""
    name = _fresh()
    _mariadb(mariadb_port, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield f"mysql+pymysql://{USER}:{PASSWORD}@127.0.0.1:{mariadb_port}/{name}?charset=utf8mb4"
    _mariadb(mariadb_port, f"DROP DATABASE {name}")


def _fresh() -> str:
    return f"t{uuid.uuid4().hex[:12]}"


def _postgres(port: int, statement: str) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=port, user=USER, password=PASSWORD, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement.encode())


def _mariadb(port: int, statement: str) -> None:
    with (
        pymysql.connect(host="127.0.0.1", port=port, user=USER, password=PASSWORD) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def _first_user(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as probe:  # the driver leaves a refused socket open
        probe.connect(path)
    with pymysql.connect(unix_socket=path, user="root") as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}'")
        cursor.execute(f"GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION")
