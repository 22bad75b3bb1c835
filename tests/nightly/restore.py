"""Worlds in which runs take and people edit: a restore of any moment is as if nothing was taken since."""

import tempfile
from pathlib import Path

from tests.restoring.law import trials

WORLDS = 50


def run(seed: int, deadline: float) -> dict[str, int]:  # noqa: ARG001  # fifty worlds take a few seconds
    """Fifty worlds that no test run and no other seed has."""
    first = 1_000 + seed * WORLDS
    with tempfile.TemporaryDirectory() as folder:
        trials(range(first, first + WORLDS), Path(folder))
    return {"worlds": WORLDS}
