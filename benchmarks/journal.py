"""What a step costs in the journal: an intent and an outcome, two commits, each on disk.

The floor is the same two commits of one row each, with nothing but the driver, measured in turn with
ours; both are medians over rounds, since a disk that others use is slow now and then.
Prints one JSON object a line: name, value, unit, limit or floor.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from seatkeeper.journal.store import open_store
from seatkeeper.model.run import Draft
from seatkeeper.ports import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT_MS = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=300, help="in each round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--store", help="URL of an empty database; else a SQLite file of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(options.store or f"sqlite:///{folder}/store.db")
        rounds = [
            (*_steps(store, number, options.steps), _floor(Path(folder) / "floor.db", options.steps))
            for number in range(options.rounds)
        ]
        verified = _verified(store)
        store.close()
    wall, cpu, floor = (round(statistics.median(column), 3) for column in zip(*rounds, strict=True))
    for line in (
        {"name": "journal, a step on disk", "value": wall, "unit": "ms wall", "limit": LIMIT_MS},
        {
            "name": "journal, a step beside the bare driver's",
            "value": wall,
            "unit": "ms wall",
            "floor": floor,
        },
        {"name": "journal, a step's CPU", "value": cpu, "unit": "ms CPU", "limit": LIMIT_MS},
        {"name": "journal, verifying an entry", "value": verified, "unit": "us wall"},
    ):
        print(json.dumps(line))


def _steps(store: Store, number: int, steps: int) -> tuple[float, float]:
    """Milliseconds a step, wall and CPU, of one round."""
    lease = store.acquire("1", "benchmark", NOW, timedelta(hours=1))
    before = [["organization", "1", "member"], ["team", "7", "member"], ["repository", "9", "write"]]
    cpu, wall = time.process_time(), time.perf_counter()
    for n in range(steps):
        place = (f"run-{number}", f"change-{n}", f"run-{number}/change-{n}/0")
        intent = {
            "account": str(n),
            "login": f"user{n}",
            "before": before,
            "call": f"DELETE /members/user{n}",
        }
        store.append([Draft("intent", "1", intent, *place)], NOW, lease)
        store.append([Draft("outcome", "1", {"result": "confirmed", "after": []}, *place)], NOW, lease)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    store.release(lease)
    return wall / steps * 1e3, cpu / steps * 1e3


def _verified(store: Store) -> float:
    """Microseconds an entry to walk the whole chain."""
    wall = time.perf_counter()
    verification = store.verify()
    if not verification.verifies:
        raise SystemExit(f"the journal does not verify: {verification.faults[:3]}")
    return round((time.perf_counter() - wall) / verification.entries * 1e6, 1)


def _floor(path: Path, steps: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, body BLOB)")
    wall = time.perf_counter()
    for _ in range(2 * steps):
        connection.execute("INSERT INTO entries (body) VALUES (?)", (b"x" * 200,))
    connection.close()
    return (time.perf_counter() - wall) / steps * 1e3


if __name__ == "__main__":
    main()
