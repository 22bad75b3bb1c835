"""A desk with a journal and a clock and nothing else, for stories about the past."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from seatkeeper.cli.progress import Silent
from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.store import open_store
from seatkeeper.model.ids import Digest, ForgeName
from seatkeeper.model.limits import DEFAULT_LIMITS
from seatkeeper.model.policy import Policy
from seatkeeper.ports import ForgeReader, IdentitySource, Signatures
from seatkeeper.workflow.desk import Desk
from tests.perfect_reader import perfect_snapshot

POLICY = Policy(Digest("0" * 64), None, None, None, None, (), frozenset(), (), ())


@dataclass
class Hands:
    """A clock that stands where it is put."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        del seconds

    def worker(self) -> AbstractContextManager[None]:
        return nullcontext()


def _nobody_calls() -> ForgeReader:
    raise AssertionError("history needs no forge")


def _nobody_reads() -> IdentitySource:
    raise AssertionError("history needs no source")


def _nobody_signs() -> Signatures:
    raise AssertionError("history needs no signature")


@contextmanager
def desk_at(folder: Path) -> Iterator[Desk]:
    """A desk over a store of its own."""
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    try:
        yield Desk(
            forge=ForgeName("acme"),
            build_reader=_nobody_calls,
            build_source=_nobody_reads,
            build_signatures=_nobody_signs,
            store=store,
            clock=Hands(datetime(2026, 6, 1, tzinfo=UTC)),
            progress=Silent(),
            policy=POLICY,
            limits=DEFAULT_LIMITS,
            lines=(),
            zone="UTC",
        )
    finally:
        store.close()


def observe(desk: Desk, world: World, *unread: str) -> None:
    """Observe the world as it is now; the collections named `unread` were not read whole."""
    desk.store.observe(perfect_snapshot(world, *unread), Digest("1" * 64))
