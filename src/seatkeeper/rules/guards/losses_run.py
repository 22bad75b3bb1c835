"""What this run may take from people unasked."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import budget


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``losses-run``."""
    return budget("losses-run", changes, facts, limit=facts.limits.run, span=None, foreseen=False)
