"""How many were selected, before anybody is set aside: a wrong selection must not hide behind the holds."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import approvable, losers_now
from seatkeeper.rules.guards.verdicts import passes, trips
from seatkeeper.rules.words import number, people

NAME = "selection"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``selection``.

    It trips where more people are selected than an approver may allow in a
    run, even if guards after it would set most of them aside.
    """
    seats, limits = len(facts.seated), facts.limits
    sudden = len(losers_now(changes, facts, foreseen=False))
    dated = len(losers_now(changes, facts, foreseen=True))
    most = approvable(facts, limits.run.allows(seats))
    most_dated = approvable(facts, limits.foreseen_run.allows(seats))
    arithmetic = (
        f"{people(sudden)} of {number(seats)} are selected to lose something; "
        f"an approver may allow {number(most)}; {number(dated)} more on an end date long known, "
        f"of {number(most_dated)}"
    )
    figures = (sudden, most) if sudden > most or dated <= most_dated else (dated, most_dated)
    if sudden <= most and dated <= most_dated:
        return passes(NAME, arithmetic, figures)
    return trips(NAME, arithmetic, figures)
