"""Worlds from real rosters: exactly what the roster says, and the same ids at every date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.errors import UsageError
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.model.grants import Grant


def roster(rosters: Path, date: str) -> dict[str, Any]:
    """The roster of one date."""
    found: dict[str, Any] = json.loads((rosters / f"kubernetes-{date}.json").read_text())
    return found


def kinds(grants: frozenset[Grant]) -> dict[str, int]:
    """How many grants there are of each kind."""
    counted: dict[str, int] = {}
    for grant in grants:
        kind = f"{grant.subject.kind}-{grant.resource.kind}"
        counted[kind] = counted.get(kind, 0) + 1
    return counted


def test_the_roster_becomes_exactly_its_grants(rosters: Path) -> None:
    """1,746 members, 1,977 places in 301 teams and 149 team grants, case traps being the same account."""
    world = world_from_roster(roster(rosters, "2023-12-01"), direct_each=0)
    assert kinds(world.grants()) == {
        "account-organization": 1746,
        "account-team": 1977,
        "team-repository": 149,
    }
    assert (len(world.teams), len(world.accounts)) == (301, 1746)
    assert world.base_role == "read"


def test_traps_of_the_roster_are_kept(rosters: Path) -> None:
    """A slug that is not the name, a login of digits, a team in a team, an owner who maintains."""
    world = world_from_roster(roster(rosters, "2023-12-01"))
    admins = world.by_slug("k8s-io-admins")
    assert admins is not None
    assert admins.name == "k8s.io-admins"
    assert world.by_slug("k8s.io-admins") is None
    digits = world.by_login("848731497")
    assert digits is not None
    assert digits.id != "848731497"
    assert any(team.parent is not None for team in world.teams.values())


def test_two_dates_agree_on_every_id_they_share(rosters: Path) -> None:
    """What both rosters name should have one id, invented grants included, so that only changes differ."""
    older = world_from_roster(roster(rosters, "2023-11-01"), seed=7)
    newer = world_from_roster(roster(rosters, "2023-12-01"), seed=7)
    assert older.organization_id == newer.organization_id
    joined = newer.members.keys() - older.members.keys()
    left = {older.accounts[account].login for account in older.members.keys() - newer.members.keys()}
    assert (len(joined), left) == (15, set())
    lost = kinds(older.grants() - newer.grants())
    gained = kinds(newer.grants() - older.grants())
    assert (lost["account-team"], gained["account-team"]) == (27, 2)


def test_the_seed_alone_decides_what_is_invented(rosters: Path) -> None:
    """One seed should always give the same direct grants, another seed others."""
    document = roster(rosters, "2023-12-01")
    first, again, other = (world_from_roster(document, seed=seed).grants() for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert 2000 < kinds(first)["account-repository"] < 5000


def test_ids_are_numbers_that_json_keeps(rosters: Path) -> None:
    """Every id should be numeric text within 53 bits, and no two things of a kind share one."""
    world = world_from_roster(roster(rosters, "2023-12-01"))
    numbers = [int(text) for text in (*world.accounts, *world.teams, *world.repositories)]
    assert max(numbers) < 2**53


def test_an_organization_that_is_not_in_the_roster_is_named(rosters: Path) -> None:
    """The error should say which organizations there are."""
    with pytest.raises(UsageError, match="no organization acme") as told:
        world_from_roster(roster(rosters, "2023-12-01"), "acme")
    assert "kubernetes-sigs" in told.value.arithmetic
