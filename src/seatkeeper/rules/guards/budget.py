"""The arithmetic that the six guards over lost access share."""

from collections.abc import Sequence
from datetime import timedelta

from seatkeeper.model.ids import AccountId
from seatkeeper.model.limits import Loss
from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import losers
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import asks, passes, planned, trips
from seatkeeper.rules.windows import lost_within
from seatkeeper.rules.words import number, people, percent


def budget(
    guard: str,
    changes: Sequence[Change],
    facts: Facts,
    *,
    limit: Loss,
    span: timedelta | None,
    foreseen: bool,
) -> Verdict:
    """Hold those who would lose something now, and did in the last `span`, against a limit.

    `span` None is this run alone. `foreseen` chooses whose losses count: those
    whose end was long known, or all others. Leavers met at adoption have their
    own plan and count in neither.
    """
    now = losers_now(changes, facts, foreseen=foreseen)
    before: frozenset[AccountId] = frozenset()
    if span is not None:
        before = lost_within(facts.losses, facts.computed_at, span, foreseen=foreseen, without=facts.backlog)
    amount = len(now | before)
    seats = len(facts.seated)
    unattended = limit.allows(seats)
    attended = approvable(facts, unattended)
    said = _said(amount, len(now), span, foreseen=foreseen)
    arithmetic = (
        f"{said}; {number(unattended)} are allowed unattended ({_terms(limit, seats)})"
        f", {number(attended)} with an approver"
    )
    figures = (amount, unattended)
    if amount <= unattended or not now:
        return passes(guard, arithmetic, figures)
    return asks(guard, arithmetic, figures) if amount <= attended else trips(guard, arithmetic, figures)


def losers_now(changes: Sequence[Change], facts: Facts, *, foreseen: bool) -> frozenset[AccountId]:
    """Who would lose something in this run, of those whose end was long known or of the others."""
    counted = (c for c in planned(changes) if c.foreseen == foreseen and c.account not in facts.backlog)
    return losers(counted, facts)


def approvable(facts: Facts, unattended: int) -> int:
    """How many may lose something when one approver says so: more than unattended, never a fifth."""
    share = int(len(facts.seated) * facts.limits.approver_share + 1e-9)
    return max(unattended, min(unattended * facts.limits.approver_factor, share))


def _said(amount: int, now: int, span: timedelta | None, *, foreseen: bool) -> str:
    known = " on an end date long known" if foreseen else ""
    if span is None:
        return f"{people(amount)} would lose something in this run{known}"
    hours = int(span.total_seconds() // 3600)
    window = f"{hours} hours" if hours <= 24 else f"{hours // 24} days"  # noqa: PLR2004  # a day has 24
    return (
        f"{people(amount)} would have lost something in {window}{known}: "
        f"{number(now)} in this run and {number(amount - now)} before it"
    )


def _terms(limit: Loss, seats: int) -> str:
    terms = f"{percent(limit.share)} of {number(seats)} = {number(seats * limit.share)}"
    if limit.count is not None:
        terms += f", at most {number(limit.count)}"
    if limit.least_share:
        terms += f", at least {percent(limit.least_share)} = {number(seats * limit.least_share)}"
    return f"{terms}, never less than {number(limit.floor)}"
