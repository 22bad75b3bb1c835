"""Due times: when a work of the schedule was due and when it will be, as cron tells it in a time zone.

Where clocks are put forward over a due time, it is due as they are; where they are put back, once.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim

from seatkeeper.model.schedule import Due, Work


def due_between(
    schedule: Mapping[Work, str], zone: str, since: datetime, until: datetime
) -> Iterator[tuple[Due, datetime]]:
    """Each time a work was due after `since` up to `until`, oldest first by work, with the next after it."""
    for work, cron in schedule.items():
        at = next_due(cron, zone, since)
        while at <= until:
            following = next_due(cron, zone, at)
            yield Due(work, at), following
            at = following


def next_due(cron: str, zone: str, after: datetime) -> datetime:
    """The first due time after a moment, in UTC."""
    local = next(CronSim(cron, after.astimezone(ZoneInfo(zone))))
    return local.astimezone(after.tzinfo)
