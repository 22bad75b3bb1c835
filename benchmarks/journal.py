"""What a step costs in the journal: an intent and an outcome, two commits, each on disk.

Prints one JSON object: milliseconds a step, wall and CPU, and seconds to verify the whole chain.
The floor is the same two commits of one row each, with nothing but the driver.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from seatkeeper.journal.store import open_store
from seatkeeper.model.run import Draft

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--store", help="URL of an empty database; else a SQLite file of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = _steps(options.store or f"sqlite:///{folder}/store.db", options.steps)
        figures["floor_wall_ms"] = _floor(Path(folder) / "floor.db", options.steps)
    json.dump(figures, sys.stdout, indent=1)
    print()


def _steps(url: str, steps: int) -> dict[str, float]:
    store = open_store(url)
    lease = store.acquire("1", "benchmark", NOW, timedelta(hours=1))
    before = [["organization", "1", "member"], ["team", "7", "member"], ["repository", "9", "write"]]
    cpu, wall = time.process_time(), time.perf_counter()
    for n in range(steps):
        place = ("run", f"change-{n}", f"run/change-{n}/0")
        intent = {
            "account": str(n),
            "login": f"user{n}",
            "before": before,
            "call": f"DELETE /members/user{n}",
        }
        store.append([Draft("intent", "1", intent, *place)], NOW, lease)
        store.append([Draft("outcome", "1", {"result": "confirmed", "after": []}, *place)], NOW, lease)
    figures = {
        "steps": steps,
        "step_wall_ms": round((time.perf_counter() - wall) / steps * 1e3, 3),
        "step_cpu_ms": round((time.process_time() - cpu) / steps * 1e3, 3),
    }
    wall = time.perf_counter()
    verification = store.verify()
    if not verification.verifies:
        raise SystemExit(f"the journal does not verify: {verification.faults[:3]}")
    figures["verify_us_an_entry"] = round((time.perf_counter() - wall) / verification.entries * 1e6, 1)
    store.close()
    return figures


def _floor(path: Path, steps: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB)")
    wall = time.perf_counter()
    for _ in range(2 * steps):
        connection.execute("INSERT INTO entries (body) VALUES (?)", (b"x" * 200,))
    connection.close()
    return round((time.perf_counter() - wall) / steps * 1e3, 3)


if __name__ == "__main__":
    main()
