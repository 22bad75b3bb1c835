"""Dirty records of people: a kind a seed, over a file and over a database, each group by its own chance."""

import tempfile
from pathlib import Path

from tests.dirty.kinds import FILES, RECORDS
from tests.dirty.trial import of_file, of_records

GROUPS = 200


def run(seed: int, deadline: float) -> dict[str, int]:  # noqa: ARG001  # a kind takes less than a second
    """Two hundred groups, twice, of the seed's kind of dirty records; a damaged file of every kind."""
    kinds = sorted(RECORDS)
    kind, groups = kinds[seed % len(kinds)], range(1_000 + seed * GROUPS, 1_000 + (seed + 1) * GROUPS)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        tried = [of_records(place, kind, groups, database=database) for database in (False, True)]
        tried += [of_file(place, damage, 1_000 + seed) for damage in FILES]
    wrong = [told for one in tried for told in one.wrong]
    assert not wrong, f"{kind}: {wrong[:5]}"
    return {
        "cases": sum(one.cases for one in tried),
        "refused": sum(one.refused for one in tried),
        "held": sum(one.held for one in tried),
    }
