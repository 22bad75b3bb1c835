"""The same ordinary morning as for bad inputs, to be copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import Bench, Prepared, bench, prepare
from tests.security import night as nights
from tests.security import week as weeks
from tests.security.night import Night
from tests.security.week import Week, Weeks


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
    with nights.prepared_in(tmp_path_factory.mktemp("night")) as made:
        yield made


@pytest.fixture
def night(prepared_night: Night, tmp_path: Path) -> Iterator[Night]:
    """A copy of it."""
    with nights.copied_to(tmp_path / "copy", prepared_night) as made:
        yield made


@pytest.fixture(scope="session")
def told_weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weeks]:
    """A week of losses, as far as a run that was killed and to its end."""
    with weeks.told_in(tmp_path_factory.mktemp("week")) as told:
        yield told


@pytest.fixture
def interrupted(told_weeks: Weeks, tmp_path: Path) -> Iterator[Week]:
    """A copy of the moment at which a run was killed."""
    with weeks.copied_to(tmp_path / "copy", told_weeks.interrupted) as made:
        yield made


@pytest.fixture
def spent(told_weeks: Weeks, tmp_path: Path) -> Iterator[Week]:
    """A copy of the end: nobody more may go on that day."""
    with weeks.copied_to(tmp_path / "copy", told_weeks.spent) as made:
        yield made
