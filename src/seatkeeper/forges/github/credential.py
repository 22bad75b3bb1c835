"""What an answer tells of the credential and of the time: who it is, what it may, until when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from seatkeeper.forges.github.snapshot import account_told
from seatkeeper.forges.http.answers import Answer, scopes
from seatkeeper.model.snapshot import Credential

ENOUGH: Final[Mapping[str, frozenset[str]]] = {
    "who is in the organization": frozenset({"read:org", "write:org", "admin:org"}),
    "private repositories": frozenset({"repo"}),
}
"""What reading needs, and the classic scopes of which any one gives it."""
FOR_READING: Final = frozenset(
    {"read:org", "repo", "read:user", "user:email", "read:audit_log", "read:enterprise"}
)
EXPIRY: Final = "github-authentication-token-expiration"


def credential_told(answer: Answer, body: dict[str, object]) -> Credential:
    """Facts: ``X-OAuth-Scopes`` is told of classic tokens only; a fine-grained one tells no permission."""
    granted = scopes(answer.headers.get("x-oauth-scopes"))
    lacking = [what for what, any_of in ENOUGH.items() if granted is not None and not granted & any_of]
    return Credential(
        account=account_told(body),
        at=_date(answer.headers.get("date")),
        until=_expiry(answer.headers.get(EXPIRY)),
        lacks=tuple(lacking),
        excess=tuple(sorted((granted or set()) - FOR_READING)),
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
