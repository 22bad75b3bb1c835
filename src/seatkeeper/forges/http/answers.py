"""What an answer means: a body, a refusal, a credential that won't do, or nothing the API would say."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import CredentialRefused, ForgeError, Refused, ScopeMissing, Unintelligible
from seatkeeper.forges.http.redaction import redact

CODES: Final = {403: "forbidden", 404: "not_found", 409: "conflict", 422: "unprocessable"}


class Raw(NamedTuple):
    """An answer as it arrived; header names in lower case. `sent` names the request, for messages."""

    sent: str
    status: int
    headers: Mapping[str, str]
    content: bytes


class Answer(NamedTuple):
    """An answer that says yes; `body` is its JSON, None where there is none."""

    status: int
    headers: Mapping[str, str]
    body: Any
    content: bytes


def understood(raw: Raw, token: Secret) -> Answer:
    """The answer, or the error it stands for; `Unintelligible` when it is not the API's."""
    if raw.status < 300:  # noqa: PLR2004  # the edge of HTTP's yes
        return Answer(raw.status, raw.headers, parsed(raw), raw.content)
    if raw.status < 400:  # noqa: PLR2004  # a redirect nobody followed
        raise Refused(f"{raw.sent} was answered {raw.status}: it has moved", status=raw.status, code="moved")
    raise refusal(raw, token)


def whole(raw: Raw) -> Raw:
    """The answer to a read, unless it leaves out what single sign-on hides from the credential.

    Facts: GitHub answers 200 with part of a listing, and says so only in ``X-GitHub-SSO``.
    """
    if raw.headers.get("x-github-sso", "").startswith("partial-results"):
        raise ScopeMissing(
            f"{raw.sent} was answered in part: single sign-on hides the rest from the token",
            remedy="authorize the token for the organization's single sign-on and run `seatkeeper check`",
        )
    return raw


def parsed(raw: Raw) -> Any:  # noqa: ANN401  # JSON is whatever it is; readers check what they take
    """The JSON of an answer; None for an empty one."""
    if not raw.content:
        return None
    kind = raw.headers.get("content-type", "nothing")
    if "json" not in kind:
        raise Unintelligible(
            f"{raw.sent} was answered {raw.status} with {kind.split(';')[0]}, not JSON: "
            "a proxy or a sign-in page may stand in front of the forge",
            remedy="check `api` in the configuration and the proxy settings, then run `seatkeeper check`",
        )
    try:
        return json.loads(raw.content)
    except (ValueError, RecursionError):
        size = len(raw.content)
    raise Unintelligible(
        f"{raw.sent} was answered {raw.status} with JSON that breaks off or is none: {size} bytes"
    )


def refusal(raw: Raw, token: Secret) -> ForgeError:
    """The error for an answer of 400 or more."""
    message = redact(said(raw), token)
    told = f"{raw.sent} was answered {raw.status}" + (f": {message}" if message else "")
    if raw.status == 401:  # noqa: PLR2004  # HTTP's word for an unknown credential
        return CredentialRefused(
            f"the forge does not accept the credential: {told}",
            remedy="give the configuration a credential that is valid, then run `seatkeeper check`",
        )
    if raw.status in {403, 404} and (missing := scope_missing(raw.headers, message)):
        return ScopeMissing(
            f"{told}; {redact(missing, token)}", remedy="give the token that right and run `seatkeeper check`"
        )
    if "html" in raw.headers.get("content-type", ""):
        return Unintelligible(f"{told} as a web page, not as the API says no")
    return Refused(told, status=raw.status, code=code(raw))


def scope_missing(headers: Mapping[str, str], message: str) -> str:
    """Which right the credential lacks, in words; empty when the answer does not say that it lacks one.

    Facts: GitHub lists in ``X-Accepted-OAuth-Scopes`` the scopes of which any
    one would do, and hides behind ``X-GitHub-SSO`` what single sign-on guards.
    """
    if sso := headers.get("x-github-sso"):
        where = re.search(r"url=(https?://[^?;\s]+)", sso)
        return "single sign-on must authorize the token" + (f" at {where[1]}" if where else "")
    accepted, granted = (scopes(headers.get(name)) for name in ("x-accepted-oauth-scopes", "x-oauth-scopes"))
    if accepted and granted is not None and not accepted & granted:
        has = ", ".join(sorted(granted)) or "none"
        return f"the token has {has}; one of {', '.join(sorted(accepted))} is needed"
    if "not accessible by" in message:
        needed = headers.get("x-accepted-github-permissions", "")
        return "the token lacks a permission" + (f": {needed}" if needed else "")
    return ""


def scopes(text: str | None) -> set[str] | None:
    """The scopes that a header lists; None where it is not there."""
    return None if text is None else {scope.strip() for scope in text.split(",")} - {""}


def said(raw: Raw) -> str:
    """The forge's own words in an error; empty when it is not JSON."""
    body = _mapping(raw)
    errors = body.get("errors")
    words = [body.get("message"), *(_word(error) for error in (errors if isinstance(errors, list) else []))]
    return "; ".join(str(word) for word in words if word)


def _word(error: object) -> object:
    return error.get("message") or error.get("code") if isinstance(error, dict) else error


def code(raw: Raw) -> str:
    """One word for a refusal: the forge's own where it has one."""
    errors = _mapping(raw).get("errors")
    if isinstance(errors, list):
        for error in errors:
            if isinstance(error, dict) and isinstance(error.get("code"), str):
                return str(error["code"])
    return CODES.get(raw.status, f"http_{raw.status}")


def _mapping(raw: Raw) -> dict[str, Any]:
    try:
        body = json.loads(raw.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def limited(raw: Raw) -> bool:
    """True when the forge did not take the request because too many came.

    Facts: GitHub says so with 429 or 403, in GraphQL also with 200, and a
    secondary limit may come without any header.
    """
    if raw.status == 429:  # noqa: PLR2004  # HTTP's word for it
        return True
    if raw.status == 403:  # noqa: PLR2004  # GitHub's other word for it
        told = "retry-after" in raw.headers or raw.headers.get("x-ratelimit-remaining") == "0"
        return told or "rate limit" in said(raw).casefold() or "abuse detection" in said(raw).casefold()
    return False
