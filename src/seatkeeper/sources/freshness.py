"""When a source's data was true, in its own word, and whether that is recent enough to act on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from seatkeeper.errors import ConfigurationError, SourceShapeError
from seatkeeper.sources.values import NotTypedError, shape, value_of

CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a source's data may be, and who tells its age.

    `query` gives one value, when the data was loaded; `column` is a declared
    date or timestamp column whose latest value tells it; with neither, a
    file's own time of change does. `within` is the oldest it may be.
    """

    within: timedelta
    query: str | None = None
    column: str | None = None

    def __post_init__(self) -> None:
        if self.query is not None and self.column is not None:
            raise ConfigurationError(
                "freshness is told by a query or by a column, not by both",
                remedy="Keep one of the two under fresh, then: seatkeeper check",
            )
        if self.within <= timedelta(0):
            raise ConfigurationError(f"fresh.within must be longer than nothing, not {self.within}")

    def problem(self, as_of: datetime | None, read_at: datetime) -> str | None:
        """Why data of that time may not cost anyone access, with its arithmetic; None when it may.

        `as_of` None means that the source was asked and did not say.
        """
        if as_of is None:
            return "the source does not say when it was loaded, and unknown is not fresh"
        age = read_at - as_of
        times = f"loaded {_minute(as_of)}, read {_minute(read_at)}"
        if age > self.within:
            return f"stale: {times}: {_span(age)} old, {_span(self.within)} allowed"
        if -age > CLOCKS_DIFFER:
            return f"from the future: {times}: {_span(-age)} ahead, {_span(CLOCKS_DIFFER)} allowed"
        return None


def told(value: object, source: str) -> datetime | None:
    """The moment a source names, in UTC; a day means its beginning, so that it is never taken for newer."""
    try:
        day = value_of(value, "date")
    except NotTypedError:
        day = None
    if isinstance(day, date) and not isinstance(value, datetime):
        return datetime.combine(day, time.min, UTC)
    try:
        moment = value_of(value, "timestamp")
    except NotTypedError:
        raise SourceShapeError(
            f"source {source} was asked when it was loaded and gave {shape(value)}",
            remedy="Ask for a timestamp, such as SELECT max(loaded_at) FROM people; then: seatkeeper check",
        ) from None
    return moment if isinstance(moment, datetime) else None


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
