"""What an answer tells of the credential and of the time: who it is, what it may, until when."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from seatkeeper.forges.github.snapshot import account_told
from seatkeeper.forges.http.answers import Answer, scopes
from seatkeeper.model.snapshot import Credential

FOR_READING: Final = frozenset(
    {"read:org", "repo", "read:user", "user:email", "read:audit_log", "read:enterprise"}
)
EXPIRY: Final = "github-authentication-token-expiration"


def granted(answer: Answer) -> set[str] | None:
    """Facts: ``X-OAuth-Scopes`` is told of classic tokens only; a fine-grained one tells no permission."""
    return scopes(answer.headers.get("x-oauth-scopes"))


def credential_told(answer: Answer, lacks: tuple[str, ...]) -> Credential:
    """What an answer to the credential's own account says of it, beside what it `lacks`."""
    return Credential(
        account=account_told(answer.body),
        at=_date(answer.headers.get("date")),
        until=_expiry(answer.headers.get(EXPIRY)),
        lacks=lacks,
        excess=tuple(sorted((granted(answer) or set()) - FOR_READING)),
    )


def _date(told: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(told).astimezone(UTC) if told else None
    except ValueError:
        return None


def _expiry(told: str | None) -> datetime | None:
    """Such as ``2026-12-31 09:00:00 UTC`` or ``… +0100``; whatever else it is tells nothing."""
    try:
        return datetime.strptime((told or "").replace("UTC", "+0000"), "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None
