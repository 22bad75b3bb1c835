"""The same ordinary morning as for bad inputs, to be copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import Bench, Prepared, bench, prepare
from tests.security.night import Night, copied_to, prepared_in


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Adopted, planned, proposed."""
    return prepare(tmp_path_factory.mktemp("morning"))


@pytest.fixture(name="bench")
def fixture_bench(prepared: Prepared, tmp_path: Path) -> Iterator[Bench]:
    """A copy of it."""
    with bench(prepared, tmp_path / "copy") as made:
        yield made


@pytest.fixture(scope="session")
def prepared_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """What the attempts to get past something begin with."""
    with prepared_in(tmp_path_factory.mktemp("night")) as made:
        yield made


@pytest.fixture
def night(prepared_night: Night, tmp_path: Path) -> Iterator[Night]:
    """A copy of it."""
    with copied_to(tmp_path / "copy", prepared_night) as made:
        yield made
