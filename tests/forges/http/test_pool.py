"""A few threads read at the same time, and take part in time while they do."""

import threading

import pytest

from seatkeeper.forges.http.pool import Pool
from tests.forges.http.hostile import Hourglass


def test_results_come_in_the_order_asked_and_workers_take_part_in_time() -> None:
    """Whoever finishes first."""
    clock = Hourglass()
    gate = threading.Barrier(2)

    def task(n: int) -> int:
        gate.wait(5)
        return n

    assert Pool(clock, 2).run([lambda: task(1), lambda: task(2)]) == [1, 2]
    assert clock.workers == 2


def test_an_error_comes_out_after_the_others_have_ended() -> None:
    """Nobody is left writing into what the caller already gave up."""
    done: list[int] = []

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Pool(Hourglass(), 2).run([fail, lambda: done.append(1), lambda: done.append(2)])
    assert sorted(done) == [1, 2]
    assert Pool(Hourglass(), 2).run([]) == []
