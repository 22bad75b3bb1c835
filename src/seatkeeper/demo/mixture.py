"""How many of each case a company has, and what ought to become of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from seatkeeper.model.limits import DEFAULT_LIMITS

MISLEADING = (
    "orphans",
    "vanished",
    "rehired",
    "last-day",
    "leaving-soon",
    "on-leave",
    "contractor",
    "invited",
)
"""The fates of accounts that something about their record, or its absence, could mislead a rule to touch."""

AMONG_MEMBERS = frozenset(
    {
        "first_seen",
        "unforeseen_status",
        "blank_status",
        "contradicted",
        "ambiguous",
        "orphans",
        "vanished",
        "rehired",
        "last_day",
        "leaving_soon",
        "on_leave",
        "contractor",
    }
)
"""The kinds of a mixture that are dealt to members once the leavers have been chosen."""


class Mixture(NamedTuple):
    """How many of each kind of case; members of the organization first, then others."""

    inactive: int = 6
    ended: int = 2
    foreseen: int = 14
    first_seen: int = 2
    on_leave: int = 45
    leaving_soon: int = 25
    last_day: int = 3
    contractor: int = 180
    rehired: int = 3
    unforeseen_status: int = 3
    blank_status: int = 1
    contradicted: int = 1
    ambiguous: int = 1
    vanished: int = 1
    orphans: int = 12
    bots: int = 8
    owners: int = 5
    joiner: int = 9
    invited: int = 2
    future: int = 6
    outside: int = 60
    gone: int = 150
    elsewhere: int = 600
    free_seats: int = 12

    def scaled(self, seats: int) -> Mixture:
        """The same company with so many seats: no kind dies out, and a day stays within the limits."""
        share = seats / 3500
        fewer = {kind: max(1, round(count * share)) for kind, count in self._asdict().items()}
        sudden = max(1, DEFAULT_LIMITS.run.allows(seats) * (self.inactive + self.ended) // 10)
        fewer["ended"] = min(fewer["ended"], sudden // 3)
        fewer["inactive"] = min(max(fewer["inactive"], 1), sudden - fewer["ended"])
        fewer["foreseen"] = min(fewer["foreseen"], DEFAULT_LIMITS.foreseen_run.allows(seats))
        return Mixture(**fewer)._replace(owners=self.owners)


@dataclass(frozen=True, slots=True)
class Truth:
    """What ought to become of whom, by login as the forge spells it.

    `leavers` includes `foreseen`, those whose end date extracts have shown for
    a month. `joiners` are in order of start date; `waiting` are those of them
    beyond the free seats. `held` gives the decision's reason; `kept` are accounts no person of
    the record has, and people about whom something could mislead.
    """

    leavers: frozenset[str]
    foreseen: frozenset[str]
    joiners: tuple[str, ...]
    waiting: tuple[str, ...]
    held: Mapping[str, str]
    kept: Mapping[str, str]


PLAIN = Mixture(
    first_seen=0,
    on_leave=0,
    rehired=0,
    unforeseen_status=0,
    blank_status=0,
    contradicted=0,
    ambiguous=0,
    vanished=0,
    orphans=0,
    bots=0,
)
"""Everybody with a seat has one plain record, ``active`` or ended; only user3 has no status."""
