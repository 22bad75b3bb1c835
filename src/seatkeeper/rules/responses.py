"""Responses: how soon people answered, in the columns in which the story tells it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from seatkeeper.model.ids import AccountId

NAMES = ("within an hour", "within a day", "within three days", "later or never")
HOUR, DAY, THREE_DAYS = timedelta(hours=1), timedelta(days=1), timedelta(days=3)


class Response(NamedTuple):
    """When somebody was first asked or told, and when they first answered; None: not yet."""

    who: AccountId
    asked: datetime
    answered: datetime | None


class Columns(NamedTuple):
    """How many people answered within an hour, a day, three days, and later or never."""

    hour: int
    day: int
    three_days: int
    later_or_never: int

    def bars(self) -> list[tuple[str, int]]:
        """The columns with their names."""
        return list(zip(NAMES, self, strict=True))


def columns(responses: Iterable[Response]) -> Columns:
    """Everybody in exactly one column, so that they add up to the people asked."""
    counts = [0, 0, 0, 0]
    for one in responses:
        counts[column(one)] += 1
    return Columns(*counts)


def column(one: Response) -> int:
    """Which column somebody belongs in; whoever answered before being asked answered at once."""
    if one.answered is None:
        return 3
    took = one.answered - one.asked
    return next((n for n, limit in enumerate((HOUR, DAY, THREE_DAYS)) if took <= limit), 3)
