"""What a person signs: canonical JSON, the same bytes whenever it is checked again."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import rfc8785

from seatkeeper.journal.fold import Approval
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Plan
from seatkeeper.model.snapshot import Organization

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


def of_approval(approval: Approval, organization: Organization) -> bytes:
    """What whoever gave this approval or waiver must have signed."""
    return statement(
        "waiver" if approval.waives else "approval",
        organization,
        plan=approval.plan,
        changes=approval.changes,
        baseline=approval.baseline,
        waives=approval.waives,
        expires=approval.expires,
    )


def of_proposal(plan: Plan, digest: Digest) -> bytes:
    """What whoever proposes this plan signs; for a revocation that is all it needs, so that it says so."""
    return statement("revocation" if plan.kind == "revoke" else "proposal", plan.organization, plan=digest)


def two_working_days(start: datetime, zone: str) -> datetime:
    """The same time of day two working days later; Saturdays and Sundays do not count."""
    local = start.astimezone(ZoneInfo(zone))
    left = 2
    while left:
        local += timedelta(days=1)
        left -= local.weekday() < SATURDAY
    return local.astimezone(start.tzinfo)
