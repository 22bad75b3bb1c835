"""The limits, with their defaults. 0 means none, not "no limit"."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """At most max(`floor`, min(`count`, `share` of seats), `least_share` of seats) people, rounded down."""

    floor: int
    count: int | None
    share: float
    least_share: float

    def allows(self, seats: int) -> int:
        """How many of `seats` people may lose something.

        Whole people only: a share of a person is rounded down.
        """
        capped = seats * self.share
        if self.count is not None:
            capped = min(float(self.count), capped)
        return max(self.floor, int(capped + 1e-9), int(seats * self.least_share + 1e-9))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be lost before a person is asked."""

    run: Loss = Loss(1, 10, 0.01, 0.001)
    day: Loss = Loss(1, 15, 0.02, 0.0025)
    week: Loss = Loss(1, 25, 0.05, 0.005)
    foreseen_run: Loss = Loss(2, None, 0.01, 0.0)
    foreseen_day: Loss = Loss(2, None, 0.01, 0.0)
    foreseen_week: Loss = Loss(3, None, 0.015, 0.0)
    approver_factor: int = 3
    approver_share: float = 0.20
    team_floor: int = 2
    team_share: float = 0.20
    owners: int = 0
    owners_floor: int = 2
    shrink_share: float = 0.05
    shrink_rows: int = 3
    hold_points: float = 0.02
    hold_people: int = 3
    link_points: float = 0.02
    link_people: int = 3
    snapshot_hours: float = 4.0
    second_extract_hours: float = 12.0
    foreseen_days: float = 7.0


DEFAULT_LIMITS = Limits()
