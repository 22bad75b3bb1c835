"""The stage on which the incidents are told."""

from collections.abc import Iterator

import pytest

from tests.incidents.scene import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    """A small organization in which nothing is wrong yet."""
    scene = Scene()
    yield scene
    scene.close()
