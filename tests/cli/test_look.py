"""Look, before anything is configured: what it shows, what it can be forwarded as, what it never claims."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.config.links import write_links
from seatkeeper.config.load import settings_of
from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.people import Person
from seatkeeper.demo.people_db import write_csv
from seatkeeper.forges.simulator.serve import Simulator
from tests.faults.bench import Said, typed

pytestmark = pytest.mark.slow

SEATS, TEAMS, REPOSITORIES = 60, 6, 12


class Monday:
    """A folder with nothing but a record of people and a list of bots, and a token that may only read."""

    def __init__(self, folder: Path, forge: Simulator, company: Company) -> None:
        self.folder, self.forge, self.company = folder, forge, company
        self.write(company.people)
        write_links(folder / "links.csv", company.links)

    def write(self, people: tuple[Person, ...]) -> None:
        """The record, as it comes from the human resources."""
        write_csv(self.folder / "people.csv", people, self.company.now)

    def types(self, *more: str, command: str = "look") -> Said:
        """Type it in that folder."""
        organization = ("--organization", self.company.organization.login, "--api", self.forge.url)
        words = [command, *organization, "--source", "people.csv", *more]
        return typed(words, self.folder, {"GH_READ": self.forge.read_token})

    def rename(self, old: str, new: str) -> None:
        """A column is called otherwise, or a value is."""
        file = self.folder / "people.csv"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def monday(tmp_path: Path) -> Iterator[Monday]:
    """An invented company on a forge of its own."""
    company = invent(SEATS, teams=TEAMS, repositories=REPOSITORIES)
    with Simulator(company.world()) as forge:
        yield Monday(tmp_path, forge, company)


def test_a_look_tells_who_left_whom_nobody_knows_and_what_nobody_answers_for(monday: Monday) -> None:
    """With the list of bots, what is left is what nobody listed."""
    facts = monday.types("--links", "links.csv", "--json").facts
    truth = monday.company.truth

    first_seen = {login for login, reason in truth.held.items() if reason == "first-seen"}
    assert {one["login"] for one in facts["leavers"]} == truth.leavers | first_seen
    ambiguous = {login for login, reason in truth.held.items() if reason == "ambiguous"}
    assert {one["login"] for one in facts["ambiguous"]} == ambiguous
    assert {login for login, fate in truth.kept.items() if fate == "orphans"} <= {
        one["login"] for one in facts["orphans"]
    }
    assert facts["bots"] == []


def test_a_bot_whose_accountable_person_left_is_told_of_and_is_no_leaver(monday: Monday) -> None:
    """A list says what is a bot, which the forge does not; without one it is an account nobody knows."""
    bots = {line.login for line in monday.company.links if line.kind == "bot"}
    leaver = next(p for p in monday.company.people if p.status == "inactive")
    assert bots <= {one["login"] for one in monday.types("--json").facts["orphans"]}

    lines = [line for line in monday.company.links if line.kind == "bot"]
    first, others = lines[0], lines[1:]
    write_links(
        monday.folder / "links.csv",
        [type(first)(leaver.id, first.login, first.account_id, "bot"), *others],
    )
    facts = monday.types("--links", "links.csv", "--json").facts
    (alone,) = facts["bots"]
    assert first.login not in {one["login"] for one in (*facts["leavers"], *facts["orphans"])}
    assert alone["login"] == first.login
    assert leaver.id in alone["why"]


def test_the_page_is_one_file_that_runs_nothing_and_shows_names_as_they_are(monday: Monday) -> None:
    """It can be forwarded: no script, nothing from elsewhere, and a name is no markup."""
    leaver = min(monday.company.truth.leavers)
    with monday.forge.world.lock:
        account = monday.forge.world.by_login(leaver)
        assert account is not None
        account.name = "<script>alert(1)</script>"
    assert monday.types("--page", "look.html", "--price", "21").code == 0
    page = (monday.folder / "look.html").read_text(encoding="utf-8")

    assert "<script" not in page
    assert html.escape("<script>alert(1)</script>") in page
    assert not re.search(r"(src|href)=|@import|url\(", page)
    assert "@media print" in page
    assert leaver in page


def test_what_it_shows_as_the_configuration_is_what_init_writes(monday: Monday) -> None:
    """With the same options, to the letter; and it loads."""
    monday.rename("status", "employment_status")
    shown = monday.types("--leave", "inactive", "--leave", "terminated", "--json").facts["configuration"]
    assert monday.types("--leave", "inactive", "--leave", "terminated", command="init").code == 0
    written = (monday.folder / "seatkeeper.yaml").read_text(encoding="utf-8")

    assert shown == written
    policy = settings_of(shown, monday.folder / "seatkeeper.yaml", {}).policy()
    assert policy.status is not None
    assert policy.status.column == "employment_status"


def test_a_status_nobody_foresaw_is_held_and_told_with_its_number(monday: Monday) -> None:
    """Until somebody says that it means gone, nobody is said to have left by it."""
    monday.rename(",inactive,", ",terminated,")
    before = monday.types("--json").facts
    assert {s["value"]: s["means"] for s in before["statuses"]}["terminated"] == "hold"

    after = monday.types("--leave", "terminated", "--json").facts
    assert len(after["leavers"]) > len(before["leavers"])


def test_a_link_by_address_alone_is_told_as_what_nobody_confirmed(monday: Monday) -> None:
    """A record without logins finds people by their addresses, and claims no more than that."""
    facts = monday.types("--column", "login=", "--json").facts

    assert facts["leavers"] == []
    assert {one["login"] for one in facts["doubtful"]} <= {
        *monday.company.truth.leavers,
        *monday.company.truth.held,
    }
    assert facts["doubtful"]


def test_what_was_not_read_whole_is_told_and_not_counted_as_nothing(monday: Monday) -> None:
    """Members that did not arrive: nobody has left for certain, and the exit code says so."""
    monday.forge.world.faults.add("status", contains="membersWithRole", path="/graphql", times=0, status=502)
    said = monday.types("--json")

    assert said.code != 0
    if said.code == 5:
        assert said.facts["doubts"]
        assert said.facts["leavers"] == []


def test_a_record_without_a_status_is_refused_with_the_option_to_type(monday: Monday) -> None:
    """No column is guessed to be what it is not."""
    monday.rename("status", "shoe size")
    said = monday.types("--json")

    assert said.code == 2
    assert "--column status=NAME" in said.facts["remedy"]


def test_a_password_in_an_address_never_reaches_the_configuration(monday: Monday) -> None:
    """The file names the variable; no output shows what is in it."""
    url = "postgresql://hr:correct-horse@127.0.0.1:1/people"
    said = monday.types("--source", url)
    assert said.code == 1
    assert "correct-horse" not in said.out + said.err

    assert monday.types("--source", url, command="init").code == 0
    assert "correct-horse" not in (monday.folder / "seatkeeper.yaml").read_text(encoding="utf-8")
