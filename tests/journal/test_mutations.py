"""Ten thousand ways to tamper with a journal: each is found, with the place, by two verifiers."""

import base64
import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatkeeper.journal.chain import verify_chain
from seatkeeper.journal.checkpoints import CheckpointKeys
from seatkeeper.journal.database import Database
from seatkeeper.journal.entry import Line
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.ids import Digest
from tests.journal.builders import at, note, step, story
from tests.journal.tampering import DEEDS, Journals

SCRIPT = Path(__file__).parents[2] / "script" / "verify_journal.py"


def independent() -> ModuleType:
    """The verifier that shares no code, imported from its file."""
    spec = importlib.util.spec_from_file_location("verify_journal", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def key_pair() -> tuple[str, str]:
    """The public line, and the private key as PEM."""
    key = Ed25519PrivateKey.generate()
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(der).decode(), pem.decode()


def told(folder: Path, name: str, keys: CheckpointKeys) -> list[Line]:
    """The lines of a journal with two runs, each with its checkpoint, a brake and an erasure."""
    url = f"sqlite:///{folder / name}.db"
    open_store(url).close()
    store = SqlStore(Database(url), keys)
    store.release(story(store, 3))
    store.erase([3], at(5), "ana", "request 12")
    lease = store.acquire("1", "ben@desk", at(6), at(7) - at(6))
    store.append([step("intent", 9), step("outcome", 9, result="confirmed")], at(6), lease)
    store.append([note()], at(6))
    store.release(lease)
    lines = list(store.lines())
    assert [line.kind for line in lines].count("checkpoint") == 2
    store.close()
    return lines


def mutate(folder: Path, seed: int, times: int) -> Counter[str]:
    """Tamper so often, and look each time; how often with what."""
    public, private = key_pair()
    keys = CheckpointKeys([public], lambda: private)
    journals = Journals(told(folder, "mine", keys), told(folder, "other", keys))
    head = journals.mine[-1]
    remembered = {head.seq: Digest(head.hash)}
    second = independent()
    for lines in journals:
        assert verify_chain(lines, signed_by_us=keys.made).verifies
        assert second.Verifier([public]).walk(map(_row, lines)) == []
    chance = random.Random(seed)
    counted: Counter[str] = Counter()
    for number in range(times):
        deed = DEEDS[number % len(DEEDS)]
        lines, places = deed(journals, chance)
        if lines == journals.mine:
            continue
        where = f"{deed.__name__} of mutation {number} of seed {seed} at {sorted(places)[:3]}"
        found = verify_chain(lines, remembered, keys.made)
        assert places & {fault.seq for fault in found.faults}, where
        verifier = second.Verifier()
        verifier.kept = dict(remembered)
        assert verifier.walk(map(_row, lines)), where
        counted[deed.__name__] += 1
    return counted


def _row(line: Line) -> tuple[object, ...]:
    """A line in the order of the second verifier's columns."""
    return (line.previous, *line[:9], *line[10:])


def test_every_kind_of_mutation_is_found_with_the_place(tmp_path: Path) -> None:
    """Flipped, deleted, inserted, reordered, cut, exchanged, rolled back, written anew without the key."""
    counted = mutate(tmp_path, 20260301, 400)
    assert set(counted) == {deed.__name__ for deed in DEEDS}
    assert sum(counted.values()) > 380


@pytest.mark.slow
def test_ten_thousand_mutations_are_found_with_the_place(tmp_path: Path) -> None:
    """The same, for every commit."""
    assert sum(mutate(tmp_path, 20260302, 10_300).values()) >= 10_000
