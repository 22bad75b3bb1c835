"""From an address that fits to a link that survives a rename, by the command and its file."""

import csv
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.cli.plans import read_plan
from tests.faults.bench import Bench

pytestmark = pytest.mark.slow

HEADER = "person,login,account_id,kind,note\n"


@pytest.fixture(name="file")
def fixture_file(bench: Bench) -> Path:
    """A file of links without a line, named in the configuration."""
    bench.configure("  # file: links.csv", '  file: "links.csv"')
    file = bench.folder / "links.csv"
    file.write_text(HEADER, encoding="utf-8")
    return file


def lines(file: Path) -> list[dict[str, str]]:
    """What stands in it."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def links(bench: Bench, state: str) -> dict[str, dict[str, Any]]:
    """The accounts in a state, by login."""
    bench.run("observe")
    told = bench.run(f"links --state {state}")
    assert told.code == 0, told
    return {link["login"]: link for link in told.facts["links"]}


def without_logins(bench: Bench) -> dict[str, dict[str, Any]]:
    """The record forgot everybody's login: addresses are all there is."""
    bench.people("UPDATE people SET github_login = NULL")
    return links(bench, "proposed")


def test_a_proposal_shows_what_fits_and_is_confirmed_by_the_account_s_id(bench: Bench, file: Path) -> None:
    """Confirmed in bulk; from then on a rename and another address change nothing."""
    proposed = without_logins(bench)
    assert proposed
    login, link = min(proposed.items())
    assert "is an address that the forge shows for it" in link["evidence"]

    said = bench.run("links --confirm all")
    assert said.code == 0, said
    assert said.facts["written"] == len(proposed)
    assert {line["account_id"] for line in lines(file)} == {link["account"] for link in proposed.values()}

    with bench.world.lock:
        account = bench.world.by_login(login)
        assert account is not None
        bench.world.rename(account.id, "quite-another")
        account.email = "married@example.org"
    after = links(bench, "confirmed")
    assert after["quite-another"]["person"] == link["person"]
    assert after["quite-another"]["evidence"] == "the file of links"


def test_nothing_is_confirmed_that_nobody_proposed(bench: Bench, file: Path) -> None:
    """A typing error is an error, and no line is written."""
    bench.run("observe")
    said = bench.run("links --confirm nobody-at-all")

    assert said.code == 2
    assert said.facts["remedy"] == "see which are: seatkeeper links --state proposed"
    assert lines(file) == []


def test_a_link_is_corrected_and_the_later_word_holds(bench: Bench, file: Path) -> None:
    """Whoever was said to have an account, and then another: one line, the last one."""
    known = links(bench, "confirmed")
    (login, first), (_, second) = list(known.items())[:2]
    assert bench.run(f"links --set {login}={second['person']}").code == 0
    assert bench.run(f"links --set {login}={first['person']}").code == 0

    (line,) = lines(file)
    assert (line["person"], line["account_id"]) == (first["person"], first["account"])
    assert bench.run(f"links --set {login}=Z999").code == 2


def test_what_is_exported_can_be_imported_elsewhere(bench: Bench, file: Path) -> None:
    """To the line; and lines by login alone are given the id."""
    known = links(bench, "confirmed")
    assert bench.run("links --export all.csv").code == 0
    exported = lines(bench.folder / "all.csv")
    assert {line["account_id"] for line in exported} == {link["account"] for link in known.values()}

    some = bench.folder / "some.csv"
    login, link = min(known.items())
    some.write_text(f"person,login\n{link['person']},{login.upper()}\n", encoding="utf-8")
    assert bench.run("links --import some.csv").code == 0
    (line,) = lines(file)
    assert line["account_id"] == link["account"]


def test_a_bot_stays_when_its_accountable_person_leaves_and_somebody_is_asked(
    bench: Bench, file: Path
) -> None:
    """It is a task that holds tell of, with what to type; nothing is taken from the bot."""
    orphan = min(links(bench, "orphan"))
    person = next(p for p in bench.company.people if p.status == "active" and p.end_date is None)
    assert bench.run(f"links --set {orphan}={person.id} --kind bot").code == 0
    assert lines(file)[0]["kind"] == "bot"
    assert bench.run("holds").facts["tasks"] == []

    bench.people(f"UPDATE people SET status = 'inactive' WHERE id = '{person.id}'")
    assert orphan in links(bench, "bot")
    (task,) = bench.run("holds").facts["tasks"]
    assert task["login"] == orphan
    assert person.id in task["told"]
    assert bench.run("plan --out new.json").code == 3
    plan = read_plan(bench.folder / "new.json")[0]
    assert orphan not in {change.login for change in plan.changes}
    assert [(one.kind, one.login) for one in plan.tasks] == [("bot", orphan)]
    assert bench.run("show new.json").facts["plan"]["tasks"] == [task]


def test_a_person_with_an_ended_and_an_active_record_stays(bench: Bench) -> None:
    """Several records of one person: any active one wins."""
    known = links(bench, "confirmed")
    stays = next(p for p in bench.company.people if p.github_login in known and p.status == "active")
    columns = "name, email, github_login, start_date, office, department, manager_email, team_list, loaded_at"
    bench.people(
        f"INSERT INTO people (id, status, end_date, {columns}) "
        f"SELECT 'A-' || id, 'inactive', '2020-01-31', {columns} FROM people WHERE id = '{stays.id}'"
    )
    bench.run("observe")
    said = bench.run(f"why {stays.github_login}")

    assert said.code == 0, said
    assert links(bench, "confirmed")[str(stays.github_login)]["person"] == stays.id


def test_the_terminal_tells_it_with_colour_and_the_next_command(bench: Bench, file: Path) -> None:
    """A person looks rather than reads."""
    without_logins(bench)
    said = bench.run("links --confirm all", as_json=False)

    assert said.code == 0
    assert "what says so" in said.out
    assert f"lines went into {file.name}" in said.out
    assert "seatkeeper impact" in said.out
