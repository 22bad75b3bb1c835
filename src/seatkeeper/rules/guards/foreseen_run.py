"""Leavers whose end date was long known have their own budget, so that an ordinary month end passes."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import budget


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``foreseen-run``."""
    return budget("foreseen-run", changes, facts, limit=facts.limits.foreseen_run, span=None, foreseen=True)
