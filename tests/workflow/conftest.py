"""The approved plan is made once a worker; each story gets a copy and a forge of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.approved import Approved, Prepared, approved, prepare


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Adopted, planned, proposed, approved."""
    return prepare(tmp_path_factory.mktemp("signed"))


@pytest.fixture
def story(signed: Prepared, tmp_path: Path) -> Iterator[Approved]:
    """A copy of it in which a story happens."""
    with approved(signed, tmp_path / "copy") as made:
        yield made
