"""A world on a port: inside a test, or in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from seatkeeper.forges.simulator.server import Server

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.world import World


class Simulator:
    """Serves `world` from a thread while open. `port` 0 takes any free one.

    The front answers at `url`, for two credentials: `read_token` can do
    nothing but read; `write_token` is a site administrator's where that is said.
    Stop it by leaving the context, or with `stop`.
    """

    def __init__(self, world: World, port: int = 0, *, site_admin: bool = False) -> None:
        self.world = world
        with world.lock:
            self.read_token, self.write_token = world.standard_tokens(site_admin=site_admin)
        self._server = Server(world, port)
        self.url = self._server.url
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="simulator", daemon=True)

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.stop()

    def stop(self) -> None:
        """Stop serving, and hang up on every client."""
        self._server.stop()
        self._thread.join()

    def announcement(self) -> dict[str, str]:
        """What a client needs to know."""
        return {
            "url": self.url,
            "read_token": self.read_token,
            "write_token": self.write_token,
            "organization": self.world.organization_login,
            "organization_id": self.world.organization_id,
            "regime": self.world.regime,
            "control": f"{self.url}/_sim/",
        }

    def wait(self) -> None:
        """Stay until somebody stops it."""
        self._thread.join()


def run(world: World, port: int, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; `announce` is given one line of JSON once the port is open."""
    with Simulator(world, port) as simulator:
        announce(json.dumps(simulator.announcement()))
        try:
            simulator.wait()
        except KeyboardInterrupt:
            return
