"""Impact on a real organization: whom it tells of is whom the roster and the record tell of."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.config.load import load as load_settings
from seatkeeper.config.terms import Terms, terms_of
from seatkeeper.demo.roster_people import RosterPeople, people_for_roster
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.rules.impact import Impact
from seatkeeper.workflow.impact import impact
from seatkeeper.workflow.observe import observe
from tests.real_input.place import load, workroom
from tests.real_input.roster import document, members
from tests.workflow.place import Workroom

pytestmark = pytest.mark.slow

LEAVE = 'leave: {when: "end_date < as_of", over: ["active"]}'
CLOSED = 'leave: {when: "end_date < as_of OR department = \'eng\'", over: ["active"]}'


@dataclass(frozen=True)
class Scene:
    """The roster, its people, and the two policies: one of them lets a whole department go."""

    room: Workroom
    told: dict[str, Any]
    people: RosterPeople
    kept: Terms
    closed: Terms

    def impact(self, old: Terms, new: Terms) -> Impact:
        """What turning from one to the other changes."""
        office = self.room.office
        return impact(office.desk, office.known_organization(), office.capabilities, (old, new))

    def truth(self) -> set[str]:
        """The members who work in that department and have not left: what a pencil would list."""
        logins = members(self.told)
        leaving = {login.lower() for login in self.people.leavers}
        return {
            person.github_login.strip().lower()
            for person in self.people.people
            if person.github_login and person.department == "eng"
        } & logins - leaving


@pytest.fixture(scope="module")
def scene(rosters: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """2023-12-01, observed once."""
    folder = tmp_path_factory.mktemp("impact")
    told = document(rosters, "2023-12-01")
    world = world_from_roster(told, direct_each=0)
    people = people_for_roster(told, now=world.now())
    with workroom(folder, world, f"sqlite:///{folder}/people.db") as room:
        load(room, people.records)
        observe(room.office.desk)
        text = room.config.read_text(encoding="utf-8")
        assert LEAVE in text
        other = room.config.with_name("closed.yaml")
        other.write_text(text.replace(LEAVE, CLOSED), encoding="utf-8")
        terms = (terms_of(load_settings(file, room.environ), file.name) for file in (room.config, other))
        yield Scene(room, told, people, *terms)


def test_who_would_lose_is_exactly_who_the_roster_and_the_record_say(scene: Scene) -> None:
    """Hundreds of real members; not one too many, not one too few."""
    told = scene.impact(scene.kept, scene.closed)
    assert {turn.login.lower() for turn in told.losing if turn.login} == scene.truth()
    assert len(scene.truth()) > 300
    assert {turn.verbs for turn in told.losing} == {("keep", "leave")}


def test_the_other_way_round_exactly_they_keep_what_they_have(scene: Scene) -> None:
    """Nobody loses anything, and everything they hold is what they keep."""
    told = scene.impact(scene.closed, scene.kept)
    keeping = {turn.login.lower(): turn for turn in told.turns if turn.keeps and turn.login}
    assert keeping.keys() == scene.truth()
    assert all(turn.keeps == turn.held for turn in keeping.values())
    assert told.losing == ()
