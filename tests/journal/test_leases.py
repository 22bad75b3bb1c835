"""One process at a time may write to an organization, and the database says which."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from seatkeeper.errors import LeaseLost
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.run import Lease
from tests.journal.builders import ACME, HOUR, START, at, held, note, step


def test_a_running_lease_keeps_others_out(store: SqlStore) -> None:
    """The second is told who holds it, and until when."""
    held(store)
    with pytest.raises(LeaseLost, match="ana@desk") as refusal:
        store.acquire(ACME, "ben@desk", at(0.5), HOUR)
    assert "2026-03-01T07:00" in refusal.value.arithmetic
    assert refusal.value.exit_code == 8
    assert store.acquire("2", "ben@desk", at(0.5), HOUR).epoch == 1


def test_each_taking_has_a_greater_epoch(store: SqlStore) -> None:
    """After release, after the end, and by the same holder again."""
    first = held(store)
    assert first == Lease(ACME, "ana@desk", 1, at(1))
    store.release(first)
    second = store.acquire(ACME, "ben@desk", at(0.1), HOUR)
    assert second.epoch == 2
    assert store.acquire(ACME, "ben@desk", at(0.2), HOUR).epoch == 3
    assert store.acquire(ACME, "ana@desk", at(1.2), HOUR).epoch == 4


def test_a_lease_is_kept_by_renewing_it(store: SqlStore) -> None:
    """Renewed in time, nobody gets in between."""
    lease = store.renew(held(store), at(0.9), HOUR)
    assert lease.until == at(1.9)
    with pytest.raises(LeaseLost):
        store.acquire(ACME, "ben@desk", at(1.5), HOUR)


def test_a_lease_that_was_taken_over_can_not_be_renewed_or_released(store: SqlStore) -> None:
    """Who slept too long learns it, and disturbs nobody."""
    old = held(store)
    new = store.acquire(ACME, "ben@desk", at(1), HOUR)
    with pytest.raises(LeaseLost, match="ben@desk"):
        store.renew(old, at(1), HOUR)
    store.release(old)
    assert store.renew(new, at(1.5), HOUR).epoch == new.epoch


def test_a_lease_given_back_can_not_be_renewed(store: SqlStore) -> None:
    """Release is final."""
    lease = held(store)
    store.release(lease)
    store.release(lease)
    with pytest.raises(LeaseLost, match="nobody"):
        store.renew(lease, START, HOUR)


def test_a_paused_process_that_wakes_up_writes_nothing(store: SqlStore) -> None:
    """The zombie's intent is refused by its epoch, and the store goes on for the living."""
    old = held(store)
    store.append([step("intent")], START, old)
    new = store.acquire(ACME, "ben@desk", at(2), HOUR)
    with pytest.raises(LeaseLost, match="took the organization over"):
        store.append([step("outcome")], at(2), old)
    with pytest.raises(LeaseLost):
        store.append([note()], at(2), old)
    store.append([step("outcome", result="unknown")], at(2), new)
    assert store.head()[0] == 2
    assert store.verify().verifies


def test_of_many_who_ask_at_once_one_gets_it(store: SqlStore) -> None:
    """The taking is one statement of the database."""

    def ask(number: int) -> int:
        try:
            return store.acquire(ACME, f"worker-{number}", START, timedelta(minutes=1)).epoch
        except LeaseLost:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(8))) == [0] * 7 + [1]
