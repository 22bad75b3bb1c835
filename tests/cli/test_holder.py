"""Whoever was killed can't give a lease back; whoever types the command again need not wait."""

import subprocess
import sys

import pytest

from seatkeeper.cli.holder import _machine, held
from seatkeeper.errors import LeaseLost


def taken_by(holder: str) -> list[str]:
    """Who asked for a lease that `holder` has, in order."""
    asked: list[str] = []

    def carry(name: str) -> None:
        asked.append(name)
        if name != holder:
            raise LeaseLost("held", holder=holder)

    held(carry)
    return asked


def test_the_lease_of_a_process_here_that_died_is_taken_over_under_its_name() -> None:
    """Its number is nobody's any more, in the same room of numbers."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = f"{_machine()}:{child.pid}"

    assert taken_by(dead)[-1] == dead


@pytest.mark.parametrize(
    "holder", ["elsewhere:pid:[1]:999999", f"{_machine()}:1", "", "odd", f"{_machine()}:x"]
)
def test_a_lease_of_anybody_who_may_be_alive_is_waited_for(holder: str) -> None:
    """Another machine, another room of numbers, a living process, or a name that says nothing."""
    with pytest.raises(LeaseLost):
        taken_by(holder)
