"""What all runs of 7 days together may take: slowly is not safely."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import budget
from seatkeeper.rules.windows import WEEK


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``losses-7d``."""
    return budget("losses-7d", changes, facts, limit=facts.limits.week, span=WEEK, foreseen=False)
