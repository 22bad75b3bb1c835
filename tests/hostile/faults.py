"""Everything a forge, or what stands before it, may answer instead of the truth."""

import json
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import Any

import httpx2

from tests.hostile.wireless import Ask, Fault

JSON = "application/json; charset=utf-8"
DAY = 86_400


def said(status: int, body: object = None, kind: str = JSON, **headers: str) -> Fault:
    """An answer that the forge gives without taking the request."""
    content = (
        body if isinstance(body, bytes) else json.dumps(body or {"message": "An injected fault."}).encode()
    )
    named = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    return lambda _ask: httpx2.Response(status, headers=raw, content=content)


def limit(seconds: float, status: int = 429, body: object = None, **headers: str) -> Fault:
    """The forge asks to be left alone for so long."""
    plainly = said(status, body, **headers)

    def answer(ask: Ask) -> httpx2.Response:
        ask.hold(seconds)
        return plainly(ask)

    return answer


def until(seconds: float) -> Fault:
    """The same, by a date or by the reset of a budget."""

    def answer(ask: Ask) -> httpx2.Response:
        ask.hold(seconds, all_of_it=False)
        moment = ask.now.timestamp() + seconds
        return said(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(moment)))(ask)

    return answer


def dated(seconds: float) -> Fault:
    def answer(ask: Ask) -> httpx2.Response:
        ask.hold(max(0.0, seconds))
        moment = ask.now.fromtimestamp(ask.now.timestamp() + seconds, ask.now.tzinfo)
        return said(429, retry_after=format_datetime(moment.replace(microsecond=0)))(ask)

    return answer


def before(error: type[httpx2.TransportError]) -> Fault:
    """The line fails before the forge has taken anything."""

    def answer(ask: Ask) -> httpx2.Response:
        raise error("an injected fault", request=ask.request)

    return answer


def after(error: type[Exception]) -> Fault:
    """The forge does what was asked, and its answer is lost."""

    def answer(ask: Ask) -> httpx2.Response:
        ask.answer()
        raise error("an injected fault")

    return answer


def changed(change: Callable[[Any], Any], **headers: str) -> Fault:
    """The true answer, with its JSON changed."""

    def answer(ask: Ask) -> httpx2.Response:
        true = ask.answer()
        if not true.content or true.status_code >= 300:
            return true
        kept = {k: v for k, v in true.headers.items() if k.lower() not in {"content-length", "etag"}}
        kept |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps(change(json.loads(true.content))).encode()
        return httpx2.Response(true.status_code, headers=kept, content=content)

    return answer


def cut(ask: Ask) -> httpx2.Response:
    """The true answer, and its second half is missing."""
    true = ask.answer()
    return httpx2.Response(
        true.status_code, headers={"content-type": JSON}, content=true.content[: len(true.content) // 2]
    )


def stale(ask: Ask) -> httpx2.Response:
    """A cache answers a read as it answered it before; a write is done."""
    return ask.before if ask.before is not None and not ask.writes else ask.answer()


def elsewhere(ask: Ask) -> httpx2.Response:
    return said(307 if ask.writes else 301, location="http://127.0.0.2:9/stolen")(ask)


def circle(ask: Ask) -> httpx2.Response:
    return said(307 if ask.writes else 302, location=str(ask.request.url))(ask)


def revoked(ask: Ask) -> httpx2.Response:
    world = ask.wireless.world
    for secret in tuple(world.credentials.tokens):
        world.credentials.revoke(secret)
    return ask.answer()


def everywhere(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """The JSON with each value under a key changed."""
    if isinstance(value, dict):
        return {name: everywhere(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [everywhere(item, change, key) for item in value]
    return change(key, value)


ROLES = {"role", "permission", "roleName", "role_name", "state", "viewerPermission"}


def _strange_words(key: str, value: Any) -> Any:
    return "sorcerer" if key in ROLES and isinstance(value, str) else value


def _lists(body: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(body, list):
        return change(body)
    if isinstance(body, dict):
        return {
            name: change(value)
            if name in {"nodes", "edges"} and isinstance(value, list)
            else _lists(value, change)
            for name, value in body.items()
        }
    return body


def _ids_as(kind: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def change(key: str, value: Any) -> Any:
        return kind(value) if key in {"id", "databaseId"} else value

    return lambda body: everywhere(body, change)


def _errors(body: Any) -> Any:
    return (
        {**body, "errors": [{"type": "FORBIDDEN", "path": ["organization"], "message": "No."}]}
        if isinstance(body, dict)
        else body
    )


def _renamed(body: Any) -> Any:
    return everywhere(
        body, lambda k, v: f"{v}-2" if k in {"login", "slug", "name"} and isinstance(v, str) else v
    )


SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
DEEP = b"[" * 100_000 + b"]" * 100_000

STATUSES = (
    400,
    401,
    403,
    404,
    405,
    408,
    409,
    410,
    413,
    415,
    418,
    422,
    426,
    451,
    500,
    501,
    502,
    503,
    504,
    520,
)
BODIES = (b"null", b"[]", b"{}", b'"yes"', b"7", b"[[]]", b"[null]")

FAULTS: Mapping[str, Fault] = {
    **{f"status {n}": said(n) for n in STATUSES},
    "304 to whom asked for no such thing": said(304, b""),
    "429 with seconds": limit(30, retry_after="30"),
    "429 with a fraction": limit(0, retry_after="1.5"),
    "429 with less than nothing": limit(0, retry_after="-5"),
    "429 with a day": limit(DAY, retry_after=str(DAY)),
    "429 with ages": limit(0, retry_after="9" * 30),
    "429 with words": limit(0, retry_after="soon"),
    "429 with a strange digit": limit(0, retry_after="\u00b2"),
    "429 with nothing": limit(60),
    "429 with a date": dated(90),
    "429 with a date that has passed": dated(-90),
    "429 with no date that is": limit(0, retry_after="Fri, 99 Nov 99999 99:99:99 GMT"),
    "403 with a spent budget": until(600),
    "403 with a reset in ages": limit(0, 403, x_ratelimit_remaining="0", x_ratelimit_reset="9" * 25),
    "403 with a reset that has passed": limit(0, 403, x_ratelimit_remaining="0", x_ratelimit_reset="1"),
    "a secondary limit without a header": limit(60, 403, SECONDARY),
    "a secondary limit with seconds": limit(45, 403, SECONDARY, retry_after="45"),
    "a limit told with 200": said(200, {"errors": [{"type": "RATE_LIMITED", "message": "too many"}]}),
    "a timeout at connect": before(httpx2.ConnectTimeout),
    "nobody listens": before(httpx2.ConnectError),
    "no connection is free": before(httpx2.PoolTimeout),
    "a timeout while sending": before(httpx2.WriteTimeout),
    "a timeout in the headers": before(httpx2.ReadTimeout),
    "a timeout in the body, after success": after(httpx2.ReadTimeout),
    "a reset before success": before(httpx2.ReadError),
    "a reset after success": after(httpx2.ReadError),
    "no HTTP, after success": after(httpx2.RemoteProtocolError),
    "what can't be unpacked, after success": after(httpx2.DecodingError),
    "HTML with 200": said(200, b"<html>sign in</html>", "text/html"),
    "HTML with 404": said(404, b"<html>not here</html>", "text/html"),
    "HTML that says it is JSON": said(200, b"<html>sign in</html>"),
    "cut JSON": cut,
    "nothing with 200": said(200, b""),
    **{f"JSON that is {text.decode()}": said(200, text) for text in BODIES},
    "JSON too deep": said(200, DEEP),
    "bytes that are no text": said(200, b'{"login": "\xff\xfe"}'),
    "errors that are a number": said(200, {"data": {}, "errors": 5}),
    "errors that are words": said(200, {"data": None, "errors": ["no"]}),
    "an error beside the data": changed(_errors),
    "a redirect to another host": elsewhere,
    "a redirect in circles": circle,
    "a revoked token": revoked,
    "unknown words": changed(lambda body: everywhere(body, _strange_words)),
    "ids as words": changed(_ids_as(lambda value: f"id-{value}")),
    "no ids": changed(_ids_as(lambda _value: None)),
    "other names": changed(_renamed),
    "an empty page": changed(lambda body: _lists(body, lambda _rows: [])),
    "half a page": changed(lambda body: _lists(body, lambda rows: rows[: len(rows) // 2])),
    "half a page, as single sign-on says": changed(
        lambda body: _lists(body, lambda rows: rows[: len(rows) // 2]),
        x_github_sso="partial-results; organizations=9",
    ),
    "rows twice": changed(lambda body: _lists(body, lambda rows: rows + rows)),
    "rows in another order": changed(lambda body: _lists(body, lambda rows: rows[::-1])),
    "rows that are nothing": changed(lambda body: _lists(body, lambda rows: [None for _ in rows])),
    "a stale cache": stale,
}  # fmt: skip

UNTOLD = frozenset({"ids as words", "an empty page", "half a page", "JSON that is []"})
"""Well-formed lies: where the API announces no total, nobody can tell such an answer from a true one."""
