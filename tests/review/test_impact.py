"""What a change of policy would do, told before it can touch anyone."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.bench import typed
from tests.review.place import Review, commit, git, reviewed
from tests.review.slips import ACCESS, LEAVE, VALUES

pytestmark = pytest.mark.slow

DATA = (LEAVE, 'leave: {when: "department = \'data\' OR end_date < as_of", over: ["active"]}')


def contents(folder: Path) -> dict[str, object]:
    """Everything that lies in the folder: the store by its rows, other files by their bytes."""
    files: dict[str, object] = {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "seatkeeper.db" not in file.name
    }
    with closing(sqlite3.connect(f"file:{folder / 'seatkeeper.db'}?mode=ro", uri=True)) as store:
        files["the store"] = list(store.iterdump())
    return files


def test_it_shows_exactly_whose_decision_differs(review: Review) -> None:
    """Those whom the record puts into the department now named, and nobody else; both ways."""
    forward = review.impact(DATA)
    true = {p.github_login for p in review.company.people if p.department == "data"}
    members = {account.login.casefold(): account.login for account in review.company.members()}
    staying = {
        members[login.casefold()]
        for login in true
        if login
        and login.casefold() in members
        and login not in {*review.company.truth.held, *review.company.truth.leavers}
    }

    losers = {p["login"] for p in forward.facts["people"] if p["loses"]}
    assert losers == staying
    for person in forward.facts["people"]:
        if person["loses"]:
            assert (person["old"]["verb"], person["new"]["verb"]) == ("keep", "leave")
            assert person["clause"] == "policy.leave: department = 'data'"
    with review.changed(DATA):
        commit(review.folder, "seatkeeper.yaml")
    try:
        backward = review.impact()
    finally:
        git(review.folder, "reset", "-q", "--soft", "HEAD~1")
    assert {p["login"] for p in backward.facts["people"] if p["keeps"]} == staying
    assert backward.facts["losing"] == 0
    assert "no longer policy.leave: department = 'data'" in {r["clause"] for r in backward.facts["turns"]}


def test_nothing_is_written_and_no_forge_is_asked(review: Review) -> None:
    """No file, no row, no commit; and the command is given no credential that reads people or forge."""
    before = contents(review.folder)
    assert not {"GH_READ", "GH_WRITE"} & review.environ.keys()
    with review.changed(DATA):
        during = contents(review.folder)
        for shape in ("", " --json", " --markdown"):
            assert review.run(f"impact --against main{shape}").code == 4
        assert contents(review.folder) == during
    assert contents(review.folder) == before


def test_the_worst_teams_and_departments_stand_first(review: Review) -> None:
    """Each with how many of how many it would lose."""
    facts = review.impact(
        (LEAVE, "leave: {when: \"department IN ('data', 'eng')\", over: [\"active\"]}")
    ).facts
    teams, groups = facts["teams"], facts["groups"]["worst"]

    assert teams == sorted(teams, key=lambda hit: -hit["losing"])
    assert [hit["name"] for hit in groups] == ["eng", "data"]
    assert all(0 < hit["losing"] <= hit["size"] for hit in (*teams, *groups))
    engineering = next(hit for hit in teams if hit["name"] == "engineering")
    held = {p["login"] for p in facts["people"] for g in p["loses"] if g["name"] == "engineering"}
    assert engineering["losing"] == len(held)


def test_a_file_and_another_file_can_be_compared(review: Review) -> None:
    """Two files, neither of them in git."""
    other = review.folder / "other.yaml"
    other.write_text(review.config.read_text("utf-8").replace(*DATA), encoding="utf-8")
    try:
        there = review.run("impact --against other.yaml --json").facts
        back = typed(
            ["impact", "-c", "other.yaml", "--against", "seatkeeper.yaml", "--json"],
            review.folder,
            review.environ,
        ).facts
    finally:
        other.unlink()
    assert (there["old"], back["new"]) == ("other.yaml", "other.yaml")
    assert there["losing"] == 0
    assert back["losing"] == sum(bool(p["keeps"]) for p in there["people"]) > 0


def test_the_limits_in_force_weigh_and_not_those_of_the_change(review: Review) -> None:
    """Whoever lifts a limit in the same change is told so, and the old one speaks."""
    said = review.impact(DATA, ("limits: {}", "limits: {run: 5000, day: 5000, week: 5000}"))
    assert said.code == 4
    assert any("limits differ" in note and "main weigh" in note for note in said.facts["notes"])


def test_a_pin_is_seen_with_whose_word_it_is(review: Review) -> None:
    """It protects whom it names, and takes nothing from anybody."""
    leaver = min(review.company.truth.leavers)
    pin = f"[{{account: {leaver}, pin: keep, owner: ana@acme.example, reason: r, until: 2030-01-31}}]"
    facts = review.impact(("\n  pins: []", f"\n  pins: {pin}")).facts
    (person,) = facts["people"]

    assert (person["login"], person["old"]["verb"], person["new"]["verb"]) == (leaver, "leave", "keep")
    assert "policy.pins: keep until 2030-01-31, by ana@acme.example" in person["clause"]
    assert person["keeps"]
    assert facts["losing"] == 0


def test_a_rule_for_access_shows_who_would_be_given_what(review: Review) -> None:
    """A rule that is added gives, names itself, and changes nobody it is not for."""
    rule = ACCESS[:-1] + ", {when: \"department = 'data'\", grant: [{team: forge-owners}]}]"
    facts = review.impact((ACCESS, rule)).facts
    people = [p for p in facts["people"] if p["gains"]]

    assert people
    assert {g["name"] for p in people for g in p["gains"]} == {"forge-owners"}
    assert {p["new"]["verb"] for p in people} == {"move"}
    assert all("policy.access[1]: department = 'data'" in p["clause"] for p in people)
    assert facts["losing"] == 0


def test_who_has_another_person_by_the_file_of_links_is_shown(review: Review) -> None:
    """The files that the configuration names are taken from the revision too."""
    one = next(p for p in review.company.people if p.github_login == min(review.company.truth.leavers))
    other = next(p for p in review.company.people if p.status == "active" and p.department == "eng")
    links = review.folder / "links.csv"
    links.write_text(f"person,login\n{one.id},{one.github_login}\n", encoding="utf-8")
    told = (("  # file: links.csv", "  file: links.csv"),)
    with review.changed(*told):
        commit(review.folder, "seatkeeper.yaml", "links.csv")
        links.write_text(f"person,login\n{other.id},{one.github_login}\n", encoding="utf-8")
        try:
            facts = review.run("impact --against main --json").facts
        finally:
            git(review.folder, "reset", "-q", "--hard", "HEAD~1")
    changed = {p["login"]: p for p in facts["people"] if p["account"]}
    assert changed[one.github_login]["old"]["verb"] == "leave"
    assert changed[one.github_login]["new"]["verb"] != "leave"


def test_markdown_names_logins_and_no_value_of_anybodys_record(review: Review) -> None:
    """Pull requests are mailed and stay: no name, no address, no date of anybody's is in it."""
    with review.changed((LEAVE, 'leave: {when: "start_date < as_of", over: ["active"]}')):
        text = review.run("impact --against main --markdown").out
    people = review.company.people

    assert "people of 120 would lose access" in text
    assert sum(f"**{a.login}**" in text for a in review.company.members()) > 20
    assert not [p.name for p in people if p.name in text]
    assert not [p.email for p in people if p.email and p.email in text]
    assert not [p.start_date for p in people if p.start_date and p.start_date.isoformat() in text]


def test_the_terminal_shows_what_json_tells(review: Review) -> None:
    """The same headline, the same people."""
    with review.changed(DATA):
        shown = " ".join(review.run("impact --against main").out.split())
        facts = json.loads(review.run("impact --against main --json").out)
    assert facts["headline"] in shown
    assert all(p["login"] in shown for p in facts["people"] if p["login"])


@pytest.mark.parametrize(
    ("against", "says"),
    [
        ("nowhere", "neither a file nor a revision"),
        ("--upload-pack=x", "neither"),
        ("empty", "has no seatkeeper.yaml"),
    ],
)
def test_what_is_no_revision_is_told(against: str, says: str, review: Review) -> None:
    """And nothing that begins like an option reaches git as one."""
    git(
        review.folder,
        "update-ref",
        "refs/heads/empty",
        git(review.folder, "commit-tree", "-m", "x", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
    )
    said = typed(["impact", f"--against={against}", "--json"], review.folder, review.environ)
    assert said.code == 2
    assert says in said.facts["what"]
    assert said.facts["remedy"]


def test_a_revision_that_is_not_sound_is_told_by_its_own_name(review: Review) -> None:
    """Not by that of a folder nobody made."""
    with review.changed((VALUES, "values: {}")):
        commit(review.folder, "seatkeeper.yaml")
    git(review.folder, "reset", "-q", "--soft", "HEAD~1")
    said = review.impact(against="main@{1}")
    assert said.code == 2
    assert said.facts["what"].startswith("main@{1}:seatkeeper.yaml:")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Review]:
    """A company of its own, for stories that change what was observed."""
    with reviewed(tmp_path) as told:
        yield told


def test_the_source_can_be_asked_anew_for_a_query_that_differs(alone: Review) -> None:
    """The last reading can't answer another query; the source can, and nothing of it is kept."""
    query = ("department FROM staff", "department, 'inactive' AS condition FROM staff")
    edits = (query, ('column: "status"', 'column: "condition"'))
    refused = alone.impact(*edits)
    assert refused.code == 5
    assert "--read" in refused.facts["remedy"]
    before = contents(alone.folder)["the store"]
    with alone.changed(*edits):
        said = alone.run("impact --against main --read --json")
    assert said.code == 4
    assert said.facts["losing"] > 100
    assert contents(alone.folder)["the store"] == before
