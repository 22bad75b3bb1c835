"""The nights add up: seeds go on where the last run stopped, and no failure is forgotten."""

from pathlib import Path

import pytest

from tests.nightly import SUITES
from tests.nightly.__main__ import Book, _suite, night, turn

pytestmark = pytest.mark.slow


def test_seeds_continue_over_runs_and_figures_add_up(tmp_path: Path) -> None:
    """Two nights of three seeds are six different seeds."""
    seen: list[int] = []

    def suite(seed: int, deadline: float) -> dict[str, int]:
        seen.append(seed)
        return {"cases": 10 if deadline else 0}

    for _ in range(2):
        book = Book(tmp_path / "figures.json")
        ticks = iter([1.0, 2.0, 3.0])
        assert turn("one", suite, book, deadline=3.0, now=lambda ticks=ticks: next(ticks)) == 0  # type: ignore[misc]

    assert seen == [1, 2, 3, 4, 5, 6]
    assert Book(tmp_path / "figures.json").page("one") == {
        "next_seed": 7,
        "figures": {"seeds": 6, "cases": 60},
        "failed_seeds": [],
    }


def test_a_failing_seed_is_written_down_and_the_night_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that it can be run again by its number."""

    def suite(seed: int, deadline: float) -> dict[str, int]:
        assert seed % 2 or not deadline, "even seeds fail"
        return {}

    book = Book(tmp_path / "figures.json")
    assert night({"odd": suite}, book, minutes=0) == 0
    assert night({"odd": suite}, book, minutes=0) == 1

    assert Book(tmp_path / "figures.json").page("odd")["failed_seeds"] == [2]
    assert "odd: seed 2 failed" in capsys.readouterr().err


@pytest.mark.parametrize("name", SUITES)
def test_every_suite_is_there_and_its_first_seeds_hold(name: str) -> None:
    """A suite that nobody can run proves nothing."""
    for seed in range(1, 4):
        assert _suite(SUITES[name])(seed, 0.0)
