"""Prism between a client and the front: every answer is held against GitHub's description on its way."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.packages import environment, node

START_SECONDS = 120.0


@contextmanager
def prism(modules: Path, description: Path, upstream: str, log: Path) -> Iterator[int]:
    """The port of a validating proxy before `upstream`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    program = str(modules / "@stoplight/prism-cli/dist/index.js")
    command = [
        str(node()),
        program,
        "proxy",
        str(description),
        upstream,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with log.open("wb") as out:
        running = subprocess.Popen(command, env=environment(), stdout=out, stderr=out)
        try:
            _wait(running, port, log)
            yield port
        finally:
            running.terminate()
            running.wait(20)


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"Prism did not start: {log.read_text()[-2000:]}")
