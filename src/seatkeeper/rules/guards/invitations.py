"""No more invitations in a day than the forge sends."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import holds, passes
from seatkeeper.rules.seats import invitations_left, queue
from seatkeeper.rules.words import count, number

NAME = "invitations"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``invitations``: those beyond the day's allowance wait for tomorrow.

    A restore is one plan however many days its invitations take.
    """
    invited = [c for c in queue(changes, facts) if any(step.invites for step in c.steps)]
    sent = count(len(invited), "invitation", "invitations")
    left, allowance = invitations_left(facts), facts.capabilities.invitations_per_day
    if left is None or allowance is None:
        return passes(NAME, f"{sent} to send; this forge sets no daily number")
    arithmetic = f"{sent} to send; {number(left)} of {number(allowance)} are left today"
    if facts.restores:
        return passes(NAME, f"{arithmetic}; a restore sends the rest on the days after")
    waiting = invited[left:]
    return holds(NAME, arithmetic, waiting) if waiting else passes(NAME, arithmetic)
