"""Law 12 on a thousand worlds in each run; the nights try others."""

from pathlib import Path

import pytest

from tests.restoring.law import trials

pytestmark = pytest.mark.slow

WORLDS, PARTS = 1_000, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_a_restore_of_any_moment_gives_what_runs_took_since_and_nothing_else(
    part: int, tmp_path: Path
) -> None:
    """Killed anywhere it ends the same; what people changed meanwhile stays; restoring again is nothing."""
    trials(range(part, WORLDS, PARTS), tmp_path)
