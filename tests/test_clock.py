"""The machine's time, in the one shape the source uses."""

import time
from datetime import UTC, timedelta

import pytest

from seatkeeper.clock import SystemClock
from seatkeeper.ports import Clock


def test_the_system_clock_tells_aware_utc() -> None:
    """A time that is not aware could be taken for another zone's."""
    clock: Clock = SystemClock()

    assert clock.now().tzinfo is UTC
    assert timedelta(0) <= clock.now() - clock.now() + timedelta(seconds=1) <= timedelta(seconds=1)


@pytest.mark.parametrize("seconds", [0, -5])
def test_no_time_to_sleep_returns_at_once(seconds: float) -> None:
    """Zero or less is no wait."""
    before = time.monotonic()
    SystemClock().sleep(seconds)

    assert time.monotonic() - before < 1


def test_sleeping_takes_the_time_it_was_told() -> None:
    """As a worker or not, a sleep lasts at least so long."""
    clock = SystemClock()
    before = time.monotonic()
    with clock.worker():
        clock.sleep(0.02)

    assert time.monotonic() - before >= 0.02
