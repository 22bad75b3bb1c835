"""Sliding windows over what our runs took: a person counts once, however often they lost something."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.run import LossEvent

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


def within(losses: Iterable[LossEvent], now: datetime, span: timedelta) -> tuple[LossEvent, ...]:
    """The losses of the last `span`; one that seems to lie ahead of `now` counts too."""
    return tuple(event for event in losses if event.at >= now - span)


def lost_within(
    losses: Iterable[LossEvent],
    now: datetime,
    span: timedelta,
    *,
    foreseen: bool,
    without: Collection[AccountId] = (),
) -> frozenset[AccountId]:
    """Who lost something in the last `span` under the foreseen budget, or under the other."""
    return frozenset(
        event.account
        for event in within(losses, now, span)
        if event.foreseen == foreseen and event.account not in without
    )


def losers_on(
    losses: Iterable[LossEvent], now: datetime, span: timedelta
) -> Mapping[Resource, frozenset[AccountId]]:
    """Who lost a grant on each resource in the last `span`, of those on which anybody did."""
    losers: defaultdict[Resource, set[AccountId]] = defaultdict(set)
    for event in within(losses, now, span):
        for grant in event.lost:
            losers[grant.resource].add(event.account)
    return {resource: frozenset(accounts) for resource, accounts in losers.items()}
