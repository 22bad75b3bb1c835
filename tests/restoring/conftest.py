"""A small organization in memory, its journal on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.ports import Clock
from tests.restoring.memory import Forge, MemoryForge, WorldClock, journal
from tests.restoring.story import Story
from tests.restoring.wire import wired


class Small(Story):
    """Ana and Ben own it; m0 to m9 are members of two teams and hold two repositories each."""

    people: tuple[AccountId, ...]
    teams: tuple[TeamId, ...]
    repositories: tuple[RepositoryId, ...]


@contextmanager
def forge_of(kind: str, world: World) -> Iterator[tuple[Forge, Clock]]:
    """The world in memory, or behind the wire."""
    if kind == "memory":
        yield MemoryForge(world), WorldClock(world)
        return
    with wired(world) as forge:
        yield forge, forge.clock


@pytest.fixture(params=["memory", pytest.param("wire", marks=pytest.mark.slow)])
def small(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Small]:
    """The organization, observed once."""
    world = World("acme", "9", seats=None, base_role="read")
    for owner in ("ana", "ben"):
        world.member(world.account(owner), "owner")
    people = tuple(world.member(world.account(f"m{n}")) for n in range(10))
    teams = tuple(world.team(f"t{n}") for n in range(3))
    repositories = tuple(world.repository(f"r{n}") for n in range(4))
    for n, one in enumerate(people):
        world.place(one, teams[0], "maintainer" if n == 0 else "member")
        world.place(one, teams[1])
        world.direct(one, repositories[0], "write")
        world.direct(one, repositories[1 + n % 3], "admin")
    with journal(tmp_path) as store, forge_of(request.param, world) as (forge, clock):
        story = Small(forge, store, clock)
        story.people, story.teams, story.repositories = people, teams, repositories
        story.observe()
        yield story
