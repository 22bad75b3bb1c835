"""Sends a request and judges what came back.

A read is asked again, a bounded number of times, when the connection fails or
the forge stumbles. A write goes out once: it is sent again only when it never
left us, or when the forge said that it did not take it. Where neither is
known, `Uncertain` is raised and the caller reads before anything else.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from threading import Lock
from typing import Final, Literal, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx2

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import ConfigurationError, ForgeError, Uncertain, Unintelligible
from seatkeeper.forges.http.answers import Answer, Raw, limited, understood, whole
from seatkeeper.forges.http.bearer import Bearer, Fixed
from seatkeeper.forges.http.limiter import Bucket, Limiter, Patience
from seatkeeper.forges.http.redaction import redact
from seatkeeper.forges.http.way import LOOPBACK, obstacle, way
from seatkeeper.ports import Clock

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

TIMEOUT: Final = httpx2.Timeout(30.0, connect=10.0)
HOPS: Final = 3
UNSENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
DEFAULT_PATIENCE: Final = Patience()
JSON_TYPE: Final = {"content-type": "application/json"}


class Request(NamedTuple):
    """One request; `sent` names it in messages, `writes` is what the forge would call changing."""

    method: Method
    url: str
    content: bytes | None
    bucket: Bucket
    writes: bool
    sent: str


class Lost(NamedTuple):
    """No answer came: `sent` tells whether the request may have left us."""

    sent: bool
    why: str


Again = Callable[[Raw], str]
"""Why a yes is no answer yet and must be asked again; empty when it stands."""


class Http:
    """One forge's API with one credential. Threads may share it.

    `api` is the API's address; anything but HTTPS is refused except on this
    machine. `headers` go with every request. `patience` bounds all waiting.
    `way` says how the forge is reached.
    """

    def __init__(
        self,
        *,
        api: str,
        token: Secret | Bearer,
        clock: Clock,
        headers: Mapping[str, str],
        write_seconds: float,
        ca_file: str | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        connections: int = 8,
    ) -> None:
        self.api = api.rstrip("/")
        self.way = way(self.api, ca_file)
        self.bearer: Bearer = Fixed(token) if isinstance(token, Secret) else token
        self._token = token if isinstance(token, Secret) else Secret("")
        self._clock = clock
        self._patience = patience
        self._limiter = Limiter(clock, write_seconds=write_seconds, patience=patience)
        self._one_query = Lock()
        self._origin = _origin(self.api)
        secure = self._origin[0] == "https"
        if not secure and self._origin[1] not in LOOPBACK:
            raise ConfigurationError(
                f"{redact(self.api, self._token)} would send the token in the clear",
                remedy="write `api: https://…`; plain http is for this machine only",
            )
        self._client = httpx2.Client(
            headers={"user-agent": "seatkeeper", **headers},
            timeout=TIMEOUT,
            verify=_trust(ca_file) if secure else _trust_nobody(),
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            mounts={f"all://{'[::1]' if host == '::1' else host}": None for host in LOOPBACK},
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
        self.bearer.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET a path of the API, or an address it gave us itself."""
        url = path if path.startswith("http") else self.api + path
        if params:
            url = str(httpx2.URL(url, params=dict(params)))
        if _origin(url) != self._origin:
            raise Unintelligible(f"the forge points to another host: {redact(url, self._token)}")
        return self.read(Request("GET", url, None, "core", writes=False, sent=f"GET {self._path(url)}"))

    def write(self, method: Method, path: str, body: object = None) -> Answer:
        """Change something, once.

        Raises `Refused` or another error of the answer when the forge said no,
        `RateLimited` when it did not take the request and asks for too long a
        wait, `Uncertain` when the request left and nobody can say what became of it.
        """
        content = None if body is None else json.dumps(body).encode()
        request = Request(method, self.api + path, content, "core", writes=True, sent=f"{method} {path}")
        unsent = refused = 0
        while True:
            self._limiter.enter(request.bucket, writes=True)
            raw = self._exchange(request)
            if isinstance(raw, Lost):
                if raw.sent:
                    raise _uncertain(request, raw.why)
                unsent += 1
                self._back_off(request, raw.why, unsent)
            elif limited(raw):
                refused += 1
                self._limiter.refused(request.bucket, raw.headers, times=refused)
            else:
                return self._written(request, raw)

    def _written(self, request: Request, raw: Raw) -> Answer:
        if raw.status >= 500 or raw.status == 408:  # noqa: PLR2004  # the forge failed while at it
            raise _uncertain(request, f"the forge answered {raw.status}")
        try:
            if 300 <= raw.status < 400:  # noqa: PLR2004  # a redirect
                self._next_hop(raw, request)
            return understood(raw, self._token)
        except Unintelligible as error:
            why = error.what
        raise _uncertain(request, why)

    def read(self, request: Request, again: Again | None = None) -> Answer:
        """Ask until there is an answer, a refusal, or no patience left; never for writes.

        `again` may find that an answer with status 200 says "too many requests"
        (``limited``) or that the forge stumbled (anything else).
        """
        failed = refused = hops = 0
        while True:
            self._limiter.enter(request.bucket, writes=False)
            raw = self._exchange(request)
            why = raw.why if isinstance(raw, Lost) else _stumbled(raw, again)
            if why == "limited" and isinstance(raw, Raw):
                refused += 1
                self._limiter.refused(request.bucket, raw.headers, times=refused)
            elif why or isinstance(raw, Lost):
                failed += 1
                self._back_off(request, why, failed)
            elif 300 <= raw.status < 400 and request.method == "GET":  # noqa: PLR2004  # a redirect
                hops += 1
                if hops > HOPS:
                    raise Unintelligible(f"{request.sent} is redirected in circles: {hops} times")
                request = request._replace(url=self._next_hop(raw, request))
            else:
                return understood(whole(raw), self._token)

    def _exchange(self, request: Request) -> Raw | Lost:
        """One answer. A 401 took nothing: with a bearer that has another token, it is asked once more."""
        token = self._token = self.bearer.token()
        raw = self._sent(request, token)
        if isinstance(raw, Raw) and raw.status == 401 and self.bearer.again(token):  # noqa: PLR2004  # HTTP's own
            token = self._token = self.bearer.token()
            raw = self._sent(request, token)
        return raw

    def _sent(self, request: Request, token: Secret) -> Raw | Lost:
        headers = {"authorization": f"Bearer {token.reveal()}"}
        if request.content is not None:
            headers.update(JSON_TYPE)
        try:
            with self._one_query if request.bucket == "graphql" else nullcontext():
                answer = self._client.request(
                    request.method, request.url, content=request.content, headers=headers
                )
        except httpx2.TransportError as error:
            why = redact(f"{type(error).__name__}: {error}", self._token)
            return Lost(not isinstance(error, UNSENT), why)
        except (httpx2.DecodingError, httpx2.InvalidURL) as error:
            return Lost(sent=True, why=redact(f"{type(error).__name__}: {error}", self._token))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        self._limiter.learn(request.bucket, headers, wrote=request.writes)
        return Raw(request.sent, answer.status_code, headers, answer.content)

    def _back_off(self, request: Request, why: str, times: int) -> None:
        if times >= self._patience.tries:
            nothing = "; nothing was sent" if request.writes else ""
            raise ForgeError(
                f"{request.sent} failed {times} times{nothing}: {why}",
                remedy=obstacle(why, self.api),
            )
        self._clock.sleep(self._patience.backoff * 2.0 ** (times - 1))

    def _next_hop(self, raw: Raw, request: Request) -> str:
        url = urljoin(request.url, raw.headers.get("location", ""))
        if _origin(url) != self._origin:
            where = redact(url.split("?")[0], self._token)
            raise Unintelligible(f"{request.sent} is redirected to another host, {where}: not followed")
        return url

    def _path(self, url: str) -> str:
        return redact(url.removeprefix(self.api), self._token)

    def redact(self, text: str) -> str:
        """`text` without this credential, short enough for a message."""
        return redact(text, self._token)


def _stumbled(raw: Raw, again: Again | None) -> str:
    if limited(raw):
        return "limited"
    if raw.status >= 500 or raw.status == 408:  # noqa: PLR2004  # the forge failed while at it
        return f"the forge answered {raw.status}"
    return again(raw) if again else ""


def _uncertain(request: Request, why: str) -> Uncertain:
    return Uncertain(
        f"{request.sent} was sent and its fate is not known: {why}",
        remedy="read the account again before anything else: `seatkeeper status`",
    )


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    standard = 443 if parts.scheme == "https" else 80
    try:
        return parts.scheme, (parts.hostname or "").casefold(), parts.port or standard
    except ValueError:
        return parts.scheme, "", 0


def _trust(ca_file: str | None) -> ssl.SSLContext:
    """Whom the machine trusts, or the private authority of this file alone."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an ssl.SSLError is one
        why = f"{type(error).__name__}: {error.strerror or error}"
    raise ConfigurationError(
        f"{ca_file} can't be read as certificates: {why}", remedy="check `ca_file` in the configuration"
    )


def _trust_nobody() -> ssl.SSLContext:
    """No certificate is trusted where the API is plain http on this machine; also much faster to build."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
