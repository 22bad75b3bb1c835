"""How fast the forge's published limits let writes through; nothing of the product is used for it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PAUSE = 1.0
"""Seconds that GitHub asks to leave between two writes."""
WINDOWS = ((60.0, 80), (3_600.0, 500))
"""How many writes that people are told of may go in so many seconds."""


class Write(NamedTuple):
    """One write; `mails` where the forge tells people of it."""

    mails: bool


def floor_seconds(writes: Sequence[Write], *, content: bool) -> float:
    """The least time from the first of these writes to the last; `content` off lifts the windows."""
    told: deque[float] = deque()
    now = -PAUSE
    for write in writes:
        now += PAUSE
        if write.mails and content:
            for span, allowed in WINDOWS:
                if len(told) >= allowed:
                    now = max(now, told[-allowed] + span)
            told.append(now)
    return max(0.0, now)
