"""A client's side of virtual time: `Clock` over the simulator's control surface."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from urllib.parse import urlsplit

from seatkeeper.errors import ForgeError

CONTROL = "/_sim/clock"


class SimulatorClock:
    """Implements `ports.Clock` against the simulator at `url`.

    A worker keeps a connection of its own, and is registered for as long as
    that is open, so a process that dies does not hold time back.
    """

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or 80
        self._mine = threading.local()
        self._prefix = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        """The world's time, aware and in UTC."""
        return self._ask("GET", None)

    def sleep(self, seconds: float) -> None:
        """Return once the world's time is `seconds` later; 0 or less returns at once."""
        if seconds > 0:
            self._ask("POST", {"sleep": seconds, "thread": self._thread()})

    @contextmanager
    def worker(self) -> Iterator[None]:
        """While open, the world's time waits until this thread sleeps."""
        deep = getattr(self._mine, "deep", 0)
        self._mine.deep = deep + 1
        if deep == 0:
            self._mine.connection = self._connect()
            self._ask("POST", {"worker": "enter", "thread": self._thread()})
        try:
            yield
        finally:
            self._mine.deep = deep
            if deep == 0:
                with suppress(ForgeError):
                    self._ask("POST", {"worker": "leave", "thread": self._thread()})
                self._mine.connection.close()
                self._mine.connection = None

    def _thread(self) -> str:
        name: str | None = getattr(self._mine, "name", None)
        if name is None:
            name = self._mine.name = f"{self._prefix}-{next(self._numbers)}"
        return name

    def _ask(self, method: str, body: dict[str, object] | None) -> datetime:
        own: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        connection = own or self._connect()
        try:
            connection.request(method, CONTROL, json.dumps(body) if body is not None else None)
            told = json.loads(connection.getresponse().read())
            return datetime.fromisoformat(told["now"])
        except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
            raise ForgeError(
                f"the simulator at {self._host}:{self._port} does not tell the time: {error}",
                remedy="start it again with `seatkeeper simulate`",
            ) from error
        finally:
            if own is None:
                connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port)
