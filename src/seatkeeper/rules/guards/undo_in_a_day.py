"""What can't be given back within a day is not taken unasked."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import gone
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import asks, passes, planned
from seatkeeper.rules.seats import invitations_left
from seatkeeper.rules.words import number, people

NAME = "undo-in-a-day"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``undo-in-a-day``: every member removed would need an invitation to come back."""
    removed = sum(1 for change in planned(changes) if gone(change, "organization"))
    left = invitations_left(facts)
    if left is None or not facts.capabilities.needs_acceptance:
        return passes(NAME, f"{people(removed)} would be removed; this forge limits no way back")
    spent = sum(1 for c in changes if any(step.invites for step in c.steps))
    back = max(0, left - spent)
    arithmetic = (
        f"{people(removed)} would be removed; {number(back)} could be invited back within a day "
        f"({number(left)} invitations left, {number(spent)} needed for joiners)"
    )
    figures = (removed, back)
    return passes(NAME, arithmetic, figures) if removed <= back else asks(NAME, arithmetic, figures)
