"""The connector against the simulator without a wire, and everything that can go wrong between them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import httpx2

from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.github.writer import GitHubWriter
from seatkeeper.forges.simulator.exchange import exchange
from seatkeeper.forges.simulator.github_front.call import Request
from seatkeeper.forges.simulator.github_front.front import GitHubFront
from seatkeeper.forges.simulator.server import wire
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import ForgeName
from tests.restoring.memory import WorldClock
from tests.restoring.wire import WireForge

API = "http://127.0.0.1:1"
READS = "GET"


@dataclass
class Ask:
    """One request under way; `answer` has the forge take it and gives what it says."""

    wireless: "Wireless"
    request: httpx2.Request
    before: httpx2.Response | None

    def answer(self) -> httpx2.Response:
        """What the forge says; it has done what was asked by then."""
        return self.wireless.take(self.request)

    @property
    def query(self) -> bool:
        """True for a GraphQL query: a POST that only reads."""
        return self.request.url.path.endswith("/graphql")

    @property
    def writes(self) -> bool:
        """True for a request that changes something."""
        return not self.query and self.request.method != READS

    @property
    def now(self) -> datetime:
        """The forge's time."""
        return self.wireless.world.now()

    def hold(self, seconds: float, *, all_of_it: bool = True) -> None:
        """The forge has asked to be left alone for so long, or only its REST API or its GraphQL."""
        until = self.now + timedelta(seconds=seconds)
        for query in (True, False) if all_of_it else (self.query,):
            self.wireless.held_until[query] = until


Fault = Callable[[Ask], httpx2.Response]


@dataclass
class Wireless(httpx2.BaseTransport):
    """Hands each request to the simulator's front; `fault` meets the `nth`, or all from there on.

    `early` are the requests that came before the forge wanted to be asked again; `sent` every
    request that changes something, and whether the answer said that it was not taken.
    """

    world: World
    fault: Fault | None = None
    nth: int = 0
    ever: bool = False
    asked: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    sent: list[tuple[str, bool]] = field(default_factory=list)
    held_until: dict[bool, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.front = GitHubFront(self.world, API)
        self._last: dict[str, httpx2.Response] = {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx."""
        request.read()
        name = named(request)
        self.asked.append(name)
        ask = Ask(self, request, self._last.get(name))
        if ask.query in self.held_until and self.world.now() < self.held_until[ask.query]:
            self.early.append(name)
        met = self.fault is not None and (
            len(self.asked) >= self.nth if self.ever else len(self.asked) == self.nth
        )
        wrote = ask.writes
        taken = True
        try:
            answer = self.fault(ask) if met and self.fault is not None else ask.answer()
            taken = answer.status_code not in {429, 403}
            self._last[name] = answer
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            taken = False
            raise
        finally:
            if wrote:
                self.sent.append((name, taken))
        return answer

    def take(self, request: httpx2.Request) -> httpx2.Response:
        """The forge's own answer."""
        url = request.url
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(
            request.method, url.path, dict(parse_qsl(url.query.decode())), headers, request.content
        )
        return parsed(wire(asked, exchange(self.front, asked).answer))


def named(request: httpx2.Request) -> str:
    """A request in words: its method and path, or the name of its query."""
    if request.url.path.endswith("/graphql"):
        return request.content.decode().partition("query ")[2].partition("(")[0].strip(' "{')
    return f"{request.method} {request.url.path}"


def parsed(raw: bytes) -> httpx2.Response:
    """An answer off the wire."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return httpx2.Response(int(first.split()[1]), headers=headers, content=body)


@contextmanager
def unwired(world: World) -> Iterator[tuple[WireForge, Wireless]]:
    """Reader and writer of the connector on this world, one thread, the world's own time."""
    line, clock = Wireless(world), WorldClock(world)
    read, write = world.standard_tokens()

    def connection(token: str) -> dict[str, object]:
        return {
            "forge": ForgeName("acme"), "api": API, "organization": world.organization_login,
            "token": Secret(token), "clock": clock, "workers": 1,
        }  # fmt: skip

    reader = GitHubReader(**connection(read))  # type: ignore[arg-type]  # as spelt above
    writer = GitHubWriter(**connection(write))  # type: ignore[arg-type]  # likewise
    for end in (reader, writer):
        http = end._http
        headers = http._client.headers
        http._client.close()
        http._client = httpx2.Client(transport=line, headers=headers)
    forge = WireForge(world, reader, writer, clock, reader.capabilities)
    try:
        yield forge, line
    finally:
        forge.close()
