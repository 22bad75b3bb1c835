"""An organization keeps so many owners who are people, whatever anybody approves."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import loss
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import holds, passes
from seatkeeper.rules.waves import harm
from seatkeeper.rules.words import listed, number

NAME = "owners-floor"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``owners-floor``. It stands for revocations too; whoever would break it is held."""
    owners = {account for account in facts.seated if facts.roles[account] == "owner"}
    going = sorted(
        (c for c in changes if c.account in owners and loses_ownership(c)), key=lambda c: harm(c, facts)
    )
    spare = max(0, len(owners) - facts.limits.owners_floor)
    arithmetic = (
        f"{number(len(going))} of {number(len(owners))} owners would lose that role; "
        f"{number(facts.limits.owners_floor)} must stay"
    )
    held = going[spare:]
    if not held:
        return passes(NAME, arithmetic)
    logins = listed(change.login for change in held)
    return holds(NAME, f"{arithmetic}, so these stay: {logins}", held, waivable=False)


def loses_ownership(change: Change) -> bool:
    """True when the account is an owner now and would not be one afterwards."""
    return any(g.resource.kind == "organization" and g.role == "owner" for g in loss(change))
