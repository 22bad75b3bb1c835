"""The people of 2021 taken for those of today: the limits stop it and say by how much; nothing is written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from seatkeeper.demo.people import Person, Record
from seatkeeper.demo.roster_people import people_for_roster
from seatkeeper.errors import GuardTripped
from seatkeeper.forges.simulator.roster import world_from_roster
from tests.real_input.place import adopt, load, workroom
from tests.real_input.roster import document, give, invented, members

pytestmark = pytest.mark.slow

LEFT: dict[str, Callable[[Person, date], Person]] = {
    "by-status": lambda person, _today: replace(person, status="inactive"),
    "on-an-end-date-long-known": lambda person, today: replace(person, end_date=today - timedelta(days=30)),
}


LIMITS = {
    "by-status": ("losses-run", "losses-24h", "losses-7d"),
    "on-an-end-date-long-known": ("foreseen-run", "foreseen-24h", "foreseen-7d"),
}


@pytest.mark.parametrize(("how", "allowed"), [("by-status", 30), ("on-an-end-date-long-known", 51)])
def test_what_should_be_of_2021_against_what_is_of_2023(
    rosters: Path, tmp_path: Path, how: str, allowed: int
) -> None:
    """584 of 1,746 would go: the guard is named, its arithmetic has both numbers, the forge stays as it is.

    Approvals do not help: an approver may allow 30, three times the 10 of a run; of those whose end was
    long known 51, three times the 17 that are one percent.
    """
    now, then = document(rosters, "2023-12-01"), document(rosters, "2021-06-01")
    gone = members(now) - members(then)
    assert (len(gone), len(members(now))) == (584, 1746)
    world = world_from_roster(now, direct_each=0)
    give(world, invented(now, seed=21))
    today = world.now().date()

    def stands(person: Person) -> Person:
        left = (person.github_login or "").lower() in gone
        return LEFT[how](person, today) if left else person

    people = people_for_roster(now, now=world.now(), inactive=0, ended=0, foreseen=0, joiners=0)
    records = tuple(Record(stands(person)) for person in people.people)
    with workroom(tmp_path, world, f"sqlite:///{tmp_path / 'people.db'}") as room:
        adopt(room, people.people)
        load(room, records)
        before = world.grants()

        computed = room.sign(room.plan())
        tripped = {verdict.guard: verdict for verdict in computed.plan.tripped}
        with pytest.raises(GuardTripped) as stopped:
            room.apply(computed)

    verdict = tripped["selection"]
    assert (verdict.used, verdict.allowed) == (584, allowed)
    assert set(LIMITS[how]) <= set(tripped)
    assert (stopped.value.exit_code, stopped.value.arithmetic) == (4, verdict.arithmetic)
    assert "selection" in stopped.value.what
    assert "584" in verdict.arithmetic
    assert str(allowed) in verdict.arithmetic
    assert world.grants() == before
    assert (world.log.writes(), world.log.effects) == ([], [])
