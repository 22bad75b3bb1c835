"""The simulated forge shows, over HTTP and under every regime, what every connector must."""

from pathlib import Path

import pytest

from seatkeeper.conformance.table import SUBJECTS, behaviours
from seatkeeper.conformance.walk import counts
from seatkeeper.workflow.conform import PREFIX, conform
from tests.conformance.place import SCRATCH, scratch, scratch_world

pytestmark = pytest.mark.slow

SUSPENDING = "ghes+suspension"
LEAST = 150
SUSPENDING = "ghes+suspension"
REGIMES = {
    "plain": ((), 250),
    "scim": (("coming in", "limits"), 11),
    "emu": (("coming in", "giving", "coming back"), 25),
    "ghes": (("coming in", "asking in"), 30),
    SUSPENDING: (("taking", "suspending", "limits"), 40),
    "synced": (("coming in", "asking in"), 35),
    "enterprise-teams": (("coming in",), 7),
}
"""Under each regime the subjects that it changes (none named: all), and how many are shown at least."""


def test_there_are_enough_of_them_and_each_has_a_promise_of_its_own() -> None:
    """Two behaviours of one subject never promise the same."""
    promised = [(one.subject, one.promise) for one in behaviours()]

    assert len(promised) >= LEAST
    assert len(set(promised)) == len(promised)
    assert len({subject.name for subject in SUBJECTS}) == len(SUBJECTS)


@pytest.mark.parametrize("regime", REGIMES)
def test_everything_that_applies_is_shown_and_the_organization_is_as_before(
    tmp_path: Path, regime: str
) -> None:
    """Whatever does not apply says why; nothing that was made is left, and nobody but ours was touched."""
    world = scratch_world(regime)
    before = world.grants()
    subjects, least = REGIMES[regime]
    with scratch(tmp_path, world, site_admin=regime == SUSPENDING) as place:
        told = conform(
            place.desk,
            place.doors,
            behaviours(subjects),
            holder="test",
            named="scratch-org",
            suspends=regime == SUSPENDING,
        )

    assert [one for one in told.judged if one.verdict == "not shown"] == []
    assert all(one.told for one in told.judged if one.verdict == "not applicable")
    assert counts(told.judged)["shown"] >= least
    assert (told.left, world.grants(), world.pending()) == ((), before, [])
    assert not [team for team in world.teams.values() if team.slug.startswith(PREFIX)]
    assert not [one for one in world.repositories.values() if one.name.startswith(PREFIX)]
    ours = {record.id for login in SCRATCH if (record := world.by_login(login))}
    assert {one.account for one in world.log.effects if one.kind != "team-granted"} <= ours
