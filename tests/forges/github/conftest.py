"""A simulated forge, and the reader and writer that work on it over a real socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.github.writer import GitHubWriter
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant, Resource, held_by
from seatkeeper.model.ids import AccountId, ForgeName
from seatkeeper.model.plan import Step, StepAction
from seatkeeper.model.snapshot import AccountState, Snapshot, Target
from tests.forges.http.hostile import Hourglass


class Silent:
    """Progress that shows nothing and counts."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.units = 0

    @contextmanager
    def task(self, label: str, total: int | None) -> Iterator[Callable[[int], None]]:
        assert label
        self.total = total
        yield self._move

    def _move(self, units: int) -> None:
        self.units += units


@dataclass
class Place:
    """A world on a port, with a clock that moves when slept on."""

    world: World
    simulator: Simulator
    clock: Hourglass
    reader: GitHubReader
    writer: GitHubWriter

    def snapshot(self, *, activity: bool = False) -> Snapshot:
        return self.reader.snapshot(Silent(), activity=activity)

    def target(self, account: AccountId, login: str | None = None) -> Target:
        """The account, with everything it holds and the names of today."""
        names = self.snapshot().names()
        held = {grant.resource for grant in held_by(account, self.world.grants())}
        return Target(account, login or self.world.accounts[account].login, {r: names[r] for r in held})

    def state(self, account: AccountId, *more: tuple[Resource, str]) -> AccountState:
        target = self.target(account)
        target = Target(account, target.login, {**target.resources, **dict(more)})
        return self.reader.accounts([target])[account]

    def send(self, action: StepAction, state: AccountState, *grants: Grant) -> None:
        self.writer.send(Step(action, grants, ""), state)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.world.log.requests)


Open = Callable[[World], Place]


@pytest.fixture
def serve() -> Iterator[Open]:
    """Serves worlds until the test ends."""
    opened: list[Place] = []

    def open_place(world: World) -> Place:
        simulator = Simulator(world)
        simulator.__enter__()
        clock = Hourglass()
        clock.time = world.now()
        read, write = Secret(simulator.read_token), Secret(simulator.write_token)
        place = Place(
            world,
            simulator,
            clock,
            GitHubReader(
                forge=ForgeName("acme"),
                api=simulator.url,
                organization=world.organization_login,
                token=read,
                clock=clock,
            ),
            GitHubWriter(
                forge=ForgeName("acme"),
                api=simulator.url,
                organization=world.organization_login,
                token=write,
                clock=clock,
            ),
        )
        opened.append(place)
        return place

    yield open_place
    for place in opened:
        place.reader.close()
        place.writer.close()
        place.simulator.stop()


@pytest.fixture
def world() -> World:
    """The organization acme with one owner, Ana."""
    world = World("acme", organization_id="77")
    world.member(world.account("Ana"), "owner")
    return world
