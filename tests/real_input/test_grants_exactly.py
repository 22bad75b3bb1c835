"""A real organization is observed exactly: no grant missing, none too many, whatever its names look like."""

from collections import Counter
from pathlib import Path

import pytest

from seatkeeper.demo.people_db import write_database
from seatkeeper.demo.roster_people import people_for_roster
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.workflow.history import Asked, holdings
from seatkeeper.workflow.observe import observe
from tests.real_input.place import workroom
from tests.real_input.roster import (
    GUESTS,
    ORGANIZATION,
    Held,
    document,
    give,
    invented,
    members,
    named,
    organization,
    written,
)

pytestmark = pytest.mark.slow


def test_the_roster_is_the_one_meant(rosters: Path) -> None:
    """1,746 members, 301 teams, 1,977 places and 149 team grants, with every trap it is known for."""
    told = document(rosters, "2023-12-01")
    roster, listed = organization(told), {m["login"] for m in organization(told)["members"]}
    entries = [login for team in roster["teams"] for login in (*team["members"], *team["maintainers"])]
    kinds = Counter((h.who.startswith("team "), h.what.partition(" ")[0]) for h in written(told))

    assert kinds == {(False, "organization"): 1746, (False, "team"): 1977, (True, "repository"): 149}
    assert len(roster["teams"]) == 301
    assert [login for login in entries if login not in listed and login.lower() in members(told)]
    assert [login for login in listed if login.isdigit()]
    assert [team["slug"] for team in roster["teams"] if team["slug"] != team["name"]]
    assert "owners" in {team["slug"] for team in roster["teams"]}


@pytest.mark.real
@pytest.mark.parametrize("seed", [1, 20])
def test_observing_yields_exactly_what_is_held(
    rosters: Path, postgres_url: str, tmp_path: Path, seed: int
) -> None:
    """Set equality, both directions, by names: in what was read, and in what the journal kept of it."""
    told = document(rosters, "2023-12-01")
    world = world_from_roster(told, direct_each=0)
    people = people_for_roster(told, now=world.now())
    give(world, invented(told, seed))
    write_database(postgres_url, people.people, world.now())
    truth = written(told) | invented(told, seed)

    with workroom(tmp_path, world, postgres_url) as room:
        seen = observe(room.office.desk).snapshot
        kept = holdings(room.office.desk, seen.organization, seen.read_at, Asked())

    observed = named(seen.grants, seen.names(), {a.id: a.login for a in seen.accounts})
    assert (truth - observed, observed - truth) == (frozenset(), set())
    assert sorted(Held(line.who.lower(), line.what, line.role) for line in kept) == sorted(truth)
    assert seen.coverage.complete
    assert {a.login for a in seen.accounts if a.login.lower() not in members(told)} == set(GUESTS)
    assert (seen.organization.login, len(seen.teams)) == (ORGANIZATION, 301)
