"""The foreseen budget over 24 hours."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import budget
from seatkeeper.rules.windows import DAY


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``foreseen-24h``."""
    return budget("foreseen-24h", changes, facts, limit=facts.limits.foreseen_day, span=DAY, foreseen=True)
