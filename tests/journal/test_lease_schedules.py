"""A thousand schedules of processes that steal, sleep, wake and have wrong clocks: only the holder writes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from seatkeeper.errors import LeaseLost
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.run import Lease
from tests.journal.builders import HOUR, START, step

pytestmark = pytest.mark.slow

SCHEDULES, MOVES = 1_000, 14
WORKERS = ("ana@desk", "ben@desk", "timer@host")
JUMPS = (timedelta(0), timedelta(minutes=5), HOUR, timedelta(days=1), timedelta(days=-1))


@dataclass
class Schedule:
    """Three processes on one organization, and what a plain model says of who holds it."""

    store: SqlStore
    organization: str
    chance: Random
    clocks: dict[str, datetime] = field(default_factory=lambda: dict.fromkeys(WORKERS, START))
    leases: dict[str, Lease] = field(default_factory=dict)
    holder: str = ""
    epoch: int = 0
    until: datetime = START
    written: int = 0
    refused: int = 0

    def move(self) -> None:
        """Somebody does something; a process whose lease was stolen does not know it."""
        worker = self.chance.choice(WORKERS)
        self.clocks[worker] += self.chance.choice(JUMPS)
        act = self.chance.choice([self.take, self.write, self.write, self.keep, self.give_back])
        act(worker, self.clocks[worker])

    def take(self, worker: str, now: datetime) -> None:
        free = self.holder in {"", worker} or self.until <= now
        if not free:
            with pytest.raises(LeaseLost):
                self.store.acquire(self.organization, worker, now, HOUR)
            return
        lease = self.store.acquire(self.organization, worker, now, HOUR)
        self.epoch += 1
        assert lease.epoch == self.epoch
        self.leases[worker], self.holder, self.until = lease, worker, now + HOUR

    def write(self, worker: str, now: datetime) -> None:
        if (lease := self.leases.get(worker)) is None:
            return
        before = self.store.head()
        if self.holds(lease):
            self.store.append([step("intent")._replace(organization=self.organization)], now, lease)
            self.written += 1
            return
        self.refused += 1
        with pytest.raises(LeaseLost):
            self.store.append([step("intent")._replace(organization=self.organization)], now, lease)
        assert self.store.head() == before, "a refusal writes nothing"

    def keep(self, worker: str, now: datetime) -> None:
        if (lease := self.leases.get(worker)) is None:
            return
        if self.holds(lease):
            self.leases[worker] = self.store.renew(lease, now, HOUR)
            self.until = now + HOUR
            return
        with pytest.raises(LeaseLost):
            self.store.renew(lease, now, HOUR)

    def give_back(self, worker: str, now: datetime) -> None:
        del now
        if (lease := self.leases.get(worker)) is not None:
            ours = self.holds(lease)
            self.store.release(lease)
            self.holder = "" if ours else self.holder

    def holds(self, lease: Lease) -> bool:
        """Whether this is the lease in force: nobody took it since, and it was not given back."""
        return (lease.holder, lease.epoch) == (self.holder, self.epoch)


def test_in_a_thousand_schedules_nobody_writes_but_the_holder(tmp_path: Path) -> None:
    """Stolen, paused and resumed, clocks a day off either way: the database refuses, and the chain holds."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    written = refused = 0
    for number in range(SCHEDULES):
        schedule = Schedule(store, str(number), Random(f"lease {number}"))
        for _ in range(MOVES):
            schedule.move()
        written, refused = written + schedule.written, refused + schedule.refused
    assert written > SCHEDULES / 2
    assert refused > SCHEDULES / 10, "schedules in which nobody is refused prove nothing"
    assert store.verify().verifies
    store.close()
