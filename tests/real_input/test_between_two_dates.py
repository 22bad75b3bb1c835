"""Two dates of a real organization observed into one journal: history tells what changed between them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.demo.people_db import write_database
from seatkeeper.demo.roster_people import people_for_roster
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.history import Asked, Line, history, holdings
from seatkeeper.workflow.observe import observe
from tests.real_input.place import workroom
from tests.real_input.roster import Held, document, give, invented, members, written

pytestmark = pytest.mark.slow

DATES = ("2023-11-01", "2023-12-01")
SEED = 11


@dataclass(frozen=True)
class Month:
    """What is true of each date, when each was observed, and the desk that remembers both."""

    desk: Desk
    organization: Organization
    truth: tuple[frozenset[Held], frozenset[Held]]
    seen: tuple[datetime, datetime]


def truth(rosters: Path) -> tuple[frozenset[Held], frozenset[Held]]:
    """What is held at each date, from the documents alone."""
    first, second = (written(roster) | invented(roster, SEED) for roster in documents(rosters))
    return first, second


def documents(rosters: Path) -> list[dict[str, Any]]:
    """Both rosters."""
    return [document(rosters, date) for date in DATES]


@pytest.fixture
def joined(rosters: Path) -> frozenset[str]:
    """Who is a member at the second date only."""
    first, second = documents(rosters)
    return members(second) - members(first)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def month(request: pytest.FixtureRequest, rosters: Path, tmp_path: Path) -> Iterator[Month]:
    """Two forges whose ids agree, a month apart, and one journal: a file, or a real PostgreSQL."""
    people, store = f"sqlite:///{tmp_path / 'people.db'}", f"sqlite:///{tmp_path / 'journal.db'}"
    if request.param == "postgresql":
        store = request.getfixturevalue("postgres_url")
    times = []
    with ExitStack() as opened:
        for number, roster in enumerate(documents(rosters)):
            world = world_from_roster(roster, direct_each=0)
            world.advance(timedelta(days=30 * number).total_seconds())
            give(world, invented(roster, SEED))
            write_database(people, people_for_roster(roster, now=world.now()).people, world.now())
            room = opened.enter_context(workroom(tmp_path, world, people, name=f"date{number}", store=store))
            seen = observe(room.office.desk).snapshot
            times.append(seen.read_at)
        yield Month(room.office.desk, seen.organization, truth(rosters), (times[0], times[1]))


def told(lines: list[Line]) -> list[Held]:
    """The lines as grants in names."""
    return sorted(Held(line.who.lower(), line.what, line.role) for line in lines)


def of(kind: str, grants: frozenset[Held] | set[Held]) -> set[Held]:
    """Those on a resource of this kind."""
    return {held for held in grants if held.what.startswith(f"{kind} ")}


def test_the_two_dates_differ_as_is_known_of_them(rosters: Path, joined: frozenset[str]) -> None:
    """15 join and nobody leaves; two team places gained, 27 lost; no team's right changes."""
    before, after = truth(rosters)
    lost, gained = before - after, after - before

    assert len(joined) == 15
    assert {held.who for held in of("organization", gained)} == joined
    assert not of("organization", lost)
    assert (len(of("team", gained)), len(of("team", lost))) == (2, 27)
    assert not [held for held in lost | gained if held.who.startswith("team ")]
    assert {held.who for held in of("repository", gained)} <= joined


def test_history_gives_the_true_joins_and_team_changes(month: Month) -> None:
    """What began and what ended between the two observations, each at the time that saw it; no more."""
    before, after = month.truth
    first, second = month.seen

    lines = history(month.desk, month.organization, Asked(since=first))
    began = [line for line in lines if line.since and line.since > first]
    ended = [line for line in lines if line.until is not None]

    assert told(began) == sorted(after - before)
    assert told(ended) == sorted(before - after)
    assert {line.since for line in began} == {line.until for line in ended} == {second}
    assert told([line for line in lines if line.since == first]) == sorted(before)
    assert not [line for line in lines if line.why], "nothing of this was our doing"


def test_who_had_what_on_each_day_is_exact(month: Month) -> None:
    """Asked about a date, or about any moment until the next, history tells that date's grants."""
    for moment, held in zip(month.seen, month.truth, strict=True):
        for asked in (moment, moment + timedelta(days=29)):
            assert told(holdings(month.desk, month.organization, asked, Asked())) == sorted(held)
    assert not holdings(month.desk, month.organization, month.seen[0] - timedelta(days=1), Asked())


def test_one_person_can_be_asked_about_in_any_case(month: Month, joined: frozenset[str]) -> None:
    """Each of the 15 has nothing before, and after exactly what the roster gives; case plays no part."""
    first, second = month.seen
    for login in sorted(joined):
        asked = Asked(account=login.upper())
        assert holdings(month.desk, month.organization, first, asked) == []
        mine = sorted(held for held in month.truth[1] if held.who == login)
        assert told(holdings(month.desk, month.organization, second, asked)) == mine
        assert told(history(month.desk, month.organization, asked)) == mine
