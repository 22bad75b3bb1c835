"""What a database said, under the name of what happened, with the command to type next."""

import sqlite3
from typing import NamedTuple

from seatkeeper.errors import JournalBroken, JournalError, LeaseLost

STALE_EPOCH = "stale epoch:"
"""How the triggers' refusals of a writer who lost the lease begin."""


class _Case(NamedTuple):
    error: type[JournalError]
    what: str
    remedy: str


_FULL = _Case(
    JournalError,
    "The disk under the store {store} is full; nothing was written",
    "Make room there, then type the same command again.",
)
_LOCKED = _Case(
    JournalError,
    "The store {store} is locked by another process",
    "Wait until that process is done, then type the same command again.",
)
_READ_ONLY = _Case(
    JournalError,
    "The store {store} can't be written: it is read-only for this user",
    "Give this user the right to write the file and its folder, then type the same command again.",
)
_UNREACHABLE = _Case(
    JournalError,
    "The store {store} can't be reached",
    "Check `store:` in seatkeeper.yaml, then type `seatkeeper check`.",
)
_FOREIGN = _Case(
    JournalBroken,
    "The store {store} is not a database, or its file was overwritten",
    "Check `store:` in seatkeeper.yaml; if the path is right, bring the file back from its second place; "
    "then type `seatkeeper verify`.",
)
_DAMAGED = _Case(
    JournalBroken,
    "The store {store} is damaged",
    "Keep a copy of the file, then type `seatkeeper verify`.",
)
_DISK = _Case(
    JournalError,
    "The disk under the store {store} could not be read or written",
    "Mend the disk, then type `seatkeeper verify` and `seatkeeper status`.",
)
_OTHER = _Case(
    JournalError,
    "The store {store} refused",
    "Type `seatkeeper verify`; if it verifies, please report this.",
)

_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _UNREACHABLE,
    "SQLITE_NOTADB": _FOREIGN,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_IOERR": _DISK,
}

_POSTGRESQL = {
    "53100": _FULL,
    "55P03": _LOCKED,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "58030": _DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}


def named(cause: BaseException, store: str) -> JournalError:
    """The error of ours that a driver's error means; `store` is its label, without a password."""
    said = " ".join(str(cause).split())
    if STALE_EPOCH in said:
        return LeaseLost(
            "Another process took the organization over; nothing more was written by this one.",
            arithmetic=said[said.index(STALE_EPOCH) :].split(" CONTEXT:")[0],
            remedy="Type `seatkeeper status` to see who holds it and what is done.",
        )
    case = _case(cause)
    return case.error(f"{case.what.format(store=store)}: {said}.", remedy=case.remedy)


def _case(cause: BaseException) -> _Case:
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        family = "_".join(str(name).split("_")[:2])
        return _SQLITE.get(family, _OTHER)
    if isinstance(cause, UnicodeDecodeError):
        return _DAMAGED
    if isinstance(cause, sqlite3.Error):
        # Without SQLite's own name it is the driver that could not make sense of what it read.
        return _DAMAGED if isinstance(cause, sqlite3.OperationalError) else _OTHER
    state = getattr(cause, "sqlstate", None)
    if state is None and type(cause).__name__ in ("OperationalError", "ConnectionTimeout"):
        return _UNREACHABLE
    if state is not None and (state.startswith(("08", "28")) or state in ("3D000", "57P01")):
        return _UNREACHABLE
    return _POSTGRESQL.get(state or "", _OTHER)
