"""Waiting is the injected clock's, so that an hour's limit takes no time against the simulator."""

import time
from datetime import timedelta

from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.simulator.clock import SimulatorClock
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import ForgeName
from tests.forges.github.conftest import Silent


def test_a_spent_hour_is_sat_out_in_virtual_time_by_all_threads(world: World) -> None:
    """The budget is a few calls an hour: the snapshot is whole, hours later, in no time."""
    for n in range(450):
        world.member(world.account(f"user{n}"))
    world.limits.calls_per_hour = 3
    world.limits.graphql_points_per_hour = 4
    begun, started = time.monotonic(), world.now()

    with Simulator(world) as simulator:
        reader = GitHubReader(
            forge=ForgeName("acme"),
            api=simulator.url,
            organization="acme",
            token=Secret(simulator.read_token),
            clock=SimulatorClock(simulator.url),
        )
        snapshot = reader.snapshot(Silent())
        reader.close()

    assert snapshot.coverage.complete, snapshot.coverage
    assert snapshot.grants == world.grants()
    assert world.now() - started >= timedelta(hours=1)
    assert snapshot.read_at - snapshot.started_at >= timedelta(hours=1)
    assert time.monotonic() - begun < 20
