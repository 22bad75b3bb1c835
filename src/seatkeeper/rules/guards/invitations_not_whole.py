"""Nobody is invited twice because the list of invitations was cut short."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import not_covered, passes

NAME = "invitations-not-whole"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``invitations-not-whole``."""
    coverage = facts.snapshot.coverage
    if not facts.capabilities.needs_acceptance:
        return passes(NAME, "this forge sends no invitations")
    if coverage.whole("invitations"):
        return passes(NAME, "pending invitations were read, all of them")
    invites = [c for c in changes if any(step.invites for step in c.steps)]
    return not_covered(NAME, f"invitations: {coverage.problem('invitations')}", invites)
