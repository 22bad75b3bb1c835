"""HTTP/1.1 on a real port: a thread a connection, kept alive, no delay, no needless parsing."""

from __future__ import annotations

import ipaddress
import json
import socket
import socketserver
import struct
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit

from seatkeeper.forges.simulator.control import PREFIX, Control
from seatkeeper.forges.simulator.exchange import JSON_TYPE, Reply, exchange
from seatkeeper.forges.simulator.github_front.call import Answer, Request
from seatkeeper.forges.simulator.github_front.front import GitHubFront

if TYPE_CHECKING:
    from io import BufferedReader

    from seatkeeper.forges.simulator.world import World

PHRASES = {status.value: status.phrase for status in HTTPStatus}
HEADER_LINES_MAX = 200
SLOW_PIECES = 10


class Server(socketserver.ThreadingTCPServer):
    """Serves one world on the loopback address."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, world: World, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.world = world
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.front = GitHubFront(world, self.url)
        self.open: set[socket.socket] = set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is nobody's error; anything else is shown."""
        import sys  # noqa: PLC0415  # only on the way out of an error

        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as the library calls it

    def stop(self) -> None:
        """Stop serving, and hang up on every client."""
        self.shutdown()
        self.server_close()
        for connection in tuple(self.open):
            _hang_up(connection)


class Connection(socketserver.BaseRequestHandler):
    """One client's connection, from its first request to its last."""

    request: socket.socket

    def handle(self) -> None:
        """Answer requests until either side closes."""
        server = cast("Server", self.server)
        connection = self.request
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.open.add(connection)
        control = Control(server.world)
        reader = cast("BufferedReader", connection.makefile("rb", 65536))
        try:
            while (request := read_request(reader)) is not None:
                if not self._serve(server, control, request):
                    break
        except OSError:
            return
        finally:
            control.close()
            server.open.discard(connection)
            reader.close()

    def _serve(self, server: Server, control: Control, request: Request) -> bool:
        if request.path.startswith(PREFIX):
            local = ipaddress.ip_address(self.client_address[0]).is_loopback
            answer = control.answer(request) if local else Answer(403, {"message": "loopback only"})
            self.request.sendall(wire(request, answer))
            return True
        return send(self.request, request, exchange(server.front, request))


def read_request(reader: BufferedReader) -> Request | None:
    """The next request, or None when the client has gone or speaks no HTTP."""
    line = reader.readline(65537).decode("latin-1").split()
    if len(line) != 3:  # noqa: PLR2004  # method, target, version
        return None
    headers: dict[str, str] = {}
    for _ in range(HEADER_LINES_MAX):
        name, _, value = reader.readline(65537).decode("latin-1").partition(":")
        if not name.strip():
            break
        headers[name.lower()] = value.strip()
    target = urlsplit(line[1])
    body = _body(reader, headers)
    return Request(line[0], target.path or "/", dict(parse_qsl(target.query)), headers, body)


def _body(reader: BufferedReader, headers: dict[str, str]) -> bytes:
    if "chunked" not in headers.get("transfer-encoding", "").lower():
        return reader.read(int(headers.get("content-length") or 0))
    pieces = []
    while size := int(reader.readline().partition(b";")[0].strip() or b"0", 16):
        pieces.append(reader.read(size))
        reader.readline()
    reader.readline()
    return b"".join(pieces)


def wire(request: Request, answer: Answer) -> bytes:
    """The answer as bytes."""
    body = answer.body
    if body is None:
        body = b""
    elif not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = dict(answer.headers)
    if body:
        headers.setdefault("Content-Type", JSON_TYPE)
    lines = [f"HTTP/1.1 {answer.status} {PHRASES.get(answer.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if answer.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if request.method == "HEAD" else head + body


def send(connection: socket.socket, request: Request, reply: Reply) -> bool:
    """Send a reply in its manner; False when the connection ends with it."""
    if reply.manner == "whole":
        connection.sendall(wire(request, reply.answer))
        return request.headers.get("connection", "").lower() != "close"
    if reply.manner == "hang":
        time.sleep(reply.seconds)
    elif reply.manner == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif reply.manner == "truncated":
        text = wire(request, reply.answer)
        body = reply.answer.body
        connection.sendall(text[: len(text) - len(body) // 2] if isinstance(body, bytes) and body else text)
    else:
        text = wire(request, reply.answer)
        step = len(text) // SLOW_PIECES + 1
        for start in range(0, len(text), step):
            time.sleep(reply.seconds / SLOW_PIECES)
            connection.sendall(text[start : start + step])
        return True
    return False


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
