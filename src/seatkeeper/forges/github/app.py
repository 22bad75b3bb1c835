"""A GitHub App on an organization: it signs a statement, and gets a token that is good for an hour.

Facts, from GitHub's pages on Apps: the statement is a JWT by RS256, its `exp` at most ten minutes ahead;
`iat` a minute ago allows for clocks that differ. An installation's token can't ask for ``/user``.
"""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.errors import ConfigurationError, CredentialRefused, Refused, ScopeMissing, Unintelligible
from seatkeeper.forges.http.client import Http, Method, Request
from seatkeeper.ports import Clock

BACK: Final = timedelta(minutes=1)
AHEAD: Final = timedelta(minutes=9)
BEFORE_IT_ENDS: Final = timedelta(minutes=5)
"""How long before its end a token is no longer begun with."""
FRESH: Final = timedelta(minutes=1)
"""A token that is refused so soon was never good, and the next one won't be."""


class Signed:
    """Says who the App is, anew with each request: `http.bearer.Bearer`."""

    def __init__(self, app: AppKey, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    def token(self) -> Secret:
        """A statement that is good for some minutes."""
        import jwt  # noqa: PLC0415  # only an App pays for it

        now = self._clock.now()
        times = {"iat": int((now - BACK).timestamp()), "exp": int((now + AHEAD).timestamp())}
        told = {"iss": self._app.id, **times}
        try:
            return Secret(jwt.encode(told, self._app.key.reveal(), algorithm="RS256"))
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):  # the last one for a public key
            pass
        raise ConfigurationError(
            f"the key of App {self._app.id} is no private RSA key in PEM",
            remedy="give `app.key` the file that GitHub made, then run `seatkeeper check`",
        )

    def again(self, refused: Secret) -> bool:  # noqa: ARG002  # the door of `Bearer`
        """Whoever does not believe one statement does not believe the next."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""


class _Held(NamedTuple):
    token: Secret
    since: datetime
    until: datetime
    permissions: dict[str, str]


class Installation:
    """The tokens of an App's installation, each asked for before the one before ends: `http.bearer.Bearer`.

    Threads that find none may each ask for one: no lock is held while a thread may have to sleep.
    """

    def __init__(self, http: Http, app: AppKey, clock: Clock) -> None:
        """`http` lets itself in with `Signed`."""
        self._http = http
        self._app = app
        self._clock = clock
        self._held: _Held | None = None

    def token(self) -> Secret:
        """The token, or the next one."""
        return self._hold().token

    def again(self, refused: Secret) -> bool:
        """A token that was good and no longer is may have ended early: the next one is tried."""
        held = self._held
        if held is not None and held.token == refused:
            if self._clock.now() - held.since < FRESH:
                return False
            self._held = None
        return True

    def bot(self) -> str:
        """The login of the account that the App acts as."""
        body = self._ask("GET", "/app")
        if not body.get("slug"):
            raise Unintelligible("GET /app did not answer with an App")
        return f"{body['slug']}[bot]"

    def writes(self) -> tuple[str, ...]:
        """The permissions that are more than to read."""
        told = self._hold().permissions
        return tuple(f"{name}: {level}" for name, level in sorted(told.items()) if level != "read")

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _hold(self) -> _Held:
        held, now = self._held, self._clock.now()
        if held is None or held.until - now < BEFORE_IT_ENDS:
            held = self._held = self._next(now)
        return held

    def _next(self, now: datetime) -> _Held:
        path = f"/app/installations/{self._app.installation}/access_tokens"
        body = self._ask("POST", path)
        try:
            until = datetime.fromisoformat(body["expires_at"])
            return _Held(Secret(str(body["token"])), now, until, dict(body.get("permissions") or {}))
        except (KeyError, TypeError, ValueError):
            pass
        raise Unintelligible(f"POST {path} did not answer with a token and its end")

    def _ask(self, method: Method, path: str) -> dict[str, Any]:
        """One question as the App itself; a no is about the credential, never about a step of ours."""
        content = b"{}" if method == "POST" else None
        url, sent = self._http.api + path, f"{method} {path}"
        try:
            body = self._http.read(Request(method, url, content, "core", writes=False, sent=sent)).body
        except (CredentialRefused, Refused, ScopeMissing) as error:
            no = error.what
        else:
            return body if isinstance(body, dict) else {}
        raise CredentialRefused(
            f"App {self._app.id} is not let in as installation {self._app.installation}: {no}",
            remedy="check `app` in the configuration, whether the App is still installed, and this machine's "
            "clock, then run `seatkeeper check`",
        )
