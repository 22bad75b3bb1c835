"""What a person signs: canonical JSON, the same bytes whenever it is checked again."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import rfc8785

from seatkeeper.errors import ApprovalError
from seatkeeper.journal.fold import Approval, Proposal
from seatkeeper.model.ids import Digest
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Signatures

Signed = Literal["proposal", "approval", "waiver", "standing", "release", "revocation", "lift"]
SATURDAY = 5


def statement(
    what: Signed,
    organization: Organization,
    *,
    plan: Digest,
    changes: frozenset[Digest] = frozenset(),
    baseline: bool = False,
    waives: frozenset[str] = frozenset(),
    works: frozenset[str] = frozenset(),
    expires: datetime | None = None,
    reason: str = "",
) -> bytes:
    """The canonical bytes of what is signed; an approval covers exact changes and nothing else.

    Of a standing approval `plan` is the digest of the policy whose plans of these `works` it covers.
    """
    said = {
        "seatkeeper": what,
        "organization": organization.id,
        "plan": plan,
        "changes": sorted(changes),
        "baseline": baseline,
        "waives": sorted(waives),
        "expires": expires.isoformat() if expires else "",
        "reason": reason,
    }
    return rfc8785.dumps(said | ({"works": sorted(works)} if works else {}))


def check_approval(approval: Approval, organization: Organization, signatures: Signatures) -> None:
    """Check that an approval is what was signed, by whom it says; the journal alone is not believed."""
    said = statement(
        "waiver" if approval.waives else "approval",
        organization,
        plan=approval.plan,
        changes=approval.changes,
        baseline=approval.baseline,
        waives=approval.waives,
        expires=approval.expires,
    )
    _check("An approval", said, approval, signatures)


def check_revocation(proposal: Proposal, organization: Organization, signatures: Signatures) -> None:
    """Check that one authorised person signed this revocation, and not merely proposed a plan."""
    _check("A revocation", statement("revocation", organization, plan=proposal.plan), proposal, signatures)


def _check(what: str, said: bytes, told: Approval | Proposal, signatures: Signatures) -> None:
    if said.decode() != told.statement:
        raise ApprovalError(
            f"{what} in the journal does not match what was signed.",
            remedy="Run `seatkeeper verify`, then sign again.",
        )
    person = signatures.person(said, told.signature, told.at)
    if person != told.person:
        raise ApprovalError(
            f"{what} in the journal names {told.person}, but {person} signed it.",
            remedy="Run `seatkeeper verify`, then sign again.",
        )


def two_working_days(start: datetime, zone: str) -> datetime:
    """The same time of day two working days later; Saturdays and Sundays do not count."""
    local = start.astimezone(ZoneInfo(zone))
    left = 2
    while left:
        local += timedelta(days=1)
        left -= local.weekday() < SATURDAY
    return local.astimezone(start.tzinfo)
