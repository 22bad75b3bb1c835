"""Two processes that append at once keep one chain."""

import subprocess
import sys

import pytest

from seatkeeper.journal.store import SqlStore

pytestmark = pytest.mark.slow

ENTRIES = 30

WRITER = """
import sys
from datetime import UTC, datetime
from seatkeeper.journal.store import open_store
from seatkeeper.model.run import Draft

store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    drafts = [Draft("brake", "1", {"by": sys.argv[3], "n": number, "half": half}) for half in (0, 1)]
    store.append(drafts, datetime(2026, 3, 1, tzinfo=UTC))
store.close()
"""


def writer(url: str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, url, str(ENTRIES), name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def let_go(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0


def test_two_processes_append_to_one_chain(store: SqlStore, store_url: str) -> None:
    """Nothing is lost, nothing forks, and what was appended together stays together."""
    processes = [writer(store_url, name) for name in ("ana", "ben")]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    let_go(processes)
    payloads = [entry.payload for entry in store.entries()]
    assert len(payloads) == 4 * ENTRIES
    for name in ("ana", "ben"):
        own = [(p["n"], p["half"]) for p in payloads if p is not None and p["by"] == name]
        assert own == [(number, half) for number in range(ENTRIES) for half in (0, 1)]
    for first, second in zip(payloads[::2], payloads[1::2], strict=True):
        assert first is not None
        assert second is not None
        assert first["by"] == second["by"]
    assert store.verify().verifies


def test_two_processes_make_one_schema(store_url: str) -> None:
    """Opening a store that does not exist yet, twice at once, makes it once."""
    processes = [writer(store_url, name) for name in ("ana", "ben")]
    let_go(processes)
