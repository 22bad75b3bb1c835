"""Virtual time over the wire: it moves only when every client thread sleeps."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from seatkeeper.errors import ForgeError
from seatkeeper.forges.simulator.clock import SimulatorClock
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World


def test_a_lone_sleeper_wakes_at_once_and_later(simulator: Simulator) -> None:
    """An hour should pass for the world, and next to nothing for us."""
    clock = SimulatorClock(simulator.url)
    began, really = clock.now(), time.monotonic()
    clock.sleep(3600)
    assert clock.now() == began + timedelta(hours=1)
    assert time.monotonic() - really < 5


def test_no_sleep_is_no_request(simulator: Simulator) -> None:
    """Sleeping for nothing or less should return without moving time."""
    clock = SimulatorClock(simulator.url)
    began = clock.now()
    clock.sleep(0)
    clock.sleep(-5)
    assert clock.now() == began


def test_time_waits_for_a_worker_that_is_awake(simulator: Simulator) -> None:
    """While a registered worker is busy, another's sleep should not end."""
    clock = SimulatorClock(simulator.url)
    woke = threading.Event()

    def sleeper() -> None:
        clock.sleep(60)
        woke.set()

    with clock.worker():
        thread = threading.Thread(target=sleeper)
        thread.start()
        assert not woke.wait(0.2)
        clock.sleep(10)
        assert not woke.wait(0.2)
    assert woke.wait(5)
    thread.join()


def test_workers_wake_in_the_order_of_their_times(simulator: Simulator, world: World) -> None:
    """Several workers sleeping different times should see one consistent clock."""
    clock = SimulatorClock(simulator.url)
    began = world.now()
    ready = threading.Barrier(4)

    def work(step: int) -> list[float]:
        with clock.worker():
            ready.wait()
            seen = []
            for _ in range(5):
                clock.sleep(step)
                seen.append((clock.now() - began).total_seconds())
            return seen

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(work, (1, 2, 3, 5)))
    assert seen == [[step * n for n in range(1, 6)] for step in (1, 2, 3, 5)]
    assert (world.now() - began).total_seconds() == 25


def test_a_worker_inside_a_worker_is_one_worker(simulator: Simulator) -> None:
    """Leaving the inner block should not let time go on without the thread."""
    clock = SimulatorClock(simulator.url)
    other = SimulatorClock(simulator.url)
    woke = threading.Event()

    def sleeper() -> None:
        other.sleep(60)
        woke.set()

    with clock.worker():
        with clock.worker():
            pass
        thread = threading.Thread(target=sleeper)
        thread.start()
        assert not woke.wait(0.2)
    assert woke.wait(5)
    thread.join()


def test_a_worker_that_dies_does_not_hold_time_back(simulator: Simulator) -> None:
    """When a client's connection closes, its workers should be gone from time."""
    dead = SimulatorClock(simulator.url)
    begun = dead.worker()
    begun.__enter__()
    dead._mine.connection.close()
    SimulatorClock(simulator.url).sleep(60)


def test_no_simulator_is_a_named_error(world: World) -> None:
    """A clock whose simulator is gone should say so, and what to type."""
    with Simulator(world) as simulator:
        clock = SimulatorClock(simulator.url)
        clock.now()
    with pytest.raises(ForgeError, match="does not tell the time") as told:
        clock.now()
    assert "seatkeeper simulate" in told.value.remedy


def test_what_comes_due_happens_before_the_sleeper_looks(simulator: Simulator, world: World) -> None:
    """An event inside a sleep should have happened when the sleep ends."""
    happened: list[str] = []
    world.later(30, lambda: happened.append("yes"))
    SimulatorClock(simulator.url).sleep(60)
    world.advance(0)
    assert happened == ["yes"]
