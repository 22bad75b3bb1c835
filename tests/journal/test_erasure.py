"""Personal data can be erased: the chain still verifies, and the data is gone from the file."""

from pathlib import Path

import pytest

from seatkeeper.errors import JournalError
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.grants import membership
from seatkeeper.model.ids import AccountId
from tests.journal.builders import ACME, START, Raw, at, digest_of, note, snapshot, step, story

SECRET = "Ottilie Erased-Person of Nowhere"


def test_an_erased_payload_is_gone_and_the_chain_holds(store: SqlStore) -> None:
    """The entry stays with its place and time; who erased it and why is journaled."""
    story(store)
    assert store.erase([2, 3], at(5), "ana", "request 12") == 2
    assert [entry.payload for entry in store.entries() if entry.seq in (2, 3)] == [None, None]
    (erasure,) = store.entries(kinds=["erasure"])
    assert erasure.payload == {"seqs": [2, 3], "by": "ana", "reason": "request 12"}
    verification = store.verify()
    assert (verification.verifies, verification.erased) == (True, 2)
    assert verification.head == store.head()[1]


def test_erasing_twice_or_nothing_is_nothing(store: SqlStore) -> None:
    """Only what is there is erased, and an erasure of nothing is not journaled."""
    story(store)
    assert store.erase([2, 2, 99], at(5), "ana", "once") == 1
    assert store.erase([2, 99], at(6), "ana", "twice") == 0
    assert store.erase([], at(6), "ana", "nothing") == 0
    assert store.head()[0] == 8


def test_an_erasure_can_not_be_erased(store: SqlStore) -> None:
    """Else nobody could tell what was erased from what was lost; and nothing else is erased with it."""
    story(store)
    store.erase([2], at(5), "ana", "request 12")
    with pytest.raises(JournalError, match="Entry 8 is of kind erasure"):
        store.erase([3, 8], at(6), "ben", "cover up")
    assert store.verify().erased == 1


def test_a_payload_can_not_come_back(store: SqlStore, raw: Raw) -> None:
    """Not by plain SQL either; and where the triggers are gone, verify tells."""
    story(store)
    (row,) = raw.run("SELECT * FROM payloads WHERE seq = 2")
    store.erase([2], at(5), "ana", "request 12")
    with pytest.raises(Exception, match="append-only"):
        raw.run("INSERT INTO payloads VALUES (?, ?, ?)", *row)
    raw.unlock()
    raw.run("INSERT INTO payloads VALUES (?, ?, ?)", *row)
    (fault,) = store.verify().faults
    assert (fault.seq, fault.what) == (2, "entry 2 has a payload, though entry 8 erased it")


def anywhere(folder: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_erased_data_is_gone_from_the_file_itself(tmp_path: Path) -> None:
    """No byte of it is left in the database or its log, small payload or one of many pages."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    lease = story(store)
    store.append([step("intent", 5, login=SECRET)], START, lease)
    store.append([note(names=[f"{SECRET} {number}" for number in range(2_000)])], START)
    assert anywhere(tmp_path, SECRET)
    assert store.erase([8, 9], at(5), "ana", "request 12") == 2
    assert not anywhere(tmp_path, SECRET)
    assert store.verify().verifies
    store.close()
    assert not anywhere(tmp_path, SECRET)


def test_an_erasure_that_can_not_clean_the_file_says_so(tmp_path: Path) -> None:
    """A reader of the old state keeps a copy in the log; erasing again, after it ended, finishes."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(f"{url}?timeout=0.1")
    store.append([note(login=SECRET)], START)
    reader = Raw(url)
    reader.run("BEGIN")
    reader.run("SELECT count(*) FROM payloads")
    with pytest.raises(JournalError, match="another process still reads"):
        store.erase([1], at(5), "ana", "request 12")
    reader.close()
    assert store.erase([1], at(5), "ana", "request 12") == 0
    assert not anywhere(tmp_path, SECRET)
    store.close()


def test_erased_logins_are_gone_and_the_grants_stay(tmp_path: Path) -> None:
    """Who an account was can be forgotten; what its id held stays, and another's login is untouched."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    member = membership(AccountId("7"), ACME)
    for hours, login in ((1, "before-marriage"), (2, "after-marriage")):
        logins = {"7": login, "8": "ben"}
        store.observe(snapshot(hours, {member}, logins=logins), digest_of(hours))
    assert store.erase_logins(ACME, [AccountId("7")], at(3), "ana", "request 13") == 2
    assert store.logins(ACME) == {"8": "ben"}
    assert store.grants_at(ACME, at(3)) == {member}
    assert not anywhere(tmp_path, "marriage")
    assert [entry.payload for entry in store.entries(kinds=["erasure"])] == [
        {"accounts": ["7"], "by": "ana", "reason": "request 13"}
    ]
    assert store.verify().verifies
    store.close()
