"""When the database fails, the error says what happened and what to type, and never shows a password."""

import subprocess
import sys
from pathlib import Path

import pytest

from seatkeeper.errors import ConfigurationError, JournalBroken, JournalError
from seatkeeper.journal.store import SqlStore, open_store
from tests.journal.builders import START, Raw, note, story

PASSWORD = "hunter2-and-more"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{PASSWORD}@127.0.0.1:1/journal",
        f"postgresql://ana@127.0.0.1:1/journal?password={PASSWORD}",
        f"postgresql+psycopg://ana:{PASSWORD}@nowhere.invalid/journal",
    ],
)
def test_an_unreachable_server_is_named_without_its_password(url: str) -> None:
    """Neither in its place nor among the options."""
    with pytest.raises(JournalError, match="can't be reached") as refusal:
        open_store(url)
    assert PASSWORD not in f"{refusal.value} {refusal.value.arithmetic} {refusal.value.remedy}"
    assert "postgresql://ana" in refusal.value.what
    assert "check" in refusal.value.remedy


@pytest.mark.real
def test_a_wrong_password_is_not_shown(postgres_url: str) -> None:
    """A refused log-in is a store that can't be reached."""
    user = postgres_url.partition("://")[2].partition(":")[0]
    place = postgres_url.partition("@")[2]
    with pytest.raises(JournalError, match="can't be reached") as refusal:
        open_store(f"postgresql://{user}:{PASSWORD}@{place}")
    assert PASSWORD not in str(refusal.value)


@pytest.mark.real
def test_a_server_that_hung_up_meanwhile_is_called_again(postgres_url: str) -> None:
    """A pause longer than the server's patience costs nothing."""
    store = open_store(postgres_url)
    story(store)
    other = Raw(postgres_url)
    other.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    other.close()
    assert store.append([note()], START)[0].seq == 8
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "seatkeeper.db",
        f"postgresql//ana:{PASSWORD}@host/db",
        f"postgresql://ana:{PASSWORD}@host:port/db",
        "sqlite://",
        "sqlite:///:memory:",
        f"mysql+pymysql://ana:{PASSWORD}@host/db",
        f"postgresql+asyncpg://ana:{PASSWORD}@host/db",
    ],
)
def test_a_url_that_is_no_store_is_a_configuration_error(url: str) -> None:
    """The remedy shows one that is; the password is not repeated."""
    with pytest.raises(ConfigurationError) as refusal:
        open_store(url)
    assert "sqlite:///" in refusal.value.remedy
    assert PASSWORD not in f"{refusal.value} {refusal.value.__cause__}"


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """The error names the file; not a byte of it changes."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes\n" * 100)
    with pytest.raises(JournalBroken, match="not a database") as refusal:
        open_store(f"sqlite:///{path}")
    assert str(path) in refusal.value.what
    assert path.read_text().startswith("not a database")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """No folder is made by accident."""
    with pytest.raises(JournalError, match="can't be reached"):
        open_store(f"sqlite:///{tmp_path}/no/such/store.db")
    assert list(tmp_path.iterdir()) == []


def test_a_locked_store_is_named(tmp_path: Path) -> None:
    """Who waits long enough is told, and may try again."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(f"{url}?timeout=0.1")
    other = Raw(url)
    other.run("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="locked by another process"):
        store.append([note()], START)
    other.close()
    assert store.append([note()], START)[0].seq == 1
    store.close()


def test_a_store_of_a_newer_schema_is_left_alone(store: SqlStore, raw: Raw, store_url: str) -> None:
    """An old Seatkeeper must not write into what it does not understand."""
    story(store)
    raw.run("UPDATE seatkeeper_schema SET version_num = '9999'")
    with pytest.raises(JournalError, match="newer Seatkeeper") as refusal:
        open_store(store_url)
    assert refusal.value.arithmetic == "its schema is 9999, and this one knows up to 0002"
    assert store.verify().verifies


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """Overwritten pages end in a named error, not in a traceback or in silence."""
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    story(store, 40)
    store.close()
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)
    with pytest.raises(JournalBroken, match="damaged"):
        open_store(f"sqlite:///{path}").verify()


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    """Nobody else on the machine reads who was in which team."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.append([note()], START)
    assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {"0o600"}
    store.close()


def test_a_full_disk_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    """The database's own page limit stands in for the disk's end."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(url)
    assert isinstance(store, SqlStore)
    story(store)
    with store._database.read() as session:
        pages = session.run("PRAGMA page_count")[0][0]
        session.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="is full") as refusal:
        store.append([note(text="x" * 100_000)], START)
    assert "Make room" in refusal.value.remedy
    assert store.verify().entries == 7
    store.close()


BROKEN_DISK = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from seatkeeper.errors import JournalError
from seatkeeper.journal.store import open_store
from seatkeeper.model.run import Draft

now = datetime(2026, 3, 1, tzinfo=UTC)
store = open_store("sqlite:///" + sys.argv[1])
draft = Draft("brake", "1", {"text": "x" * 20_000})
store.append([draft], now)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
size = Path(sys.argv[1] + "-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 6_000, hard))
for attempt in range(3):
    try:
        print("appended", store.append([draft], now)[0].seq)
    except JournalError as error:
        print("refused:", error.what)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))  # the disk is well again
print("entries", store.verify().entries, store.verify().verifies)
"""


def test_after_a_commit_that_failed_the_store_takes_nothing_more(tmp_path: Path) -> None:
    """A write that fails on the way to the disk is not tried again, even when the disk is well again."""
    path = tmp_path / "store.db"
    done = subprocess.run(
        [sys.executable, "-c", BROKEN_DISK, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    first, second, third, last = done.stdout.splitlines()
    assert "could not be read or written" in first
    assert "takes no more entries" in second
    assert "takes no more entries" in third
    assert last == "entries 1 True"
    again = open_store(f"sqlite:///{path}")
    assert again.append([note()], START)[0].seq == 2
    again.close()


def test_a_read_only_file_is_named(tmp_path: Path) -> None:
    """It can be read; a write is refused by name, and the file stays as it is."""
    path = tmp_path / "store.db"
    story(store := open_store(f"sqlite:///{path}"))
    read_only = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(JournalError, match="read-only for this user"):
        read_only.append([note()], START)
    assert read_only.verify().entries == 7
    read_only.close()
    store.close()
