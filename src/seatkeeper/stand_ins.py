"""Doors with next to nothing behind them, for demonstrations, drills and rehearsals."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from seatkeeper.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from seatkeeper.model.grants import Grant
    from seatkeeper.model.people import Extract
    from seatkeeper.model.run import Entry


@dataclass(frozen=True, slots=True)
class StandsStill:
    """A `ports.Clock` that stays at one moment."""

    moment: datetime

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Return at once."""
        del seconds

    def worker(self) -> AbstractContextManager[None]:
        """Nobody needs to take part."""
        return nullcontext()


class NoPeople:
    """A `ports.IdentitySource` that can't be read: a model has no record of people, so nobody has left."""

    name = "rehearsal"

    def read(self) -> tuple[Extract, pa.Table]:
        """There is nothing to read, and `SourceError` says so."""
        raise SourceError("A rehearsal reads no people.", remedy="Run: seatkeeper plan")


class SaysSo:
    """`ports.Signatures` that stand for nothing: on a model, whoever is named has signed."""

    def sign(self, message: bytes, key: str) -> str:
        """The name itself."""
        del message
        return key

    def person(self, message: bytes, signature: str, at: datetime) -> str:
        """Whoever is named."""
        del message, at
        return signature


class NothingKept:
    """The reading half of a `ports.Store` that has never seen anything; it has no way to keep something."""

    def entries(self, **_asked: object) -> Iterator[Entry]:
        """Nothing was journaled."""
        return iter(())

    def extracts(self, source: str, since: datetime | None = None) -> list[Extract]:
        """No earlier extract."""
        del source, since
        return []

    def grants_at(self, organization: str, at: datetime) -> frozenset[Grant]:
        """Nobody was ever seen to hold anything, so what can't be read shields everybody."""
        del organization, at
        return frozenset()
