"""The machine's own time. Nothing else in the source may ask what time it is."""

import time
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime


class SystemClock:
    """Implements `ports.Clock` with real time, in which every thread takes part by itself."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed; 0 or less returns at once."""
        if seconds > 0:
            time.sleep(seconds)

    def worker(self) -> AbstractContextManager[None]:
        """Nothing to take part in: real time waits for nobody."""
        return nullcontext()
