"""Journals that somebody tampered with: two verifiers find it, the first names the place."""

import tempfile
from pathlib import Path

from tests.journal.test_mutations import mutate

MUTATIONS = 300


def run(seed: int, deadline: float) -> dict[str, int]:  # noqa: ARG001  # they take a moment
    """Some mutations of one journal."""
    with tempfile.TemporaryDirectory() as folder:
        counted = mutate(Path(folder), seed, MUTATIONS)
    return {"mutations": sum(counted.values()), **{f"mutations, {kind}": n for kind, n in counted.items()}}
