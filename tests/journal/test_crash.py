"""A process killed at any moment loses nothing it was told is on disk, and leaves nothing half written."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from seatkeeper.errors import JournalError
from seatkeeper.journal.store import SqlStore, open_store
from tests.journal.builders import START, note, story

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from seatkeeper.journal.store import open_store
from seatkeeper.model.run import Draft

now = datetime(2026, 3, 1, tzinfo=UTC)
store = open_store(sys.argv[1])
lease = store.acquire("1", "victim", now, timedelta(hours=1))
number = 0
while True:
    drafts = [Draft(kind, "1", {"n": number}, "r", "c", str(number)) for kind in ("intent", "outcome")]
    print(store.append(drafts, now, lease)[-1].seq, flush=True)
    number += 1
"""


@pytest.mark.parametrize("after", [1, 7, 40])
def test_what_was_acknowledged_survives_a_kill(store: SqlStore, store_url: str, after: int) -> None:
    """Killed while it writes as fast as it can: every acknowledged entry is there, and pairs are whole."""
    command = [sys.executable, "-c", WRITER, store_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(after)][-1]
        process.send_signal(signal.SIGKILL)
        rest = [int(line) for line in process.stdout.read().splitlines() if line]
    last = max([acknowledged, *rest])
    seq = store.head()[0]
    assert last <= seq <= last + 2
    assert seq % 2 == 0
    assert store.verify().verifies
    assert store.append([note()], START)[0].seq == seq + 1


def test_a_log_cut_anywhere_opens_whole_or_is_refused(tmp_path: Path) -> None:
    """After a torn write some entries may be missing at the end, never some of an entry or one in between."""
    original = tmp_path / "store.db"
    store = open_store(f"sqlite:///{original}")
    store._database.outside_transaction("PRAGMA wal_checkpoint(TRUNCATE)")
    story(store)
    heads = {entry.seq: entry.hash for entry in store.entries()}
    log = original.with_name("store.db-wal").read_bytes()
    seen = set()
    for cut in range(0, len(log), 2_503):
        folder = tmp_path / str(cut)
        folder.mkdir()
        torn = folder / "store.db"
        shutil.copy(original, torn)
        torn.with_name("store.db-wal").write_bytes(log[:cut])
        try:
            opened = open_store(f"sqlite:///{torn}")
        except JournalError:
            continue
        seq, head = opened.head()
        assert opened.verify().verifies
        assert head == heads.get(seq, head)
        assert opened.verify({7: heads[7]}).verifies == (seq == 7)
        opened.close()
        seen.add(seq)
    assert seen == {0, 1, 2, 3, 4, 5, 6}
    store.close()
