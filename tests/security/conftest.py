"""The same ordinary morning as for bad inputs, to be copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import Bench, Prepared, bench, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Adopted, planned, proposed."""
    return prepare(tmp_path_factory.mktemp("morning"))


@pytest.fixture(name="bench")
def fixture_bench(prepared: Prepared, tmp_path: Path) -> Iterator[Bench]:
    """A copy of it."""
    with bench(prepared, tmp_path / "copy") as made:
        yield made
