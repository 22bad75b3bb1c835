"""When far fewer accounts than usual have a person, a column has changed, not the company."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.facts import link_share as share_of
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import number, people, percent

NAME = "link-share"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``link-share``."""
    linked, accounts = facts.decisions.linked()
    share, usual, limits = share_of(linked, accounts), facts.trailing.link_share, facts.limits
    if share is None or usual is None:
        return passes(
            NAME, f"{number(linked)} of {number(accounts)} linked; there is nothing earlier to compare with"
        )
    missing = usual * accounts - linked
    arithmetic = (
        f"{number(linked)} of {number(accounts)} linked, {percent(share)}; usual is {percent(usual)}; "
        f"{number(limits.link_points * 100)} points and {people(limits.link_people)} fewer stop every leave"
    )
    if missing <= 0 or missing < limits.link_people - 1e-9 or usual - share < limits.link_points - 1e-9:
        return passes(NAME, arithmetic)
    return not_covered(NAME, arithmetic, costly(changes, facts))
