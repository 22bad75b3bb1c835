"""Verifying a journal of a million entries: the whole chain, every payload, and what the entries mean.

Each step is an intent that tells what an account held and an outcome; a hundred steps are a run. The
rows go into the store by its driver's bulk path. Prints one JSON object a line: name, value, unit, limit.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from seatkeeper.journal.chain import GENESIS, seal
from seatkeeper.journal.entry import Line
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Draft

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENTRIES, LIMIT = 1_000_000, 60.0
BATCH = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--store", help="URL of an empty database; else a SQLite file of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(options.store or f"sqlite:///{Path(folder) / 'store.db'}")
        _fill(store, options.entries)
        wall, cpu = time.perf_counter(), time.process_time()
        found = store.verify()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        store.close()
    if not found.verifies or found.entries != options.entries:
        raise SystemExit(f"the journal does not verify: {found.faults[:3]}")
    name = f"verify, {options.entries:,} entries"
    print(json.dumps({"name": name, "value": round(wall, 1), "unit": "s wall", "limit": LIMIT}))
    print(json.dumps({"name": f"{name}, CPU", "value": round(cpu, 1), "unit": "s CPU"}))


def _fill(store: SqlStore, entries: int) -> None:
    columns = ("seq", "at", "kind", "organization", "run", "change", "step", "epoch", "payload_digest",
               "previous", "hash")  # fmt: skip
    lines = _lines(entries)
    lease = store.acquire("1", "benchmark", NOW, timedelta(days=1))
    while batch := list(islice(lines, BATCH)):
        with store.database.write() as session:
            for line in batch:
                session.insert("entries", columns, [line[:11]])
                session.insert("payloads", ("seq", "salt", "body"), [(line.seq, line.salt, line.body)])
    store.release(lease)


def _lines(entries: int) -> Iterator[Line]:
    head = (0, GENESIS)
    before = [["organization", "1", "member"], ["team", "7", "member"], ["repository", "9", "write"]]
    for number in range(entries):
        step = number // 2
        place = (f"run-{step // 100}", f"change-{step}", f"run-{step // 100}/change-{step}/0")
        kind, payload = "intent", {"account": str(step), "login": f"user{step}", "before": before}
        if number % 2:
            kind, payload = "outcome", {"account": str(step), "result": "confirmed", "lost": before}
        line = seal(Draft(kind, "1", payload, *place), after=head, at=NOW, epoch=1, salt=b"salt" * 4)
        head = (line.seq, Digest(line.hash))
        yield line


if __name__ == "__main__":
    main()
