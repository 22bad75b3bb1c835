"""Virtual time: it moves only when everybody who takes part in it sleeps."""

from __future__ import annotations

import heapq
import itertools
from datetime import UTC, datetime, timedelta
from threading import Condition, local
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Timeline:
    """One clock for a whole world, shared by every client thread.

    A registered worker holds time back until it sleeps; whoever sleeps
    without being registered takes part just for that sleep. What is due
    (`at`) happens in order of time, before anybody who wakes then looks.
    """

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        self._now = start
        self._condition = Condition()
        self._workers: set[str] = set()
        self._sleepers: dict[int, tuple[str, datetime]] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._happening = local()

    def now(self) -> datetime:
        """The world's time, aware and in UTC; to something that happens late, the time it was due."""
        return getattr(self._happening, "when", None) or self._now

    def at(self, when: datetime, action: Callable[[], None]) -> None:
        """Have `action` happen at `when`: run by `due`, under the world's lock."""
        heapq.heappush(self._agenda, (when, next(self._numbers), action))

    def due(self) -> None:
        """Do what has come due. The caller holds the world's lock."""
        outer = getattr(self._happening, "when", None)
        until = self.now()
        try:
            while self._agenda and self._agenda[0][0] <= until:
                when, _, action = heapq.heappop(self._agenda)
                self._happening.when = when
                action()
        finally:
            self._happening.when = outer

    def advance(self, seconds: float) -> datetime:
        """Move time on whoever is awake, and wake those whose time has come."""
        with self._condition:
            self._wake(self._now + timedelta(seconds=seconds))
            return self._now

    def enter(self, worker: str) -> None:
        """Hold time back until this worker sleeps or leaves."""
        with self._condition:
            self._workers.add(worker)

    def leave(self, worker: str) -> None:
        """Let time go on without this worker; leaving twice is no error."""
        with self._condition:
            self._workers.discard(worker)
            self._move()

    def sleep(self, seconds: float, worker: str) -> datetime:
        """Return once the world's time is `seconds` later."""
        if seconds <= 0:
            return self._now
        with self._condition:
            ticket = next(self._numbers)
            self._sleepers[ticket] = (worker, self._now + timedelta(seconds=seconds))
            self._move()
            while ticket in self._sleepers:
                self._condition.wait()
            return self._now

    def _move(self) -> None:
        asleep = {worker for worker, _ in self._sleepers.values()}
        if asleep and self._workers <= asleep:
            self._wake(min(until for _, until in self._sleepers.values()))

    def _wake(self, now: datetime) -> None:
        self._now = max(now, self._now)
        for ticket, (_, until) in list(self._sleepers.items()):
            if until <= self._now:
                del self._sleepers[ticket]
        self._condition.notify_all()
