"""A plan as it lies in its file: canonical JSON, read back strictly, known by its own sha256.

Approvals are never in the file; they are in the journal and name digests.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import cast

from seatkeeper.errors import PlanRefused
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, Digest, OrganizationId
from seatkeeper.model.plan import PLAN_FORMAT, Change, Plan
from seatkeeper.rules.codec import canonical, dump, load, parse, refuse, sha256


def encode(plan: Plan) -> bytes:
    """The plan's file. The same plan gives the same bytes, whatever the machine or the hash seed."""
    return canonical(dump(plan))


@lru_cache(maxsize=32)
def decode(data: bytes) -> Plan:
    """The plan in this file; `PlanRefused` says why when it is not exactly as a plan was written.

    Beyond the shape, every change is held against its own digest, and the
    whole file against its own canonical form. A process reads the same few files again and again
    as it follows their runs, so the last ones are kept.
    """
    value = parse(data)
    if isinstance(value, dict) and value.get("format") != str(PLAN_FORMAT):
        raise PlanRefused(
            f"the plan file has format {value.get('format')!r}; this version reads format {PLAN_FORMAT}",
            remedy="make a new plan: seatkeeper plan",
        )
    plan = cast("Plan", load(Plan, value, "plan"))
    for change in plan.changes:
        _check(change, plan.organization.id)
    if len({change.account for change in plan.changes}) != len(plan.changes):
        refuse("plan.changes", "names an account twice")
    if encode(plan) != data:
        refuse("the file", "is not in canonical form, so it was written by something else")
    return plan


def _check(change: Change, organization: OrganizationId) -> None:
    place = f"the change of account {change.account}"
    told = change.before | change.after | {grant for step in change.steps for grant in step.grants}
    strangers = sorted(grant for grant in told if grant.subject != ("account", change.account))
    if strangers:
        refuse(place, f"names a grant of {strangers[0].subject.kind} {strangers[0].subject.id}")
    if change.digest != change_digest(
        organization, change.account, change.before, change.after, change.reason
    ):
        refuse(place, "does not have the digest it claims")


def digest(data: bytes) -> Digest:
    """The digest of a plan file: what a proposal names."""
    return sha256(data)


def change_digest(
    organization: OrganizationId,
    account: AccountId,
    before: Iterable[Grant],
    after: Iterable[Grant],
    reason: str,
) -> Digest:
    """What an approval covers: this account of this organization, from this to that, for this reason."""
    exact = {
        "organization": organization,
        "account": account,
        "before": frozenset(before),
        "after": frozenset(after),
        "reason": reason,
    }
    return sha256(canonical(dump(exact)))


def uncovered(changes: Iterable[Change], approved: Collection[Digest]) -> tuple[Change, ...]:
    """The changes that no approval covers."""
    return tuple(change for change in changes if change.digest not in approved)


def covered(changes: Iterable[Change], approved: Collection[Digest]) -> bool:
    """True when every change is approved: a plan whose changes are a subset stays approved."""
    return not uncovered(changes, approved)
