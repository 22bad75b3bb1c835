"""A source that suddenly tells of fewer people has more likely lost rows than people."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import number, percent

NAME = "source-shrunk"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``source-shrunk``."""
    median, limits = facts.trailing.median_rows, facts.limits
    if median is None:
        return passes(NAME, f"{number(facts.rows)} rows; there is no earlier extract to hold them against")
    missing = median - facts.rows
    arithmetic = (
        f"{number(facts.rows)} rows, {number(max(missing, 0.0))} fewer than the {number(median)} usual; "
        f"fewer by {percent(limits.shrink_share)} = {number(median * limits.shrink_share)} "
        f"and by {number(limits.shrink_rows)} stops every leave"
    )
    # Written so that a median that is not a number stops, too.
    if missing <= 0 or missing < limits.shrink_rows or missing < median * limits.shrink_share:
        return passes(NAME, arithmetic)
    return not_covered(NAME, arithmetic, costly(changes, facts))
