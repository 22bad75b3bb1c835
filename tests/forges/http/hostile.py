"""A forge on a real socket that answers as it is told to, and a clock that only moves when slept on."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from seatkeeper.config.secrets import Secret
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.limiter import Patience

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Hourglass:
    """A clock whose time is what was slept on it; safe for several threads."""

    def __init__(self) -> None:
        self.time = START
        self.slept: list[float] = []
        self.workers = 0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            with self._lock:
                self.slept.append(seconds)
                self.time += timedelta(seconds=seconds)

    @contextmanager
    def worker(self) -> Iterator[None]:
        with self._lock:
            self.workers += 1
        yield

    @property
    def waited(self) -> float:
        return sum(self.slept)


Reply = Response | Callable[[Request], Response]


def told(body: object, status: int = 200, **headers: str) -> Response:
    """A JSON answer; header names with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, content_type="application/json; charset=utf-8")


def page(html: str = "<html>sign in</html>", status: int = 200) -> Response:
    """An answer of something that stands in front of the forge."""
    return Response(html, status, content_type="text/html")


@dataclass
class Script:
    """What the forge answers, in order, the last one for ever; and what it was asked."""

    server: HTTPServer
    replies: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    clock: Hourglass = field(default_factory=Hourglass)

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.full_path.rstrip('?')}")
        self.at.append(self.clock.now())
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return copy(reply) if isinstance(reply, Response) else reply(request)

    @property
    def url(self) -> str:
        return str(self.server.url_for("")).rstrip("/")

    def http(self, patience: Patience | None = None, headers: Mapping[str, str] | None = None) -> Http:
        return Http(
            api=self.url,
            token=Secret(TOKEN),
            clock=self.clock,
            headers=headers or {"x-github-api-version": "2022-11-28"},
            write_seconds=1.0,
            patience=patience or Patience(),
        )


def copy(reply: Response) -> Response:
    """A fresh response: werkzeug's may be sent once only."""
    return Response(reply.get_data(), reply.status_code, reply.headers)
