"""No owner goes unasked."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.owners_floor import loses_ownership
from seatkeeper.rules.guards.verdicts import asks, passes, planned, trips
from seatkeeper.rules.words import count, number

NAME = "owners"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``owners``: unattended as many as the limit, one more (or three times it) with an approver."""
    losing = tuple(change.account for change in planned(changes) if loses_ownership(change))
    going = len(losing)
    unattended = facts.limits.owners
    attended = max(unattended + 1, unattended * facts.limits.approver_factor)
    arithmetic = (
        f"{count(going, 'owner', 'owners')} would lose that role; {number(unattended)} are allowed "
        f"unattended, {number(attended)} with an approver"
    )
    figures = (going, unattended)
    if going <= unattended:
        return passes(NAME, arithmetic, figures)
    asked = asks(NAME, arithmetic, figures, accounts=losing)
    return asked if going <= attended else trips(NAME, arithmetic, figures)
