"""Worlds in which runs take and people edit: once everything is given back, it is as if nothing was taken."""

import tempfile
from pathlib import Path

from tests.restoring.law import trial
from tests.restoring.memory import journal

WORLDS = 50


def run(seed: int, deadline: float) -> dict[str, int]:  # noqa: ARG001  # fifty worlds take a few seconds
    """Fifty worlds that share a journal."""
    with tempfile.TemporaryDirectory() as folder, journal(Path(folder)) as store:
        for number in range(WORLDS):
            trial(1_000 + seed * WORLDS + number, store)
        assert store.verify().verifies
    return {"worlds": WORLDS}
