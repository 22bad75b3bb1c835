"""What the contract stands on: GitHub's packages, its description, its schema, and a company on a port."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema

from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.contract import packages
from tests.contract.description import cut
from tests.forges.simulator.small import small_world


@pytest.fixture(scope="session")
def modules() -> Path:
    """GitHub's packages, in place."""
    return packages.in_place()


@pytest.fixture(scope="session")
def description(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GitHub's description of the served paths, as a file."""
    path = tmp_path_factory.mktemp("openapi") / "github.json"
    path.write_text(json.dumps(cut(modules)))
    return path


@pytest.fixture(scope="session")
def schema(modules: Path) -> GraphQLSchema:
    """GitHub's published GraphQL schema."""
    text = (modules / "@octokit/graphql-schema/schema.graphql").read_text()
    return build_schema(text, assume_valid=True, no_location=True)


@pytest.fixture
def world() -> World:
    """The small company, with single sign-on, activity, somebody invited and a team owned elsewhere."""
    world = small_world()
    for account in tuple(world.members):
        login = world.accounts[account].login
        world.identity(account, f"{login}@acme.example", [f"{login}@acme.example"])
        world.accounts[account].last_active = world.now()
    world.tells_activity = True
    world.team("synced", managed_by="okta")
    return world


@pytest.fixture
def simulator(world: World) -> Iterator[Simulator]:
    """The company being served."""
    with Simulator(world) as serving:
        yield serving
