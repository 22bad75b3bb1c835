"""A plain client for the front, so that a test reads as requests and answers."""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from seatkeeper.forges.simulator.serve import Simulator


class Told(NamedTuple):
    """An answer: status, headers with names in lower case, and the body as JSON."""

    status: int
    headers: dict[str, str]
    body: Any


class Wire:
    """Asks one simulator, by default with the credential that may write."""

    def __init__(self, simulator: Simulator, token: str | None = None, *, timeout: float = 20.0) -> None:
        self._token = simulator.write_token if token is None else token
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", urlsplit(simulator.url).port, timeout=timeout
        )

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Told:
        """Send one request; header names are given with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        text = body if isinstance(body, bytes | None) else json.dumps(body)
        self._connection.request(method, path, text, sent)
        answer = self._connection.getresponse()
        raw = answer.read()
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Told(answer.status, told, json.loads(raw) if raw else None)

    def get(self, path: str, **headers: str) -> Told:
        """GET."""
        return self.ask("GET", path, **headers)

    def graphql(self, query: str, **variables: object) -> Any:
        """The answer's body."""
        return self.ask("POST", "/graphql", {"query": query, "variables": variables}).body

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
