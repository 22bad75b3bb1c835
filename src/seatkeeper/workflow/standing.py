"""Standing: a person approves small plans of one policy in advance, so that an ordinary day needs nobody."""

from collections.abc import Collection
from datetime import timedelta

from seatkeeper.errors import ApprovalError
from seatkeeper.journal import fold
from seatkeeper.model.ids import Digest
from seatkeeper.model.limits import Loss
from seatkeeper.model.plan import Plan
from seatkeeper.model.run import Draft
from seatkeeper.model.schedule import Work
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.effects import loss
from seatkeeper.rules.reasons import ABSENT, ASKED
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.refusal import journal_refusal
from seatkeeper.workflow.signing import believed, sign
from seatkeeper.workflow.statement import statement

STANDS = timedelta(days=30)
GAINS = Loss(floor=10, count=None, share=0.01, least_share=0.0)
"""How many may be given something in one run that nobody looks at; the limits count losers only."""


def stand(desk: Desk, organization: Organization, works: Collection[Work], key: str) -> fold.Standing:
    """Sign, as its approver, that the schedule may carry out small plans of today's policy for 30 days.

    Raises `ApprovalError` when the signer owns the forge credential; the refusal is journaled.
    """
    now = desk.clock.now()
    expires, policy = now + STANDS, desk.policy.digest
    said = statement("standing", organization, plan=policy, works=frozenset(works), expires=expires)
    person, signature = sign(desk, organization, "standing", said, key, policy=policy)
    if person == desk.credential_owner:
        refusal = ApprovalError(
            f"{person} owns the credential that would carry the plans out, and can't approve them.",
            remedy="Ask another person of the approvers file: seatkeeper approve --standing leave --key KEY",
        )
        journal_refusal(desk, organization.id, "standing", refusal, person=person, policy=policy)
        raise refusal
    payload: dict[str, object] = {
        "person": person,
        "policy": policy,
        "works": sorted(works),
        "expires": expires.isoformat(),
        "statement": said.decode(),
        "signature": signature,
    }
    desk.store.append([Draft("standing", organization.id, payload)], now)
    return fold.Standing(person, policy, frozenset(works), expires, said.decode(), signature, now)


def stands_for(desk: Desk, plan: Plan, work: Work) -> fold.Standing:
    """The standing approval under which the schedule may carry this plan out.

    Raises `ApprovalError` when the plan is not small, or nobody approved its
    policy for this work in the last 30 days.
    """
    if (large := _large(plan, work)) is not None:
        raise ApprovalError(
            "The plan is not one that the schedule may carry out by itself.",
            arithmetic=large,
            remedy="Two people: seatkeeper plan --key KEY; seatkeeper approve PLAN --key KEY",
        )
    entries = desk.store.entries(kinds={"standing"}, organization=plan.organization.id)
    valid = [s for s in fold.standings(entries) if _valid(desk, s, plan, work) or not s.statement]
    standing = believed(desk, plan.organization, valid, lambda s: _said(s, plan.organization))
    if standing.words:
        return standing.words[-1]
    raise ApprovalError(
        f"Nobody has approved this policy's {work} for the schedule.",
        arithmetic=f"policy {plan.basis.policy_digest[:16]}; an approval stands for {STANDS.days} days"
        + standing.sum,
        remedy=f"seatkeeper approve --standing {work} --key KEY",
    )


def _large(plan: Plan, work: Work) -> str | None:
    """Why this plan needs somebody to look at it, whoever approved its policy."""
    if plan.kind != "daily" or any(c.kind not in {"join", "move", "leave"} for c in plan.changes):
        return f"it is of kind {plan.kind}"
    if plan.asks:
        return f"the guard {plan.asks[0].guard} asks for an approver: {plan.asks[0].arithmetic}"
    if any(change.reason in {ABSENT, *ASKED} for change in plan.changes):
        return "of people who vanished from the source, and whose pin has lapsed, a person always decides"
    if work == "join" and any(loss(change) for change in plan.changes):
        return "it takes something, and its work is to give"
    gaining = sum(bool(change.gained) for change in plan.changes)
    allowed = GAINS.allows(plan.seats.before)
    if gaining > allowed:
        return (
            f"{gaining} people would be given something; {allowed} of {plan.seats.before} may be unattended"
        )
    return None


def _valid(desk: Desk, standing: fold.Standing, plan: Plan, work: Work) -> bool:
    return (
        standing.policy == plan.basis.policy_digest == desk.policy.digest
        and work in standing.works
        and standing.at <= desk.clock.now() < min(standing.expires, standing.at + STANDS)
        and standing.person != desk.credential_owner
    )


def _said(standing: fold.Standing, organization: Organization) -> bytes:
    """What whoever gave it must have signed."""
    policy, works = Digest(standing.policy), standing.works
    return statement("standing", organization, plan=policy, works=works, expires=standing.expires)
