"""Look at a real organization with an invented record: true lists, little time, and nothing left behind."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from seatkeeper.demo.people_db import write_csv
from seatkeeper.demo.roster_people import RosterPeople, people_for_roster
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.forges.simulator.serve import Simulator
from tests.faults.bench import Said, typed
from tests.real_input.roster import GUESTS, ORGANIZATION, document, give, invented, members

pytestmark = pytest.mark.slow

SECONDS = 30.0
PAGE = "look.html"


class Looked(NamedTuple):
    """What was told of whom, with what was there to be told, and how much of the processor it took."""

    said: Said
    facts: dict[str, Any]
    people: RosterPeople
    told: dict[str, Any]
    folder: Path
    methods: frozenset[tuple[str, str]]
    seconds: float

    def logins(self, name: str) -> set[str]:
        """The logins of one list."""
        return {found["login"].lower() for found in self.facts[name]}


@pytest.fixture(scope="module")
def looked(rosters: Path, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """2023-12-01, with guests on repositories who stand in no record, looked at as anybody would."""
    folder = tmp_path_factory.mktemp("look")
    told = document(rosters, "2023-12-01")
    world = world_from_roster(told, direct_each=0)
    give(world, invented(told, 7))
    people = people_for_roster(told, now=world.now())
    write_csv(folder / "people.csv", people.people, world.now() - timedelta(hours=2))
    with Simulator(world) as forge:
        words = f"look --organization {ORGANIZATION} --api {forge.url} --source people.csv --price 21"
        started = time.process_time()
        said = typed([*words.split(), "--page", PAGE, "--json"], folder, {"GH_READ": forge.read_token})
        seconds = time.process_time() - started
        asked = frozenset((r.method, r.path) for r in world.log.requests if r.method != "GET")
    return Looked(said, said.facts, people, told, folder, asked, seconds)


def test_leavers_are_those_who_left_and_nobody_else(looked: Looked) -> None:
    """By status and by date, though no earlier extract agrees yet: nothing is taken on a look."""
    assert looked.said.code == 0, looked.said
    assert looked.logins("leavers") == {login.lower() for login in looked.people.leavers}
    assert looked.facts["doubtful"] == []


def test_accounts_nobody_is_linked_to_are_those_in_no_record(looked: Looked) -> None:
    """The guests of repositories; every member has a record."""
    assert looked.logins("orphans") == set(GUESTS)
    assert looked.logins("ambiguous") == set()


def test_money_counts_the_seats_of_leavers(looked: Looked) -> None:
    """All of them are members."""
    money = looked.facts["money"]

    assert money["leavers"] == len(looked.people.leavers)
    assert money["monthly"] == str(21 * len(looked.people.leavers))
    assert looked.facts["linked"] == len(members(looked.told))


def test_nothing_is_left_behind_but_the_page(looked: Looked) -> None:
    """No store, no journal, no configuration; and the forge saw nothing but reads."""
    assert {file.name for file in looked.folder.iterdir()} == {"people.csv", PAGE}
    assert looked.methods <= {("POST", "/graphql")}


def test_it_takes_less_than_half_a_minute_of_the_processor(looked: Looked) -> None:
    """The simulated forge, which runs in the same process, included."""
    assert looked.seconds < SECONDS
