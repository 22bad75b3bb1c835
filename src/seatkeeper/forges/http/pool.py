"""The few threads that read at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from seatkeeper.ports import Clock

T = TypeVar("T")


class Pool:
    """Runs tasks on at most `workers` threads, each taking part in time while it works.

    The calling thread only waits, so it must not itself be inside
    ``clock.worker()``: virtual time would wait for it while it waits for us.
    """

    def __init__(self, clock: Clock, workers: int) -> None:
        self._clock = clock
        self._workers = max(1, workers)

    def run(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """What each task returned, in the order given; the first error only after all have ended."""
        if not tasks:
            return []
        with ThreadPoolExecutor(max_workers=min(self._workers, len(tasks))) as threads:
            futures = [threads.submit(self._work, task) for task in tasks]
        return [future.result() for future in futures]

    def _work(self, task: Callable[[], T]) -> T:
        with self._clock.worker():
            return task()
