"""Seats and invitations: what is free, and who waits in which order."""

from collections.abc import Sequence
from datetime import date, timedelta

from seatkeeper.model.ids import PersonKey
from seatkeeper.model.plan import Change, SeatForecast
from seatkeeper.rules.effects import gone, usable_after, usable_before
from seatkeeper.rules.facts import Facts


def used(facts: Facts) -> int:
    """Seats taken now: as the forge counts them, else people with a seat and those invited to one."""
    told = facts.snapshot.seats.used
    if told is not None:
        return told
    return len(facts.seated) + sum(
        1 for invitation in facts.snapshot.invitations if invitation.failed is None
    )


def queue(changes: Sequence[Change], facts: Facts) -> tuple[Change, ...]:
    """The changes that would take a seat: who is to come first, then by start date and the person's key."""
    starts = {d.person: d.start for d in facts.decisions.of("join") if d.person is not None and d.start}

    def place(change: Change) -> tuple[bool, date, PersonKey]:
        person = change.person or PersonKey("")
        return change.account not in facts.first, starts.get(person, date.max), person

    return tuple(sorted((c for c in changes if takes_seat(c)), key=place))


def takes_seat(change: Change) -> bool:
    """True when the account would become a member, or one who may sign in again."""
    before, after = (
        any(grant.resource.kind == "organization" for grant in grants)
        for grants in (usable_before(change), usable_after(change))
    )
    return after and not before


def invitations_left(facts: Facts) -> int | None:
    """How many invitations the forge still sends today; None where it sets no number."""
    allowance = facts.capabilities.invitations_per_day
    if allowance is None:
        return None
    since = facts.computed_at - timedelta(hours=24)
    pending = sum(1 for invitation in facts.snapshot.invitations if invitation.may_count_since(since))
    return max(0, allowance - max(pending, facts.invited_today))


def forecast(changes: Sequence[Change], waiting: Sequence[Change], facts: Facts) -> SeatForecast:
    """Seats before and after these changes, and the logins that wait for one."""
    before = used(facts)
    taken = sum(1 for change in changes if takes_seat(change))
    freed = sum(1 for change in changes if change.account in facts.seated and gone(change, "organization"))
    return SeatForecast(
        facts.snapshot.seats.bought,
        before,
        before + taken - freed,
        tuple(c.login for c in queue(waiting, facts)),
    )
