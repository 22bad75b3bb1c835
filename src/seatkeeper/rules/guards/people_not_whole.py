"""The people must have been read whole and fresh before anybody loses anything."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import people

NAME = "people-not-whole"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``people-not-whole``. Zero rows are not zero people."""
    if facts.restores:
        return passes(NAME, "a restore takes nothing, and rests on the journal")
    if facts.problems.people is not None:
        return not_covered(NAME, facts.problems.people, costly(changes, facts))
    if facts.rows <= 0:
        return not_covered(NAME, "the source told of 0 people", costly(changes, facts))
    return passes(NAME, f"{people(facts.rows)} were read, all of them")
