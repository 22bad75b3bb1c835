"""A small company on a port."""

from collections.abc import Iterator

import pytest

from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.forges.simulator.small import small_world
from tests.forges.simulator.wire import Wire


@pytest.fixture
def world() -> World:
    """Ana and Oto own it, five people are members, two guests come from outside."""
    return small_world()


@pytest.fixture
def simulator(world: World) -> Iterator[Simulator]:
    """The small company being served."""
    with Simulator(world) as serving:
        yield serving


@pytest.fixture
def wire(simulator: Simulator) -> Iterator[Wire]:
    """A client that may write."""
    client = Wire(simulator)
    yield client
    client.close()


@pytest.fixture
def reading(simulator: Simulator) -> Iterator[Wire]:
    """A client that may only read."""
    client = Wire(simulator, simulator.read_token)
    yield client
    client.close()
