"""Approve: a second person signs the exact changes of a plan, and only those."""

from seatkeeper.errors import ApprovalError, PlanRefused, SeatkeeperError, UsageError
from seatkeeper.journal import fold
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Plan
from seatkeeper.model.run import Draft, EntryKind
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.plan import was_planned
from seatkeeper.workflow.refusal import journal_refusal
from seatkeeper.workflow.runs import run_of_plan
from seatkeeper.workflow.signing import Believed, believed, sign
from seatkeeper.workflow.statement import of_approval, of_proposal, statement, two_working_days


def propose(desk: Desk, plan: Plan, digest: Digest, key: str) -> str:
    """Sign the plan as the one who proposes it and journal that; the proposer's name."""
    said = of_proposal(plan, digest)
    person, signature = sign(desk, plan.organization, "propose", said, key, plan=digest)
    payload = {"person": person, "plan": digest, "statement": said.decode(), "signature": signature}
    desk.store.append([Draft("proposal", plan.organization.id, payload)], desk.clock.now())
    return person


def proposal(desk: Desk, plan: Plan, digest: Digest) -> fold.Proposal | None:
    """Who proposed this plan last, as they signed it; None when nobody did."""
    entries = desk.store.entries(kinds={"proposal"}, organization=plan.organization.id)
    named = [p for p in fold.proposals(entries) if p.plan == digest or not p.statement]
    found = believed(desk, plan.organization, named, lambda _: of_proposal(plan, digest)).words
    return found[-1] if found else None


def seconded(desk: Desk, plan: Plan, digest: Digest, proposer: str | None) -> Believed[fold.Approval]:
    """What was signed of this plan or of its changes by others than its proposer and the credential's owner.

    Among it what is over by now; an approval is, two working days after it was given, whatever it says.
    """
    entries = desk.store.entries(kinds={"approval", "waiver"}, organization=plan.organization.id)
    wanted = {change.digest for change in plan.changes}
    given = [a for a in fold.approvals(entries) if a.plan == digest or a.changes & wanted or not a.statement]
    found = believed(desk, plan.organization, given, lambda a: of_approval(a, plan.organization))
    others = (a for a in found.words if a.person not in {proposer, desk.credential_owner})
    return found._replace(
        words=tuple(a._replace(expires=min(a.expires, two_working_days(a.at, desk.zone))) for a in others)
    )


def approve(
    desk: Desk, plan: Plan, digest: Digest, key: str, *, waive: frozenset[str] = frozenset()
) -> fold.Approval:
    """Sign every change of the plan as its approver, or with `waive` the trips it names, and journal it.

    Raises `ApprovalError` when the signer proposed the plan, owns the forge
    credential, or has already spoken for it, `PlanRefused` for a file that was
    not computed here or for a second baseline; every refusal is journaled.
    """
    now = desk.clock.now()
    expires = two_working_days(now, desk.zone)
    changes = frozenset(change.digest for change in plan.changes)
    baseline = plan.kind == "adoption"
    said = statement(
        "waiver" if waive else "approval",
        plan.organization,
        plan=digest,
        changes=changes,
        baseline=baseline,
        waives=waive,
        expires=expires,
    )
    person, signature = sign(desk, plan.organization, "approve", said, key, plan=digest)
    try:
        _may_approve(desk, plan, digest, person, waive)
    except SeatkeeperError as refusal:
        journal_refusal(desk, plan.organization.id, "approve", refusal, person=person, plan=digest)
        raise
    payload: dict[str, object] = {
        "person": person,
        "plan": digest,
        "changes": sorted(changes),
        "baseline": baseline,
        "waives": sorted(waive),
        "expires": expires.isoformat(),
        "statement": said.decode(),
        "signature": signature,
    }
    drafts = [Draft("waiver" if waive else "approval", plan.organization.id, payload)]
    if baseline and not waive:
        drafts.append(_adopted(plan, digest, person))
    desk.store.append(drafts, now)
    return fold.Approval(person, digest, changes, baseline, waive, expires, said.decode(), signature, now)


def _adopted(plan: Plan, digest: Digest, person: str) -> Draft:
    backlog = plan.baseline.backlog if plan.baseline is not None else ()
    payload: dict[str, object] = {"person": person, "plan": digest, "backlog": list(backlog)}
    return Draft("adopted", plan.organization.id, payload)


def not_computed_here(digest: Digest) -> PlanRefused:
    """The error that a file from elsewhere is: what it says of its own changes is nobody's word."""
    return PlanRefused(
        "This plan file was not computed with this journal.",
        arithmetic=f"its digest is {digest}",
        remedy="Make a plan here, and approve that one: seatkeeper plan",
    )


def not_carried_out_yet(desk: Desk, plan: Plan, digest: Digest) -> None:
    """Raise `PlanRefused` for a plan whose run has ended: a second one would rest on the state before it.

    A plan of nothing changes nothing: made again in the same moment, it is the same file.
    """
    if not plan.changes:
        return
    done = run_of_plan(desk.store, plan.organization, digest, ended=True)
    if done is not None:
        raise PlanRefused(
            f"This plan was carried out by run {done}.",
            remedy=f"See how it stands: seatkeeper status {done}; move on what waits: seatkeeper follow",
        )


def _may_approve(desk: Desk, plan: Plan, digest: Digest, person: str, waive: frozenset[str]) -> None:
    if not was_planned(desk, plan, digest):
        raise not_computed_here(digest)
    if plan.kind != "revoke":  # which a second person reviews once it is done
        not_carried_out_yet(desk, plan, digest)
    if plan.kind == "adoption" and desk.adopted(plan.organization):
        raise PlanRefused(
            f"{plan.organization.login} was adopted already.", remedy="Make a plan: seatkeeper plan --key KEY"
        )
    proposed = proposal(desk, plan, digest)
    if proposed is None:
        raise ApprovalError(
            "Nobody has proposed this plan, so nobody can approve it.",
            remedy="Let its author sign it: seatkeeper plan --key KEY",
        )
    if person == proposed.person:
        raise ApprovalError(
            f"{person} proposed this plan and can't approve it as well.",
            remedy="Ask another person of the approvers file: seatkeeper approve PLAN --key KEY",
        )
    if desk.credential_owner is not None and person == desk.credential_owner:
        raise ApprovalError(
            f"{person} owns the credential that would carry the plan out, and can't approve it.",
            remedy="Ask another person of the approvers file: seatkeeper approve PLAN --key KEY",
        )
    if waive:
        _may_waive(plan, waive)
    _said_nothing_else(desk, plan, digest, person, waive)


def _may_waive(plan: Plan, waive: frozenset[str]) -> None:
    tripped = {verdict.guard: verdict for verdict in plan.tripped}
    for guard in sorted(waive):
        if guard not in tripped:
            raise UsageError(
                f"The guard {guard} did not trip on this plan.",
                arithmetic=f"tripped: {', '.join(sorted(tripped)) or 'none'}",
                remedy="Look at the verdicts: seatkeeper show PLAN",
            )
        if not tripped[guard].waivable:
            raise ApprovalError(
                f"The guard {guard} is a hard floor that nobody can waive.",
                arithmetic=tripped[guard].arithmetic,
                remedy="Change what the plan would do: seatkeeper show PLAN",
            )


def _said_nothing_else(desk: Desk, plan: Plan, digest: Digest, person: str, waive: frozenset[str]) -> None:
    """Whoever approves and whoever waives are two people, in whichever order they speak."""
    said: EntryKind = "approval" if waive else "waiver"
    entries = desk.store.entries(kinds={said}, organization=plan.organization.id)
    if not any(a.plan == digest and a.person == person for a in fold.approvals(entries)):
        return
    if waive:
        raise ApprovalError(
            f"{person} approved this plan; a waiver needs yet another person.",
            remedy="Ask a third person: seatkeeper approve PLAN --waive GUARD --key KEY",
        )
    raise ApprovalError(
        f"{person} waived a trip of this plan; its approval needs yet another person.",
        remedy="Ask a third person: seatkeeper approve PLAN --key KEY",
    )
