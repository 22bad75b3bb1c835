"""Nobody is invited to a seat that is not there; who waits is in order of start date."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import holds, passes
from seatkeeper.rules.seats import queue, used
from seatkeeper.rules.words import listed, number, people

NAME = "no-seat"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``no-seat``. Seats freed by this plan's leavers are for the next one, once they are free."""
    bought = facts.snapshot.seats.bought
    joiners = queue(changes, facts)
    if bought is None:
        return passes(
            NAME, f"{people(len(joiners))} would take a seat; the forge does not say how many there are"
        )
    free = max(0, bought - used(facts))
    arithmetic = f"{people(len(joiners))} would take a seat; {number(free)} of {number(bought)} are free"
    waiting = joiners[free:]
    if not waiting:
        return passes(NAME, arithmetic)
    return holds(NAME, f"{arithmetic}; waiting: {listed(c.login for c in waiting)}", waiting)
