"""Law 12 on a thousand worlds in each run; the nights try others."""

from pathlib import Path

import pytest

from tests.restoring.law import trial
from tests.restoring.memory import journal

WORLDS, PARTS = 1_000, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_once_everything_is_given_back_the_world_is_as_if_nothing_had_been_taken(
    part: int, tmp_path: Path
) -> None:
    """Killed anywhere it ends the same; what people changed meanwhile stays; restoring again is nothing."""
    with journal(tmp_path) as store:
        for seed in range(part, WORLDS, PARTS):
            try:
                trial(seed, store)
            except BaseException as error:
                error.add_note(f"seed {seed}")
                raise
        assert store.verify().verifies
