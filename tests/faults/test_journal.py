"""Every way in which the journal can be unfit: without it nothing is carried out."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.journal.store import open_store
from tests.faults.bench import PASSWORD, Bench
from tests.faults.case import Case, check

pytestmark = pytest.mark.slow

Breaks = Callable[[Bench], object]
STORE = '"sqlite:///seatkeeper.db"'


def approved(then: Breaks) -> Breaks:
    """Ben approves; then something happens."""

    def breaks(bench: Bench) -> None:
        bench.approve()
        then(bench)

    return breaks


def at(url: str) -> Breaks:
    """Another place for the journal."""
    return lambda bench: bench.configure(STORE, f'"{url}"')


def postgres(bench: Bench) -> None:
    bench.configure(STORE, '"${STORE_URL}"')
    bench.environ["STORE_URL"] = f"postgresql://seats:{PASSWORD}@127.0.0.1:1/journal"


def behind(*statements: str) -> Breaks:
    """Change what is written, triggers out of the way."""

    def breaks(bench: Bench) -> None:
        with closing(sqlite3.connect(bench.journal)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        bench.journaled(*(f'DROP TRIGGER "{name}"' for (name,) in names), *statements)

    return breaks


def junk(bench: Bench) -> None:
    _gone(bench)
    bench.journal.write_bytes(b"no database, but long enough to be taken for one " * 200)


def a_folder(bench: Bench) -> None:
    _gone(bench)
    bench.journal.mkdir()


def cut(bench: Bench) -> None:
    size = bench.journal.stat().st_size
    with bench.journal.open("r+b") as file:
        file.seek(size // 4)
        file.write(b"\x00\xff" * (size // 4))


def _gone(bench: Bench) -> None:
    for path in bench.folder.glob("seatkeeper.db*"):
        path.unlink()


def braked(bench: Bench) -> None:
    assert bench.run("stop", "--reason", "wrong-list", "--by", "chloe").code == 0


def held_by_another(bench: Bench) -> None:
    store = open_store(f"sqlite:///{bench.journal}")
    organization = bench.company.organization.id
    store.acquire(organization, "elsewhere:1", bench.world.now(), timedelta(hours=1))
    store.close()


def no_room_for_the_plan(bench: Bench) -> None:
    """The place where the plan is written is a full disk."""
    (bench.folder / "new.json.part").symlink_to("/dev/full")


CASES = (
    Case("a journal that is no database", junk, "verify", "JournalBroken", 9),
    Case("a journal that is a folder", a_folder, "status", "JournalError", 1),
    Case("a journal in no folder", at("sqlite:///nowhere/seatkeeper.db"), "status", "JournalError", 1),
    Case("a journal that can't be reached", postgres, "status", "JournalError", 1),
    Case(
        "a journal of a newer schema",
        behind("UPDATE seatkeeper_schema SET version_num = '9999'"),
        "status",
        "JournalError",
        1,
    ),
    Case("a journal half overwritten", cut, "verify", "JournalBroken", 9),
    Case(
        "a tampered approval",
        approved(behind("UPDATE payloads SET body = replace(body, 'ben@', 'eve@')")),
        "apply plan.json",
        "JournalBroken",
        9,
    ),
    Case(
        "an approval written by hand",
        approved(behind("UPDATE payloads SET body = replace(body, 'ben@', 'eve@')")),
        "verify",
        "faults",
        9,
    ),
    Case("an entry taken out", behind("DELETE FROM entries WHERE seq = 3"), "verify", "faults", 9),
    Case("nothing observed yet", _gone, "why user3", "NotCovered", 5),
    Case("holds before anything was observed", _gone, "holds", "NotCovered", 5),
    Case("a brake", approved(braked), "apply plan.json", "Braked", 8),
    Case("a lease held by another", approved(held_by_another), "apply plan.json", "LeaseLost", 8),
    Case("a full disk under the plan", no_room_for_the_plan, "plan", "UsageError", 2),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_an_unfit_journal_changes_nothing(case: Case, bench: Bench) -> None:
    """Broken, foreign, locked, braked or held: named, and not a request sent."""
    check(case, bench)


@pytest.fixture
def locked(bench: Bench) -> Iterator[Path]:
    """Another process is in the midst of writing the journal."""
    with closing(sqlite3.connect(bench.journal, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield bench.journal


LOCKED = Case("a locked journal", at("sqlite:///seatkeeper.db?timeout=0.1"), "plan", "JournalError", 1)


def test_a_locked_journal_is_waited_for_and_then_named(bench: Bench, locked: Path) -> None:
    """Nothing is planned beside somebody who is writing."""
    assert locked.is_file()
    check(LOCKED, bench)
