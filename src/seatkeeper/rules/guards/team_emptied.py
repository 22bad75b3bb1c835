"""A team is not emptied unasked, even when every one of its people has a reason to go."""

from collections.abc import Sequence

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import TeamId
from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import gone
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import asks, costly, holds, passes
from seatkeeper.rules.waves import harm
from seatkeeper.rules.words import count, listed

NAME = "team-emptied"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``team-emptied``: the last one there, in wave order, waits for an approver."""
    leaving: dict[Resource, list[Change]] = {}
    for change in sorted(costly(changes, facts), key=lambda c: harm(c, facts)):
        for team in gone(change, "team"):
            leaving.setdefault(team, []).append(change)
    emptied = {
        team: changed
        for team, changed in sorted(leaving.items())
        if facts.size(TeamId(team.id), frozenset(c.account for c in changed)) == len(changed)
    }
    if not emptied:
        return passes(NAME, f"{count(len(leaving), 'team loses', 'teams lose')} somebody, none its last")
    names = listed(facts.names.get(team, team.id) for team in emptied)
    arithmetic = f"{count(len(emptied), 'team', 'teams')} would have nobody left: {names}"
    accounts = {changed[-1].account: changed[-1] for changed in emptied.values()}
    held = [change for change in accounts.values() if change.account not in facts.named]
    return holds(NAME, arithmetic, held) if held else asks(NAME, arithmetic, accounts=tuple(accounts))
