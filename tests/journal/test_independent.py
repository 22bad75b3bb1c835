"""Two verifiers that share no code agree, on whole journals and on tampered ones."""

import random
import shutil
from pathlib import Path

from seatkeeper.journal.store import open_store
from tests.journal.builders import Raw, at, note, story
from tests.journal.independent import holds

TEXTS = ("at", "kind", "organization", "run", "change", "step", "payload_digest", "previous", "hash")


def tamper(raw: Raw, chance: random.Random) -> None:
    """One of the things somebody with the file might do, at any place; a few of them change nothing."""
    seq, other = chance.sample(range(1, 11), 2)
    column = chance.choice(TEXTS)
    mine, theirs = f"WHERE seq = {seq}", f"WHERE seq = {other}"
    deeds = [
        [f"UPDATE entries SET {column} = (SELECT {column} FROM entries {theirs}) {mine}"],
        [f"UPDATE entries SET epoch = epoch + {other} WHERE seq = {seq}"],
        [f"DELETE FROM payloads WHERE seq >= {seq}", f"DELETE FROM entries WHERE seq >= {seq}"],
        [f"DELETE FROM payloads WHERE seq = {seq}"],
        [f"DELETE FROM entries WHERE seq = {seq}", f"UPDATE entries SET seq = seq - 1 WHERE seq > {seq}"],
        [f"UPDATE payloads SET body = coalesce((SELECT body FROM payloads {theirs}), salt) {mine}"],
        [f"INSERT OR IGNORE INTO payloads SELECT {seq}, salt, body FROM payloads WHERE seq = {other}"],
    ]
    raw.unlock()
    for statement in chance.choice(deeds):
        raw.run(statement)


def test_two_verifiers_agree(tmp_path: Path) -> None:
    """Whatever was done to the journal, both say the same, and neither is always of one mind."""
    original = tmp_path / "original.db"
    store = open_store(f"sqlite:///{original}")
    story(store, 4)
    store.erase([2], at(5), "ana", "request 12")
    seq, head = store.head()
    store.close()
    assert holds(original, seq, head)
    chance = random.Random(3)
    opinions = set()
    for number in range(60):
        copy = tmp_path / f"{number}.db"
        shutil.copy(original, copy)
        raw = Raw(f"sqlite:///{copy}")
        try:
            tamper(raw, chance)
        finally:
            raw.close()
        tampered = open_store(f"sqlite:///{copy}")
        verifies = tampered.verify({seq: head}).verifies
        tampered.close()
        assert holds(copy, seq, head) == verifies
        opinions.add(verifies)
    assert opinions == {True, False}


def test_the_second_verifier_knows_a_whole_journal_from_a_longer_one(tmp_path: Path) -> None:
    """A head that was remembered earlier is not the head of now."""
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    story(store)
    seq, head = store.head()
    store.append([note()], at(5))
    store.close()
    assert not holds(path, seq, head)
