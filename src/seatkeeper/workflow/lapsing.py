"""Lapsing: the owner of a pin hears of its last day in time to renew it, or to take it away."""

from collections import defaultdict

from seatkeeper.model.notice import Word
from seatkeeper.model.policy import Pin
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.words import listed
from seatkeeper.workflow.desk import Desk


def lapsing(desk: Desk, organization: Organization) -> list[Word]:
    """A word about each pin whose last day is near: the same one until that day has passed or was moved.

    What one run has pinned is one word. An owner without an address is told by way of the admins.
    """
    today = desk.today
    near: defaultdict[str, list[Pin]] = defaultdict(list)
    for pin in desk.pins(organization):
        if today <= pin.until <= today + desk.notices.nag:
            near[_event(pin)].append(pin)
    logins = desk.store.logins(organization.id) if near else {}
    words = []
    for event, pins in near.items():
        first = pins[0]
        told = {
            "login": listed(
                [logins.get(pin.account_id, pin.scope) if pin.account_id else pin.scope for pin in pins]
            ),
            "pin": first.kind,
            "owner": first.owner,
            "until": first.until.isoformat(),
            "reason": first.reason,
        }
        if "@" in first.owner:
            words.append(Word("pin-lapsing", event, told, "owner", (first.owner,)))
        else:
            words.append(Word("pin-lapsing", event, told))
    return words


def _event(pin: Pin) -> str:
    """What is told once: who says what of whom until when; a run says the same of many, and why."""
    whom = pin.reason if pin.account_id else pin.scope
    return f"{pin.kind}/{whom}/{pin.owner}/{pin.until}"
