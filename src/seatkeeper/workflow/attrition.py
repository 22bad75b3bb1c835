"""What the limits allow here, beside how many people the record has seen leave: when would they be hit?"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from seatkeeper.model.limits import Limits
from seatkeeper.model.snapshot import Organization, Snapshot
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.recall import recall

LOOKED_BACK = timedelta(days=90)
LOOKED_AHEAD = timedelta(days=30)
DAYS_OF_A_WEEK = 7


class Attrition(NamedTuple):
    """How many person accounts have a seat, and the most last days within 7 days that the record holds.

    `worst` is None where no column says when people end; `until` is the last of those 7 days.
    """

    seats: int
    worst: int | None
    until: date | None


def attrition(desk: Desk, organization: Organization) -> Attrition:
    """From the last observation: three months back, and what is known of the next one."""
    seen = recall(desk, organization)
    seats = _seats(seen.snapshot)
    column = next((c.name for c in seen.extract.columns if c.role == "end"), None)
    if column is None:
        return Attrition(seats, None, None)
    today = desk.clock.now().date()
    ends = [end for end in seen.people.column(column).to_pylist() if isinstance(end, date)]
    near = (end for end in ends if today - LOOKED_BACK <= end <= today + LOOKED_AHEAD)
    worst, until = busiest_week(near)
    return Attrition(seats, worst, until)


def busiest_week(ends: Iterable[date]) -> tuple[int, date | None]:
    """The most of these days that lie within 7, and the last of the 7; the earliest where several tie."""
    days = Counter(ends)
    weeks = (
        (sum(days[last - timedelta(days=back)] for back in range(DAYS_OF_A_WEEK)), last)
        for last in sorted(days)
    )
    return max(weeks, key=lambda week: week[0], default=(0, None))


def allowances(limits: Limits, seats: int) -> str:
    """What may go unattended, in words."""
    run, day, week = (loss.allows(seats) for loss in (limits.run, limits.day, limits.week))
    known = [loss.allows(seats) for loss in (limits.foreseen_run, limits.foreseen_day, limits.foreseen_week)]
    return (
        f"of {seats:,} people with a seat, without asking anybody {run} may lose something in a run, "
        f"{day} in 24 hours, {week} in 7 days; and {known[0]}, {known[1]} and {known[2]} whose end date "
        f"was known {limits.foreseen_days:g} days before"
    )


def _seats(snapshot: Snapshot) -> int:
    people = {account.id for account in snapshot.accounts if account.kind == "person"}
    place = ("organization", snapshot.organization.id)
    members = {subject.id for subject, resource, _ in snapshot.grants if resource == place}
    return len(members & people - snapshot.suspended)
