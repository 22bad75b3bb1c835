"""Bytes of the file that changed are found, or changed nothing that the journal says."""

import random
from pathlib import Path

import pytest

from seatkeeper.errors import JournalError
from seatkeeper.journal.store import open_store
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Entry
from tests.journal.builders import at, digest_of, note, snapshot, story


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A closed store with a bit of everything in its journal."""
    path = tmp_path / "original.db"
    store = open_store(f"sqlite:///{path}")
    story(store, 4)
    store.append([note("approval", signature="s" * 3_000)], at(5))
    store.observe(snapshot(6, []), digest_of(6))
    store.erase([3], at(7), "ana", "request 12")
    store.close()
    return path


def told(path: Path, remembered: dict[int, Digest]) -> list[Entry] | None:
    """What the journal says, when it verifies; None when anything at all is found wrong."""
    try:
        store = open_store(f"sqlite:///{path}")
    except JournalError:
        return None
    try:
        return list(store.entries()) if store.verify(remembered).verifies else None
    except JournalError:
        return None
    finally:
        store.close()


def flip(original: Path, folder: Path, chance: random.Random, times: int) -> tuple[int, int]:
    """Flip one bit in each of so many copies; how often it was found, how often it changed nothing."""
    good = original.read_bytes()
    store = open_store(f"sqlite:///{original}")
    remembered = dict([store.head()])
    truth = list(store.entries())
    store.close()
    copy = folder / "copy.db"
    found = harmless = 0
    for _ in range(times):
        bad = bytearray(good)
        place = chance.randrange(len(bad))
        bad[place] ^= 1 << chance.randrange(8)
        for leftover in folder.glob("copy.db*"):
            leftover.unlink()
        copy.write_bytes(bad)
        said = told(copy, remembered)
        assert said is None or said == truth, f"bit flipped in byte {place} went unseen"
        found, harmless = found + (said is None), harmless + (said is not None)
    return found, harmless


def test_a_flipped_bit_is_never_believed(original: Path, tmp_path: Path) -> None:
    """Wherever it falls; most of a small file is empty space, where it changes nothing."""
    found, harmless = flip(original, tmp_path, random.Random(11), 120)
    assert found > 0
    assert harmless > 0


@pytest.mark.nightly
def test_many_flipped_bits_are_never_believed(original: Path, tmp_path: Path) -> None:
    """The same, for long."""
    assert flip(original, tmp_path, random.Random(), 20_000)[0] > 1_000
