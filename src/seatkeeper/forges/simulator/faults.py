"""Faults on demand: which request they meet, and what goes wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal, get_args

FaultKind = Literal[
    "status",
    "html",
    "truncated",
    "hang",
    "reset",
    "reset-after",
    "empty-page",
    "repeat-page",
    "wrong-total",
    "partial-sso",
    "redirect",
    "slow",
    "rate-limited",
    "secondary-limit",
    "missing-scope",
    "revoked",
]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with the `nth` matching request, and with `times` in a row (0: ever after).

    `path` is a regular expression for the whole path, `query` one searched in
    the query string, `contains` a text in the body. `status`, `body` and
    `headers` shape the answer of kind ``status``; `seconds` is what ``slow``
    and ``hang`` last in real time; `amount` is what ``wrong-total`` adds.
    """

    kind: FaultKind
    method: str = "*"
    path: str = ".*"
    query: str = ""
    contains: str = ""
    nth: int = 1
    times: int = 1
    status: int = 503
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    amount: int = 1
    met: int = 0
    fired: int = 0

    def meets(self, method: str, path: str, query: str, body: bytes) -> bool:
        """Whether this request is of the kind the fault waits for."""
        return (
            self.method in ("*", method)
            and re.fullmatch(self.path, path) is not None
            and re.search(self.query, query) is not None
            and self.contains.encode() in body
        )


class Faults:
    """The faults that wait for their request, in the order in which they were added."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []
        self._lock = Lock()

    def add(self, kind: FaultKind, **how: object) -> Fault:
        """Have something go wrong; the fields of `Fault` say when and how."""
        if kind not in get_args(FaultKind):
            raise ValueError(f"{kind} is no kind of fault; there are {', '.join(get_args(FaultKind))}")
        fault = Fault(kind, **how)  # type: ignore[arg-type]  # checked by the dataclass's own names
        with self._lock:
            self._queue.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._queue.clear()

    def next(self, method: str, path: str, query: str, body: bytes) -> Fault | None:
        """The fault for this request, if one is due; every fault it meets counts it."""
        if not self._queue:
            return None
        due = None
        with self._lock:
            for fault in self._queue:
                if not fault.meets(method, path, query, body):
                    continue
                fault.met += 1
                waits = fault.met < fault.nth
                spent = fault.times and fault.met >= fault.nth + fault.times
                if due is None and not waits and not spent:
                    due = fault
            if due is not None:
                due.fired += 1
        return due
