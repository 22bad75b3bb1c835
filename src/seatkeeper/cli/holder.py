"""Who holds the lease: this process; and a process that is no more holds nothing."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from seatkeeper.errors import LeaseLost

T = TypeVar("T")


def held(carry: Callable[[str], T], *, at_once: bool = False) -> T:
    """Do what needs the lease under this process's name, or under that of a process here that has died.

    Whoever was killed can't give its lease back; whoever types the command
    again need not wait for it to run out. A process anywhere else may be
    alive however silent it is, so its lease is waited for; a revocation takes it
    `at_once`, and whoever had it stops before its next step, as at a brake.
    """
    try:
        return carry(f"{_machine()}:{os.getpid()}")
    except LeaseLost as lost:
        if not (lost.holder and at_once) and not _died(lost.holder):
            raise
        return carry(lost.holder)


def _machine() -> str:
    """This machine and the room of process numbers: in another room the same number is somebody else."""
    try:
        room = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        room = "pid"
    return f"{socket.gethostname()}:{room}"


def _died(holder: str) -> bool:
    machine, _, number = holder.rpartition(":")
    if machine != _machine() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
