"""Due: when a notice may go to a target, by what became of it so far and by the hours people sleep."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from seatkeeper.model.notice import URGENT, Notice, NoticeRules, Telling

AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360))
"""How long after which failed try the next one comes; the last pause is kept to."""
TRIES = 24
"""About five days; what failed so often waits for a person, and is never dropped."""
LOST = timedelta(minutes=15)
"""A claim as old as this was made by a process that is gone."""


def due(  # facts of one question
    notice: Notice, telling: Telling | None, rules: NoticeRules, now: datetime, zone: str, *, by_mail: bool
) -> bool:
    """Whether this notice may be handed over now.

    A claim without a result may have gone out. Mail goes again under its Message-ID, which makes it one;
    a chat has nothing like it, so nothing is repeated there until a person has looked.
    """
    if asleep(notice, rules, now, zone):
        return False
    if telling is None:
        return True
    if telling.state == "claimed":
        return by_mail and telling.at + LOST <= now
    pause = AGAIN[min(telling.attempts, len(AGAIN)) - 1]
    return telling.state == "failed" and telling.attempts < TRIES and telling.at + pause <= now


def asleep(notice: Notice, rules: NoticeRules, now: datetime, zone: str) -> bool:
    """Whether quiet hours keep it back."""
    if rules.quiet is None or notice.word.kind in URGENT:
        return False
    start, end = rules.quiet
    return between(now.astimezone(ZoneInfo(zone)).time(), start, end)


def between(at: time, start: time, end: time) -> bool:
    """Whether a time of day lies in a span that may go past midnight."""
    return start <= at < end if start <= end else at >= start or at < end
