"""One day of a real organization: who left goes, who comes is let in, nobody else is touched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from seatkeeper.demo.people import Record
from seatkeeper.demo.roster_people import RosterPeople, people_for_roster
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource
from tests.real_input.place import load, workroom
from tests.real_input.roster import ORGANIZATION, Held, document, give, invented, named, written
from tests.workflow.place import Workroom

pytestmark = pytest.mark.slow

PLACES = (("owners", "k8s-io-admins"), ("sig-release",), (), ("kubernetes-maintainers",), ())
"""What the record says of each joiner's teams: among them one called owners, and one whose name differs."""


class Day(NamedTuple):
    """The workroom, adopted, with the grants of the morning."""

    room: Workroom
    people: RosterPeople
    before: frozenset[Held]


def with_places(people: RosterPeople) -> tuple[Record, ...]:
    """The records, in which the joiners have teams."""
    teams = dict(zip(people.joiners, PLACES, strict=True))
    return tuple(
        record._replace(today=replace(record.today, team_list=teams[login]))
        if record.today and (login := _joiner(record.today.github_login, people)) is not None
        else record
        for record in people.records
    )


def _joiner(written: str | None, people: RosterPeople) -> str | None:
    return next((login for login in people.joiners if login.lower() == (written or "").lower()), None)


@pytest.fixture
def told(rosters: Path) -> dict[str, Any]:
    """The roster."""
    return document(rosters, "2023-12-01")


@pytest.fixture(params=[True, False], ids=["removal-takes-direct", "direct-survives-removal"])
def day(
    request: pytest.FixtureRequest, told: dict[str, Any], postgres_url: str, tmp_path: Path
) -> Iterator[Day]:
    """The organization adopted, its people in PostgreSQL, on a forge that removes in one way or the other."""
    world = world_from_roster(told, direct_each=0)
    world.removal_takes_direct = request.param
    direct = invented(told, seed=12)
    give(world, direct)
    people = people_for_roster(told, now=world.now())
    for login in people.joiners:
        world.account(login)
    with workroom(tmp_path, world, postgres_url) as room:
        load(room, with_places(people))
        room.adopt()
        yield Day(room, people, written(told) | direct)


def held(world: World) -> set[Held]:
    """What the forge itself says is held, in names."""
    names = {Resource("organization", world.organization_id): ORGANIZATION}
    names |= {Resource("team", team.id): team.slug for team in world.teams.values()}
    names |= {Resource("repository", r.id): r.name for r in world.repositories.values()}
    return named(world.grants(), names, {a.id: a.login for a in world.accounts.values()})


@pytest.mark.real
def test_the_day_takes_and_gives_exactly_what_is_true(day: Day) -> None:
    """Leavers end with nothing, joiners with their teams, others as before; then nothing is left to do."""
    room, world = day.room, day.room.forge.world
    leavers = {login.lower() for login in day.people.leavers}
    assert {h.who for h in day.before if h.what.startswith("repository ")} & leavers

    plan = room.sign(room.plan())
    assert plan.plan.tripped == ()
    room.apply(plan)
    waiting = {world.accounts[i.account].login for i in world.pending() if i.account}
    assert waiting == set(day.people.joiners)
    assert held(world) == {h for h in day.before if h.who not in leavers}

    for invitation in world.pending():
        world.accept(invitation.id)
    room.follow()
    joined = {
        Held(login.lower(), what, "member")
        for login, teams in zip(day.people.joiners, PLACES, strict=True)
        for what in (f"organization {ORGANIZATION}", *(f"team {slug}" for slug in teams))
    }
    assert held(world) == {h for h in day.before if h.who not in leavers} | joined

    writes, mails = len(world.log.writes()), world.log.counts()["mails"]
    assert room.plan().plan.changes == ()
    assert room.follow() == []
    assert (len(world.log.writes()), world.log.counts()["mails"]) == (writes, mails)
    assert room.office.desk.store.verify().verifies
