"""Nobody plans away the account that does the planning, nor the one that owns its credential."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import losers_of
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import holds, passes
from seatkeeper.rules.words import listed

NAME = "own-credential"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``own-credential``. It stands for revocations too, and nobody can waive it."""
    held = [change for change in changes if losers_of(change, facts) & facts.protected]
    if not held:
        return passes(NAME, "neither our own account nor the credential's owner loses anything")
    logins = listed(change.login for change in held)
    return holds(
        NAME,
        f"{logins}: our own account or the credential's owner would lose something",
        held,
        waivable=False,
    )
