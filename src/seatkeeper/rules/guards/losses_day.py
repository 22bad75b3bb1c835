"""What all runs of 24 hours together may take: two runs just under the limit are one run over it."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import budget
from seatkeeper.rules.windows import DAY


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``losses-24h``."""
    return budget("losses-24h", changes, facts, limit=facts.limits.day, span=DAY, foreseen=False)
