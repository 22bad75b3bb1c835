"""The list of members must have been read whole before anybody loses anything."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import number

NAME = "members-not-whole"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``members-not-whole``. A forge that shows no member at all was not read, whatever it says."""
    if facts.restores:
        return passes(NAME, "a restore takes nothing, so it reads its own accounts only")
    coverage = facts.snapshot.coverage
    if not facts.roles:
        return not_covered(NAME, "the forge shows 0 members, which no organization has", changes)
    if not coverage.whole("members"):
        problem = coverage.problem("members")
        return not_covered(NAME, f"members: {problem}", costly(changes, facts))
    if facts.problems.snapshot is not None:
        return not_covered(NAME, facts.problems.snapshot, costly(changes, facts))
    return passes(NAME, f"{number(len(facts.roles))} members were read, all of them")
