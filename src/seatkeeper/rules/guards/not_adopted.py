"""An organization never adopted loses nothing: its first plan is a baseline without a change."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import holds, passes, planned
from seatkeeper.rules.words import count

NAME = "not-adopted"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``not-adopted``."""
    if facts.adopted:
        return passes(NAME, "the organization was adopted")
    backlog = planned(changes)
    waiting = count(len(backlog), "change waits", "changes wait")
    return holds(
        NAME, f"nobody has approved this organization's baseline yet; {waiting}", backlog, waivable=False
    )
