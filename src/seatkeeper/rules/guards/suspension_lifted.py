"""Whoever was suspended may have been by somebody's decision that no record of people tells."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import letting_in
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import asks, passes
from seatkeeper.rules.words import listed, people

NAME = "suspension-lifted"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``suspension-lifted``: a join that lifts a suspension is never done unasked."""
    del facts
    lifting = [change for change in changes if change.kind == "join" and letting_in(change.gained)]
    if not lifting:
        return passes(NAME, "nobody who is suspended would be let in as a joiner")
    logins = listed(change.login for change in lifting)
    return asks(
        NAME,
        f"{people(len(lifting))} would be let in again who were suspended, by us or by others: {logins}",
        (len(lifting), 0),
        accounts=tuple(change.account for change in lifting),
    )
