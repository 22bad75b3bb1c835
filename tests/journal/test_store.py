"""The journal through its door: what was appended is there, in order, and answers by kind, run and time."""

from collections.abc import Iterator
from typing import Any

import pytest

from seatkeeper.errors import JournalError
from seatkeeper.journal.chain import GENESIS
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.run import Draft, Entry
from tests.journal.builders import ACME, START, at, held, note, step, story


def seqs(entries: Iterator[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


def test_a_new_journal_is_empty(store: SqlStore) -> None:
    """It has a head that says so, and verifies."""
    assert store.head() == (0, GENESIS)
    assert list(store.entries()) == []
    assert store.last_outcome(ACME) == 0
    assert store.verify().verifies


def test_what_is_appended_is_read_back_as_it_was(store: SqlStore) -> None:
    """Payloads keep their types, letters and order of lists."""
    payload: dict[str, Any] = {
        "login": "Åsa 🪑\u0000",
        "n": -7,
        "x": None,
        "deep": {"b": [True, "é", []], "a": 0.5},
    }
    (entry,) = store.append([Draft("brake", ACME, payload)], at(0.5))
    assert list(store.entries()) == [entry]
    assert (entry.seq, entry.at, entry.payload, entry.previous) == (1, at(0.5), payload, GENESIS)
    assert store.head() == (1, entry.hash)


def test_several_drafts_stand_or_fall_together(store: SqlStore) -> None:
    """One that can't be written takes the others with it, and the store goes on."""
    with pytest.raises(JournalError, match="canonical JSON"):
        store.append([note(), note(when=START)], START)
    assert store.head()[0] == 0
    assert [entry.seq for entry in store.append([note(), note()], START)] == [1, 2]


def test_nothing_to_append_is_nothing_done(store: SqlStore) -> None:
    """No drafts, no entries."""
    assert store.append([], START) == []


def test_an_intent_without_a_lease_is_refused(store: SqlStore) -> None:
    """Who holds no lease has no right to write, and is told before anything happens."""
    for draft in (step("intent"), step("outcome")):
        with pytest.raises(JournalError, match="without a lease"):
            store.append([draft], START)
    with pytest.raises(JournalError, match="lease of 1"):
        store.append([Draft("intent", "2", {})], START, held(store))
    assert store.head()[0] == 0


def test_entries_answer_by_kind_run_change_time_and_place(store: SqlStore) -> None:
    """Each filter alone and all of them together."""
    story(store)
    assert seqs(store.entries(kinds=["intent"])) == [2, 4, 6]
    assert seqs(store.entries(kinds={"brake", "outcome"})) == [1, 3, 5, 7]
    assert seqs(store.entries(kinds=[])) == []
    assert seqs(store.entries(organization="2")) == []
    assert seqs(store.entries(run="run-1", after_seq=5)) == [6, 7]
    assert seqs(store.entries(run="")) == [1]
    assert seqs(store.entries(change="change-1")) == [4, 5]
    assert seqs(store.entries(since=at(1))) == [4, 5, 6, 7]
    both = store.entries(kinds=["outcome"], organization=ACME, run="run-1", change="change-2", since=at(2))
    assert seqs(both) == [7]
    assert store.last_outcome(ACME) == 7
    assert store.last_outcome("2") == 0


def test_many_entries_come_in_pages_while_more_are_appended(store: SqlStore) -> None:
    """A reader may append while it reads; it sees every entry once."""
    store.append([note(n=n) for n in range(1_500)], START)
    seen = []
    for entry in store.entries():
        seen.append(entry.seq)
        if entry.seq == 700:
            store.append([note(n="late")], START)
    assert seen == list(range(1, 1_502))


def test_a_store_opened_again_goes_on_where_it_was(store: SqlStore, store_url: str) -> None:
    """The head survives the process; the schema is made once."""
    story(store)
    head = store.head()
    again = open_store(store_url)
    assert again.head() == head
    assert again.append([note()], START)[0].previous == head[1]
    again.close()
    assert store.verify().verifies
    assert store.head()[0] == 8
