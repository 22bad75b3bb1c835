"""When the next request may go out.

A forge says it with ``Retry-After``, with a spent budget and its reset, or by
refusing without a word about time; then a minute, doubled each time. All
waiting is the injected clock's. No lock is held while a thread sleeps, so that
virtual time can see every sleeper.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final, Literal, NamedTuple

from seatkeeper.errors import RateLimited
from seatkeeper.ports import Clock

Bucket = Literal["core", "graphql"]

SECONDARY_SECONDS: Final = 60.0
"""What GitHub asks for when it refuses without naming a time."""
WINDOW_SECONDS: Final = 60.0
WINDOW: Final[Mapping[Bucket, int]] = {"core": 450, "graphql": 1000}
"""Requests in one window: half of what GitHub publishes, so that two windows never exceed it."""


AGES: Final = 366 * 86_400.0
"""More than anybody waits: what a forge asks for beyond that is as good as this."""
LAST_SECOND: Final = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


class Patience(NamedTuple):
    """How long and how often to wait: `seconds` at once, `limits` refusals, `tries` of a read."""

    seconds: float = 3700.0
    limits: int = 5
    tries: int = 4
    backoff: float = 1.0


class _Window:
    """Requests counted from the first of a window; the clock is asked only when the window is full."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self.count = 0
        self.since: datetime | None = None


class Limiter:
    """Waits before each request for as long as the forge, and its published limits, ask."""

    def __init__(self, clock: Clock, *, write_seconds: float, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._write_pause = timedelta(seconds=write_seconds)
        self._lock = Lock()
        self._held: dict[str, datetime] = {}
        self._windows = {bucket: _Window(allowed) for bucket, allowed in WINDOW.items()}

    def enter(self, bucket: Bucket, *, writes: bool) -> None:
        """Return when a request may go out; `RateLimited` if that is further off than our patience."""
        while True:
            with self._lock:
                wait = self._wait(bucket, writes=writes)
            if wait <= 0:
                return
            if wait > self._patience.seconds:
                raise too_long(wait, self._patience)
            self._clock.sleep(wait)

    def _wait(self, bucket: Bucket, *, writes: bool) -> float:
        window = self._windows[bucket]
        full = window.count >= window.allowed
        if not (writes or full or "all" in self._held or bucket in self._held or window.since is None):
            window.count += 1
            return 0.0
        now = self._clock.now()
        self._held = {name: until for name, until in self._held.items() if until > now}
        until = [
            self._held[name] for name in ("all", bucket, "write" if writes else "") if name in self._held
        ]
        if full and window.since is not None:
            until.append(window.since + timedelta(seconds=WINDOW_SECONDS))
        wait = max(((moment - now).total_seconds() for moment in until), default=0.0)
        if wait <= 0:
            self._admit(window, now, full=full, writes=writes)
        return wait

    def _admit(self, window: _Window, now: datetime, *, full: bool, writes: bool) -> None:
        if full or window.since is None:
            window.since, window.count = now, 0
        window.count += 1
        if writes:
            self._held["write"] = now + self._write_pause

    def learn(self, bucket: Bucket, headers: Mapping[str, str], *, wrote: bool) -> None:
        """Take in what an answer says about later requests."""
        after = headers.get("retry-after")
        spent = headers.get("x-ratelimit-remaining") == "0"
        if not (after or spent or wrote):
            return
        now = self._clock.now()
        if after:
            self.hold("all", now + timedelta(seconds=seconds_told(after, now) or 0.0))
        elif spent and (reset := _reset(headers)) is not None:
            self.hold(bucket, reset)
        if wrote:
            self.hold("write", now + self._write_pause)

    def refused(self, bucket: Bucket, headers: Mapping[str, str], *, times: int) -> None:
        """The forge did not take a request, for the `times`-th time: hold back as long as it asks.

        Raises `RateLimited` once it has been asked too often, or for too long.
        """
        now = self._clock.now()
        wait = asked_wait(headers, now)
        if wait is None:
            wait = SECONDARY_SECONDS * 2.0 ** (times - 1)
        primary = headers.get("x-ratelimit-remaining") == "0" and not headers.get("retry-after")
        self.hold(bucket if primary else "all", now + timedelta(seconds=wait))
        if times >= self._patience.limits or wait > self._patience.seconds:
            raise too_long(wait, self._patience, times)

    def hold(self, name: str, until: datetime) -> None:
        """Nothing of this name goes out before `until`."""
        with self._lock:
            self._held[name] = max(until, self._held.get(name, until))


def too_long(wait: float, patience: Patience, times: int = 0) -> RateLimited:
    """The error for a wait we were not given the time for."""
    asked = f", and has refused {times} times" if times else ""
    return RateLimited(
        f"the forge asks to come back in {wait:.0f} s{asked}; nothing was done",
        arithmetic=f"{wait:.0f} s asked, {patience.seconds:.0f} s and {patience.limits} refusals allowed",
        remedy=f"wait {wait:.0f} s and run the same command again",
        wait=wait,
    )


def seconds_told(retry_after: str, now: datetime) -> float | None:
    """The seconds of a ``Retry-After``, which is a number or a date; None when it is neither."""
    if retry_after.isascii() and retry_after.strip().isdigit():
        return min(float(retry_after), AGES)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long the forge asks to wait; None when it names no time.

    A budget's reset is given in whole seconds, so one more makes sure it has passed.
    """
    if after := headers.get("retry-after"):
        told = seconds_told(after, now)
        if told is not None:
            return max(told, 1.0)
    if headers.get("x-ratelimit-remaining") == "0" and (reset := _reset(headers)) is not None:
        return max(1.0, (reset - now).total_seconds())
    return None


def _reset(headers: Mapping[str, str]) -> datetime | None:
    text = headers.get("x-ratelimit-reset", "")
    if not (text.isascii() and text.isdigit()):
        return None
    return datetime.fromtimestamp(min(float(text), LAST_SECOND) + 1, UTC)
