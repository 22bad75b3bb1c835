"""The foreseen budget over 7 days."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import budget
from seatkeeper.rules.windows import WEEK


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``foreseen-7d``."""
    return budget("foreseen-7d", changes, facts, limit=facts.limits.foreseen_week, span=WEEK, foreseen=True)
