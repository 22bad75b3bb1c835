"""Waves of 1, 5, 25, 100, 100 …, least harm first.

What only gives goes before what takes, and the sizes begin again where the
first loss comes, so that the first person to lose something is alone in
their wave.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain, repeat

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import TeamId
from seatkeeper.model.plan import Change
from seatkeeper.rules.effects import lessened, losers_of, loss
from seatkeeper.rules.facts import Facts

SIZES = (1, 5, 25, 100)

_KINDS = {"revoke": 0, "restore": 1, "join": 2, "move": 3, "leave": 4}
_NEVER = datetime.max.replace(tzinfo=UTC)

HarmKey = tuple[bool, bool, int, datetime, int, str, str]


def harm(change: Change, facts: Facts) -> HarmKey:
    """How much a change may hurt, by itself: the smaller goes first.

    Losses after gives, owners last; within a kind the longest inactive first
    where that is known, then whoever loses least. It says nothing of the other
    changes, so setting one aside never turns the order of the rest round.
    """
    taken = loss(change)
    account = facts.accounts.get(change.account)
    active = (account.last_active if account else None) or _NEVER
    return (
        bool(losers_of(change, facts)),
        any(g.resource.kind == "organization" and g.role == "owner" for g in taken),
        _KINDS[change.kind],
        active,
        len(taken),
        change.login.casefold(),
        change.account,
    )


def team_allowance(facts: Facts, size: int) -> int:
    """How many of a team of this size may lose their place before a person is asked."""
    return max(facts.limits.team_floor, int(size * facts.limits.team_share + 1e-9))


def heavily_hit(changes: Iterable[Change], facts: Facts) -> frozenset[Resource]:
    """The teams that lose more people than may go unasked."""
    hits: dict[Resource, int] = {}
    for change in changes:
        for team in lessened(change, "team"):
            hits[team] = hits.get(team, 0) + 1
    return frozenset(
        team for team, amount in hits.items() if amount > team_allowance(facts, facts.size(TeamId(team.id)))
    )


def in_waves(changes: Sequence[Change], facts: Facts) -> tuple[Change, ...]:
    """The changes in the order of their waves, each with its wave's number, from 1."""
    heavy = heavily_hit(changes, facts)

    def key(change: Change) -> tuple[bool, bool, bool, bool, HarmKey]:
        own = harm(change, facts)
        return own[0], own[1], change.account not in facts.first, bool(lessened(change, "team") & heavy), own

    ordered = sorted(changes, key=key)
    gives = [change for change in ordered if not losers_of(change, facts)]
    takes = ordered[len(gives) :]
    waves = [*_cut(gives), *_cut(takes)]
    return tuple(
        dataclasses.replace(change, wave=number)
        for number, wave in enumerate(waves, start=1)
        for change in wave
    )


def _cut(changes: Sequence[Change]) -> list[Sequence[Change]]:
    waves: list[Sequence[Change]] = []
    start = 0
    for size in chain(SIZES, repeat(SIZES[-1])):
        if start >= len(changes):
            break
        waves.append(changes[start : start + size])
        start += size
    return waves
