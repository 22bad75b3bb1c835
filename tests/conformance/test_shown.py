"""The simulated forge shows, over HTTP and under every regime, what every connector must."""

from pathlib import Path

import pytest

from seatkeeper.conformance.table import behaviours
from seatkeeper.conformance.walk import counts
from seatkeeper.forges.simulator.regime import REGIMES
from seatkeeper.workflow.conform import PREFIX, conform
from tests.conformance.place import SCRATCH, scratch, scratch_world

pytestmark = pytest.mark.slow

SUSPENDING = "ghes+suspension"
LEAST = {"scim": 0}
"""Where somebody else owns membership, hardly anything can be tried."""


@pytest.mark.parametrize("regime", [*REGIMES, SUSPENDING])
def test_everything_that_applies_is_shown_and_the_organization_is_as_before(
    tmp_path: Path, regime: str
) -> None:
    """Whatever does not apply says why; nothing that was made is left, and nobody but ours was touched."""
    world = scratch_world(regime)
    before = world.grants()
    with scratch(tmp_path, world, site_admin=regime == SUSPENDING) as place:
        told = conform(place.desk, place.doors, behaviours(), holder="test", named="scratch-org")

    assert [one for one in told.judged if one.verdict == "not shown"] == []
    assert all(one.told for one in told.judged if one.verdict == "not applicable")
    assert counts(told.judged)["shown"] >= LEAST.get(regime, 70)
    assert (told.left, world.grants(), world.pending()) == ((), before, [])
    assert not [team for team in world.teams.values() if team.slug.startswith(PREFIX)]
    assert not [one for one in world.repositories.values() if one.name.startswith(PREFIX)]
    ours = {record.id for login in SCRATCH if (record := world.by_login(login))} | {""}
    assert {effect.account for effect in world.log.effects} - ours <= {world.operator}
