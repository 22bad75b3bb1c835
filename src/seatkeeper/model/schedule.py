"""What the schedule may do by itself."""

from datetime import datetime
from typing import Literal, NamedTuple

Switch = Literal["off", "propose", "apply"]

Work = Literal["leave", "join"]
"""What a schedule starts: ``leave`` is whatever takes something, ``join`` whatever only gives."""


class Due(NamedTuple):
    """A work, and a moment at which it was or will be due."""

    work: Work
    at: datetime


class Switched(NamedTuple):
    """What the schedule may do of a work now, and in words why it is no more than that."""

    work: Work
    switch: Switch
    why: tuple[str, ...] = ()
