"""GitHub's limits: the hourly allowance, and the secondary ones that nobody can ask about."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from seatkeeper.forges.simulator.github_front.call import Problem

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.credentials import Token
    from seatkeeper.forges.simulator.github_front.graphql.pages import Ordered
    from seatkeeper.forges.simulator.world import World

Bucket = Literal["core", "graphql"]

MOST_OF_AN_APP = 12_500
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECONDARY_DOCS = (
    "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"
)
PRIMARY_DOCS = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"


class Sliding:
    """How much was spent within a span that ends now."""

    def __init__(self, span: timedelta) -> None:
        self.span = span
        self._spent: deque[tuple[datetime, int]] = deque()
        self._sum = 0

    def spent(self, now: datetime) -> int:
        """What still counts."""
        while self._spent and self._spent[0][0] <= now - self.span:
            self._sum -= self._spent.popleft()[1]
        return self._sum

    def spend(self, now: datetime, amount: int) -> None:
        """Count this too."""
        self._spent.append((now, amount))
        self._sum += amount

    def until_room(self, now: datetime) -> int:
        """Seconds until the oldest spending no longer counts."""
        return max(1, int((self._spent[0][0] + self.span - now).total_seconds())) if self._spent else 1


class Meter:
    """Counts for every credential, in the world's own time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shelf: dict[str, tuple[int, Ordered]] = {}
        self._hours: dict[tuple[str, Bucket], tuple[datetime, int]] = {}
        self._sliding: dict[tuple[str, str], Sliding] = {}

    def charge(self, token: Token, bucket: Bucket, cost: int) -> None:
        """Take `cost` from the hourly allowance; raises the primary limit's answer when it is used up."""
        if not self.world.limits.enforced:
            return
        start, used = self._hour(token, bucket)
        if used + cost > self._allowance(token, bucket):
            problem = Problem(403, f"API rate limit exceeded for user ID {token.account}.")
            problem.answer.body = {"message": str(problem), "documentation_url": PRIMARY_DOCS}
            raise problem
        self._hours[token.name, bucket] = (start, used + cost)

    def refund(self, token: Token, bucket: Bucket) -> None:
        """Give one call back: a 304 does not count."""
        start, used = self._hour(token, bucket)
        self._hours[token.name, bucket] = (start, max(0, used - 1))

    def pace(self, token: Token, bucket: Bucket, points: int, *, content: bool) -> None:
        """Count against the secondary limits; raises their answer when one is passed."""
        if not self.world.limits.enforced:
            return
        now, limits = self.world.now(), self.world.limits
        minute = limits.points_per_minute if bucket == "core" else limits.graphql_points_per_minute
        asked = [(f"points-{bucket}", MINUTE, points, minute)]
        if content and limits.content:
            asked += [
                ("content-minute", MINUTE, 1, limits.content_per_minute),
                ("content-hour", HOUR, 1, limits.content_per_hour),
            ]
        meters = [
            (self._sliding.setdefault((token.name, name), Sliding(span)), amount, allowed)
            for name, span, amount, allowed in asked
        ]
        for meter, amount, allowed in meters:
            if meter.spent(now) + amount > allowed:
                raise self.secondary(meter.until_room(now))
        for meter, amount, _ in meters:
            meter.spend(now, amount)

    def secondary(self, seconds: int) -> Problem:
        """The answer of every secondary limit, with Retry-After where the world is that kind."""
        words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        problem = Problem(403, words)
        problem.answer.body = {"documentation_url": SECONDARY_DOCS, "message": words}
        if self.world.limits.retry_after:
            problem.answer.headers["Retry-After"] = str(seconds)
        return problem

    def state(self, token: Token, bucket: Bucket) -> dict[str, int]:
        """Limit, used, remaining and the time of the next hour's start, in seconds since 1970."""
        start, used = self._hour(token, bucket)
        limit = self._allowance(token, bucket)
        reset = int((start + HOUR).timestamp())
        return {"limit": limit, "used": used, "remaining": max(0, limit - used), "reset": reset}

    def headers(self, token: Token, bucket: Bucket) -> dict[str, str]:
        """The same as headers."""
        state = self.state(token, bucket)
        return {f"X-RateLimit-{name.title()}": str(value) for name, value in state.items()} | {
            "X-RateLimit-Resource": bucket
        }

    def _allowance(self, token: Token, bucket: Bucket) -> int:
        """An App's grows with the users and repositories beyond twenty of each, up to 12,500."""
        limits, world = self.world.limits, self.world
        usual = limits.calls_per_hour if bucket == "core" else limits.graphql_points_per_hour
        if token.app is None or usual >= MOST_OF_AN_APP:
            return usual
        beyond = sum(max(0, len(many) - 20) for many in (world.members, world.repositories))
        return min(MOST_OF_AN_APP, usual + 50 * beyond)

    def _hour(self, token: Token, bucket: Bucket) -> tuple[datetime, int]:
        now = self.world.now()
        start, used = self._hours.get((token.name, bucket), (now, 0))
        return (now, 0) if now >= start + HOUR else (start, used)
