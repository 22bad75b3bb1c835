"""However small the organization, everybody at once is never ordinary."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import gone
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import passes, planned, trips
from seatkeeper.rules.words import number

NAME = "everyone"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``everyone``: the floors of the limits must not add up to a whole small organization."""
    going = {c.account for c in planned(changes) if gone(c, "organization")} & facts.seated
    arithmetic = f"{number(len(going))} of {number(len(facts.seated))} people with a seat would lose it"
    figures = (len(going), max(0, len(facts.seated) - 1))
    everybody = bool(going) and going == facts.seated
    return trips(NAME, arithmetic, figures) if everybody else passes(NAME, arithmetic, figures)
