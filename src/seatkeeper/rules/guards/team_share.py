"""A team that loses many of its people at once loses them to a mistake more often than to a reason."""

from collections.abc import Sequence

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, TeamId
from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import lessened
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import asks, costly, holds, passes
from seatkeeper.rules.waves import harm, team_allowance
from seatkeeper.rules.windows import WEEK, losers_on
from seatkeeper.rules.words import listed, number, people, percent

NAME = "team-share"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``team-share``.

    Each team counts its own losers, in wave order and with those of the last
    7 days; the ones beyond its allowance wait for an approver, and those whom
    somebody named are asked about instead.
    """
    losers: dict[Resource, list[Change]] = {}
    for change in sorted(costly(changes, facts), key=lambda c: harm(c, facts)):
        for team in lessened(change, "team"):
            losers.setdefault(team, []).append(change)
    lost = losers_on(facts.losses, facts.computed_at, WEEK)
    beyond: dict[AccountId, Change] = {}
    said: list[str] = []
    for team, changed in sorted(losers.items()):
        # Who came back and loses again counts again: taking one loser out of the
        # list can then never push another over the edge.
        already = lost.get(team, frozenset())
        size, before = facts.size(TeamId(team.id), already), len(already)
        waiting = changed[max(0, team_allowance(facts, size) - before) :]
        beyond.update((change.account, change) for change in waiting)
        if waiting:
            said.append(_arithmetic(team, size, before, len(changed), facts))
    if not beyond:
        return passes(NAME, f"no team of {number(len(losers))} that lose somebody loses more than it may")
    held = [change for change in beyond.values() if change.account not in facts.named]
    told = listed(said, most=3)
    return holds(NAME, told, held) if held else asks(NAME, told, accounts=tuple(beyond))


def _arithmetic(team: Resource, size: int, before: int, now: int, facts: Facts) -> str:
    limits = facts.limits
    return (
        f"team {facts.names.get(team, team.id)}: {people(now)} of {number(size)} would lose something now, "
        f"{number(before)} did in 7 days; {number(team_allowance(facts, size))} may go unasked "
        f"({percent(limits.team_share)} of {number(size)} = {number(size * limits.team_share)}, "
        f"never less than {number(limits.team_floor)})"
    )
