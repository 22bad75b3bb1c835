"""Tickets: what lets one person see their own status page, for a time, and nobody anything else.

A ticket is ``version.organization.account.expires.seal``; the seal is an HMAC-SHA256 over the rest with a
secret key, so nobody makes one, changes one, or finds one by trying.
"""

import hmac
import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from seatkeeper.model.ids import AccountId, OrganizationId

VERSION = "1"
_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHAPE = re.compile(r"1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.([0-9]{1,12})\.([0-9a-f]{64})")


class Ticket(NamedTuple):
    """Whose page, and until when."""

    organization: OrganizationId
    account: AccountId
    expires: datetime


def issue(key: bytes, ticket: Ticket) -> str:
    """The text of a ticket, fit for a URL; ValueError for an id that could not be told apart in it."""
    if not _PART.fullmatch(ticket.organization) or not _PART.fullmatch(ticket.account):
        raise ValueError("an id with such characters has no place in a link")
    told = f"{VERSION}.{ticket.organization}.{ticket.account}.{int(ticket.expires.timestamp())}"
    return f"{told}.{seal(key, 'page', told)}"


def admit(key: bytes, text: str, now: datetime) -> Ticket | None:
    """The ticket, where this key sealed it and it is still good; None says nothing about why not."""
    found = _SHAPE.fullmatch(text)
    if found is None or not hmac.compare_digest(seal(key, "page", text.rpartition(".")[0]), found[4]):
        return None
    expires = datetime.fromtimestamp(int(found[3]), UTC)
    return Ticket(OrganizationId(found[1]), AccountId(found[2]), expires) if now < expires else None


def seal(key: bytes, purpose: str, text: str) -> str:
    """The HMAC of a text for one purpose; a seal for another purpose does not fit."""
    return hmac.new(key, f"seatkeeper {purpose}\0{text}".encode(), sha256).hexdigest()
