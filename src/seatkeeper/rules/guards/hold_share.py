"""When far more people than usual can't be decided, the data is wrong, also about the others."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.facts import hold_share as share_of
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import number, people, percent

NAME = "hold-share"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``hold-share``."""
    counts = facts.decisions.counts()
    share, usual, limits = share_of(counts), facts.trailing.hold_share, facts.limits
    held, total = counts.get("hold", 0), sum(counts.values())
    if share is None or usual is None:
        return passes(
            NAME, f"{people(held)} of {number(total)} held; there is nothing earlier to compare with"
        )
    more = held - usual * total
    arithmetic = (
        f"{people(held)} of {number(total)} held, {percent(share)}; usual is {percent(usual)}, "
        f"{number(limits.hold_points * 100)} points and {people(limits.hold_people)} more stop every leave"
    )
    if more <= 0 or more < limits.hold_people - 1e-9 or share - usual < limits.hold_points - 1e-9:
        return passes(NAME, arithmetic)
    return not_covered(NAME, arithmetic, costly(changes, facts))
