"""Leavers met at adoption are one named plan with its own budget, not a month of daily ones."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import asks, costly, holds, passes, trips
from seatkeeper.rules.words import number, people, percent

NAME = "backlog"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``backlog``."""
    met = [change for change in costly(changes, facts) if change.account in facts.backlog]
    unnamed = [change for change in met if change.account not in facts.named]
    if unnamed:
        return holds(NAME, f"{people(len(unnamed))} met at adoption wait for a plan that names them", unnamed)
    seats, share = len(facts.seated), facts.limits.approver_share
    attended = int(seats * share + 1e-9)
    arithmetic = (
        f"{people(len(met))} met at adoption would lose something; an approver may allow "
        f"{number(attended)} ({percent(share)} of {number(seats)})"
    )
    figures = (len(met), attended)
    if not met:
        return passes(NAME, arithmetic, figures)
    return asks(NAME, arithmetic, figures) if len(met) <= attended else trips(NAME, arithmetic, figures)
