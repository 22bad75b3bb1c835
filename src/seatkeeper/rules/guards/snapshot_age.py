"""A snapshot ages: what it shows may have been changed since by somebody else."""

from collections.abc import Sequence
from datetime import timedelta

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import number

NAME = "snapshot-age"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``snapshot-age``. A snapshot from the future tells of a wrong clock and counts as old."""
    age = facts.computed_at - facts.snapshot.started_at
    hours = age / timedelta(hours=1)
    allowed = facts.limits.snapshot_hours
    arithmetic = f"the snapshot is {number(hours)} hours old; {number(allowed)} are allowed"
    if 0 <= hours <= allowed:
        return passes(NAME, arithmetic)
    return not_covered(NAME, arithmetic, costly(changes, facts))
