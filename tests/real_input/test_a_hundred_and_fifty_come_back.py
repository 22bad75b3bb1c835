"""150 of a real organization are removed by a wrong run and brought back: the roster is what it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from seatkeeper.demo.comeback import writes
from seatkeeper.demo.floor import floor_seconds
from seatkeeper.demo.people import Person, Record
from seatkeeper.demo.roster_people import people_for_roster
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource
from seatkeeper.workflow.accounting import account as accounting
from seatkeeper.workflow.approve import approve
from seatkeeper.workflow.brake import release
from seatkeeper.workflow.brake import stop as set_brake
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import compute
from tests.real_input.place import adopt, load, workroom
from tests.real_input.roster import Held, document, give, invented, named, organization, written
from tests.workflow.place import ANA, BEN, CHLOE, Workroom

pytestmark = pytest.mark.slow

PEOPLE, MAINTAINERS, SEED = 150, 40, 31
QUARTER = timedelta(days=91).total_seconds()


def chosen(told: Mapping[str, Any]) -> frozenset[str]:
    """150 members who own nothing, a hundred of them in nested teams, in lower case."""
    roster = organization(told)
    nested = {login.lower() for team in roster["teams"] if team["parent"] for login in team["members"]}
    ordinary = sorted(m["login"].lower() for m in roster["members"] if m["role"] == "member")
    Random(SEED).shuffle(ordinary)
    ordinary.sort(key=lambda login: login not in nested)
    return frozenset([*ordinary[:100], *ordinary[-50:]])


def promoted(told: Mapping[str, Any], gone: frozenset[str]) -> dict[Held, Held]:
    """Forty of their places, as the roster has them and as a maintainer's: its own maintainers own it all."""
    places = sorted(h for h in written(told) if h.who in gone and h.what.startswith("team "))
    return {held: held._replace(role="maintainer") for held in Random(SEED).sample(places, MAINTAINERS)}


def removed(room: Workroom, logins: frozenset[str]) -> str:
    """The wrong run, let pass by a third person, and stopped once everybody was gone."""
    desk = room.office.desk
    computed = compute(desk, observe(desk), named=sorted(logins))
    computed.decisions.close()
    tripped = frozenset(verdict.guard for verdict in room.sign(computed).plan.tripped)
    assert "selection" in tripped
    approve(desk, computed.plan, computed.digest, room.stage.key(CHLOE), waive=tripped)
    run = room.apply(computed)
    assert len(run.changes) == PEOPLE
    set_brake(desk, computed.plan.organization, "these people have not left", ANA)
    room.believe_them({change.change.account for change in run.changes})
    release(desk, computed.plan.organization, "the record is mended", room.stage.key(BEN))
    return run.id


def held_in(world: World) -> set[Held]:
    """Every grant of the world, in names."""
    home = {Resource("organization", world.organization_id): world.organization_login}
    teams = {Resource("team", team.id): team.slug for team in world.teams.values()}
    repositories = {Resource("repository", r.id): r.name for r in world.repositories.values()}
    logins = {one.id: one.login for one in world.accounts.values()}
    return named(world.grants(), home | teams | repositories, logins)


@pytest.mark.parametrize(
    ("reinstates", "late"),
    [
        pytest.param("role", False, marks=pytest.mark.slow),
        pytest.param("everything", False, marks=pytest.mark.nightly),
        pytest.param("role", True, marks=pytest.mark.nightly),
    ],
)
def test_a_hundred_and_fifty_of_a_real_roster_are_removed_and_come_back(
    rosters: Path,
    tmp_path: Path,
    reinstates: str,
    late: bool,  # noqa: FBT001  # whether the forge has forgotten them
) -> None:
    """Nested teams, maintainers, team grants and direct grants, compared in names with the document."""
    told = document(rosters, "2023-12-01")
    gone = chosen(told)
    higher = promoted(told, gone)
    truth = written(told) - higher.keys() | set(higher.values()) | invented(told, SEED)
    taken = {held for held in truth if held.who in gone}
    world = world_from_roster(told, direct_each=0)
    world.reinstates = reinstates  # type: ignore[assignment]  # one of its two words
    give(world, invented(told, SEED))
    for held in higher:
        account, team = world.by_login(held.who), world.by_slug(held.what.removeprefix("team "))
        assert account is not None
        assert team is not None
        world.place(account.id, team.id, "maintainer")

    def stands(person: Person) -> Person:
        return replace(person, status="inactive") if (person.github_login or "").lower() in gone else person

    invited = people_for_roster(told, now=world.now(), inactive=0, ended=0, foreseen=0, joiners=0)
    with workroom(tmp_path, world, f"sqlite:///{tmp_path / 'people.db'}") as room:
        adopt(room, invited.people)
        load(room, tuple(Record(stands(person)) for person in invited.people))
        run = removed(room, gone)
        assert held_in(world) == truth - taken
        world.advance(QUARTER if late else 0.0)
        since, began = len(world.log.requests), world.now()
        restoration = room.sign(room.restore(runs=(run,)))
        state = room.apply(restoration)

        assert accounting(state).amounts() == {
            "confirmed": 0, "pending": len(taken), "residue": 0, "total": len(taken),
        }  # fmt: skip
        assert held_in(world) == truth - taken
        for change in state.changes:
            world.accept(change.change.account)
        room.follow()
        sent = writes(world, since)
        told_at_last = accounting(room.status(state.id))

    assert held_in(world) == truth
    assert told_at_last.amounts()["confirmed"] == len(taken)
    assert told_at_last.people() == {"complete": PEOPLE, "pending": 0, "incomplete": 0}
    direct, places = (sum(h.what.startswith(kind) for h in taken) for kind in ("repository ", "team "))
    assert PEOPLE <= len(sent) <= (PEOPLE if reinstates == "everything" else PEOPLE + direct + places)
    seconds = (world.now() - began).total_seconds()
    assert seconds <= 1.1 * floor_seconds(sent, content=world.limits.content)
