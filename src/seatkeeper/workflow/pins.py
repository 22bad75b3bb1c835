"""Pins: since when there is each, whom it decides today, when it last did, and whether it is idle."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from seatkeeper.errors import NotCovered
from seatkeeper.journal import fold
from seatkeeper.model.policy import Pin
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.pins import Use, pin_id
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.plan import decide_on
from seatkeeper.workflow.recall import recall

IDLE = {
    "keep": "everybody it names would stay without it",
    "out": "nobody it names would be let in without it",
}


class Pinned(NamedTuple):
    """One pin as it stands.

    `since` is when a run set it or a plan first heard it, and `last` when a plan last decided somebody by
    it; None where no plan did. `use` is of the last observation, None where there is none.
    """

    pin: Pin
    since: date | None
    days_left: int
    last: date | None
    use: Use | None

    @property
    def idle(self) -> str:
        """Why it makes no difference to anybody; empty where it does, or where nobody can know."""
        if self.use is None or self.use.decides:
            return ""
        return IDLE[self.pin.kind] if self.use.speaks else "nobody it names is there"


def pins(desk: Desk, organization: Organization) -> list[Pinned]:
    """Every pin, the policy's first, on the last observation."""
    used, since, last = _uses(desk, organization), _set_by_runs(desk, organization), dict[str, date]()
    for entry in desk.store.entries(kinds={"extract"}, organization=organization.id):
        told = (entry.payload or {}).get("pins")
        for name, decided in told.items() if isinstance(told, Mapping) else ():
            since.setdefault(name, entry.at)
            if decided:
                last[name] = entry.at.date()
    return [
        Pinned(
            pin,
            since[name].date() if (name := pin_id(pin)) in since else None,
            (pin.until - desk.today).days,
            last.get(name),
            used.get(pin) if used is not None else None,
        )
        for pin in desk.pins(organization)
    ]


def _uses(desk: Desk, organization: Organization) -> Mapping[Pin, Use] | None:
    try:
        decisions = decide_on(desk, recall(desk, organization))
    except NotCovered:
        return None
    try:
        return decisions.uses()
    finally:
        decisions.close()


def _set_by_runs(desk: Desk, organization: Organization) -> dict[str, datetime]:
    entries = list(desk.store.entries(kinds={"pin", "pin-lifted"}, organization=organization.id))
    at = {entry.seq: entry.at for entry in entries}
    return {pin_id(pin): at[seq] for seq, pin in fold.pins_by_entry(entries).items()}
