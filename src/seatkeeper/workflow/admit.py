"""Admit: whether a plan may be carried out now. Everything here reads; nothing here can write."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from seatkeeper.errors import ApprovalError, Braked, GuardTripped, JournalBroken, NotCovered, PlanRefused
from seatkeeper.journal import fold
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Change, Plan, Verdict
from seatkeeper.model.run import Brake
from seatkeeper.model.schedule import Work
from seatkeeper.rules.effects import takes
from seatkeeper.workflow.approve import not_carried_out_yet, not_computed_here, proposal, seconded
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.plan import was_planned
from seatkeeper.workflow.signing import Believed
from seatkeeper.workflow.standing import stands_for

COVERAGE_EXIT = 5
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who let the plan through."""

    proposer: str
    approvers: tuple[str, ...]


def admit(
    desk: Desk, plan: Plan, digest: Digest, resumed: str | None = None, work: Work | None = None
) -> Admission:
    """Raise the first reason why this plan may not start, or the run `resumed` not go on.

    With `work` it is the schedule that asks, under a standing approval.
    """
    _journal_verifies(desk)
    _clock_goes_on(desk)
    brake = stopping(desk, plan)
    if brake is not None:
        raise braked(brake)
    _same_organization(desk, plan)
    _computed_here(desk, plan, digest, work)
    if resumed is None:
        not_carried_out_yet(desk, plan, digest)
    _same_policy(desk, plan)
    proposed = proposal(desk, plan, digest)
    approvals = _valid(desk, seconded(desk, plan, digest, proposed.person if proposed else None))
    _trips_waived(plan, digest, approvals.words)
    if work is None:
        admission = _approved(plan, digest, proposed, approvals)
    else:
        admission = Admission("the schedule", (stands_for(desk, plan, work).person,))
    _fresh(desk, plan)
    if plan.kind != "revoke":  # which rests on its own account's reading, just before it is carried out
        _clock_is_the_forge_s(desk)
        _not_pinned_since(desk, plan, resumed)
        _not_overtaken(desk, plan, resumed)
    return admission


def _journal_verifies(desk: Desk) -> None:
    """Nothing is done on the word of a journal that was tampered with: who approved, and what was taken."""
    found = desk.store.verify()
    if not found.verifies:
        raise JournalBroken(
            "The journal does not verify.",
            arithmetic=f"{len(found.faults)} places do not hold; the first: {found.faults[0].what}",
            remedy="See every place, and stop what runs: seatkeeper verify; seatkeeper stop --reason TEXT",
        )


def _clock_goes_on(desk: Desk) -> None:
    """An earlier time would bring back approvals that are over, and windows in which nobody has left yet."""
    seq, _ = desk.store.head()
    last, now = next(iter(desk.store.entries(after_seq=seq - 1)), None), desk.clock.now()
    if last is not None and last.at > now + CLOCKS_DIFFER:
        raise PlanRefused(
            "This machine's clock is behind the journal.",
            arithmetic=f"the last entry is of {last.at:%Y-%m-%d %H:%M}, now {now:%Y-%m-%d %H:%M} UTC",
            remedy="Set this machine's clock right, then: seatkeeper plan",
        )


def _clock_is_the_forge_s(desk: Desk) -> None:
    """By a later time the windows of the limits would have forgotten who left, and a pin would be over."""
    there, now = desk.reader.credential().at, desk.clock.now()
    if there is not None and abs(now - there) > CLOCKS_DIFFER:
        raise PlanRefused(
            "This machine's clock is not the forge's.",
            arithmetic=f"here {now:%Y-%m-%d %H:%M}, there {there:%Y-%m-%d %H:%M} UTC; "
            f"{CLOCKS_DIFFER.seconds // 60} minutes may lie between",
            remedy="Set this machine's clock right, then: seatkeeper plan",
        )


def stopping(desk: Desk, plan: Plan, changes: Iterable[Change] | None = None) -> Brake | None:
    """The brake that stops these changes of the plan now (None: all of them), if one does.

    A brake on leaves stops whoever takes something, and lets giving go on. Whoever signs a revocation
    signs it in spite of the brake that was set by then; one set later stops it like anything else.
    """
    brake = desk.brake(plan.organization)
    if brake is not None and plan.kind == "revoke" and brake.since < plan.computed_at:
        return None
    if brake is not None and brake.scope == "leaves":
        return brake if any(takes(c) for c in (plan.changes if changes is None else changes)) else None
    return brake


def braked(brake: Brake) -> Braked:
    """The error that a brake is."""
    until = f"until {brake.until:%Y-%m-%d %H:%M} UTC" if brake.until else "until it is released"
    what = "" if brake.scope == "all" else " on whatever takes access"
    return Braked(
        f"{brake.by} set the brake{what}: {brake.reason}",
        arithmetic=f"since {brake.since:%Y-%m-%d %H:%M} UTC, {until}",
        remedy="Once the reason is gone: seatkeeper release --key KEY --reason TEXT",
    )


def _same_organization(desk: Desk, plan: Plan) -> None:
    here = desk.reader.organization()
    if (here.id, desk.forge) != (plan.organization.id, plan.forge):
        raise PlanRefused(
            "The plan is for another organization.",
            arithmetic=f"plan: {plan.forge}/{plan.organization.login} (id {plan.organization.id}); "
            f"configured: {desk.forge}/{here.login} (id {here.id})",
            remedy="Make a plan here: seatkeeper plan",
        )


def _computed_here(desk: Desk, plan: Plan, digest: Digest, work: Work | None) -> None:
    """A file that was edited and given a new digest brings verdicts that no guard gave.

    What the schedule carries out, it has planned itself, with nobody's wishes in it.
    """
    if not was_planned(desk, plan, digest, work):
        raise not_computed_here(digest)


def _same_policy(desk: Desk, plan: Plan) -> None:
    """A rule or a pin written since the plan was computed must be heard before anything is done."""
    if plan.basis.policy_digest != desk.policy.digest:
        raise PlanRefused(
            "The policy has changed since the plan was computed.",
            arithmetic=f"plan: {plan.basis.policy_digest[:16]}; now: {desk.policy.digest[:16]}",
            remedy="Make a new one; what is the same in it stays approved: seatkeeper plan",
        )


def _not_pinned_since(desk: Desk, plan: Plan, resumed: str | None) -> None:
    """The same of the pins that live in the journal."""
    pinned = desk.store.entries(kinds={"pin"}, organization=plan.organization.id, since=plan.computed_at)
    later = [entry for entry in pinned if resumed is None or entry.run != resumed]
    accounts = {change.account for change in plan.changes}
    if any(pin.account_id in accounts for pin in fold.pins(later)):
        raise PlanRefused(
            "A pin on an account of this plan was set since it was computed.",
            remedy="Make a new one; what is the same in it stays approved: seatkeeper plan",
        )


def _valid(desk: Desk, approvals: Believed[fold.Approval]) -> Believed[fold.Approval]:
    now = desk.clock.now()
    return approvals._replace(words=tuple(a for a in approvals.words if a.expires > now))


def _trips_waived(plan: Plan, digest: Digest, approvals: tuple[fold.Approval, ...]) -> None:
    waived = {g for a in approvals if a.plan == digest for g in a.waives}
    standing = [v for v in plan.tripped if not (v.waivable and v.guard in waived)]
    if standing:
        raise tripped(standing)


def tripped(verdicts: list[Verdict]) -> GuardTripped | NotCovered:
    """The error that tripped guards are: a limit before a coverage, as the exit codes rank them."""
    first = min(verdicts, key=lambda v: v.exit_code)
    kind = NotCovered if first.exit_code == COVERAGE_EXIT else GuardTripped
    others = f" (and {len(verdicts) - 1} more)" if len(verdicts) > 1 else ""
    remedy = (
        f"See what it would do: seatkeeper show PLAN; then a third person may sign: "
        f"seatkeeper approve PLAN --waive {first.guard} --key KEY"
        if first.waivable
        else "Nobody can waive this one. See why: seatkeeper show PLAN"
    )
    return kind(
        f"The guard {first.guard} stops this plan{others}.", arithmetic=first.arithmetic, remedy=remedy
    )


def _approved(
    plan: Plan, digest: Digest, proposed: fold.Proposal | None, approvals: Believed[fold.Approval]
) -> Admission:
    """Whoever has waived a trip of this plan is not its approver as well."""
    if plan.kind == "revoke" and proposed is not None:
        return Admission(proposed.person, ())
    proposed_by = proposed.person if proposed else None
    missing = {change.digest for change in plan.changes}
    waived_by = {a.person for a in approvals.words if a.plan == digest and a.waives}
    approvers = set()
    for approval in approvals.words:
        if approval.waives or approval.person in waived_by:
            continue
        if missing & approval.changes:
            approvers.add(approval.person)
        missing -= approval.changes
    if missing or proposed_by is None:
        raise ApprovalError(
            "The plan is not approved.",
            arithmetic=f"{len(missing)} of {len(plan.changes)} changes have no valid approval"
            + ("" if proposed_by else "; nobody signed the proposal")
            + approvals.sum,
            remedy="seatkeeper plan --key KEY; then somebody else: seatkeeper approve PLAN --key KEY",
        )
    return Admission(proposed_by, tuple(sorted(approvers)))


def _fresh(desk: Desk, plan: Plan) -> None:
    age = desk.clock.now() - plan.computed_at
    allowed = timedelta(hours=desk.limits.snapshot_hours)
    if age > allowed:
        raise PlanRefused(
            "The plan is too old to be carried out.",
            arithmetic=f"{age.total_seconds() / 3600:.1f} h old; at most {desk.limits.snapshot_hours:g} h",
            remedy="Make a new one; what is the same in it stays approved: seatkeeper plan",
        )
    if age < -CLOCKS_DIFFER:
        raise PlanRefused(
            "The plan was computed in the future.",
            arithmetic=f"{plan.computed_at:%Y-%m-%d %H:%M}, now {desk.clock.now():%Y-%m-%d %H:%M} UTC",
            remedy="Set this machine's clock right, then: seatkeeper plan",
        )


def _not_overtaken(desk: Desk, plan: Plan, resumed: str | None) -> None:
    later = desk.store.entries(
        kinds={"outcome"}, organization=plan.organization.id, after_seq=plan.basis.journal_seq
    )
    others = [entry.seq for entry in later if entry.run != resumed]
    if others:
        last = others[-1]
        raise PlanRefused(
            "A later run has changed this organization since the plan was computed.",
            arithmetic=f"it knows outcomes to {plan.basis.journal_seq}; the last is {last}",
            remedy="Make a new one; what is the same in it stays approved: seatkeeper plan",
        )
