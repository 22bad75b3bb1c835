"""`seatkeeper history` as it is typed: four forms of one answer, and the import of a forge's log."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seatkeeper.cli.main import seatkeeper
from seatkeeper.errors import SeatkeeperError
from seatkeeper.model.snapshot import Organization
from tests.workflow.place import ANA, Workplace, workplace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A company that was adopted, one run carried out and observed."""
    with workplace(tmp_path_factory.mktemp("history"), seats=60) as place:
        place.adopt()
        place.apply(place.sign(place.plan()))
        place.plan()
        yield place


def type_in(place: Workplace, *words: str) -> Result:
    """Type a command."""
    return CliRunner(env=place.environ).invoke(seatkeeper, [*words, "-c", str(place.config)])


def told(place: Workplace, *words: str) -> Any:
    """What a command tells a machine."""
    result = type_in(place, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def leaver(place: Workplace) -> str:
    """Somebody who left."""
    return min(place.company.truth.leavers)


def test_json_csv_page_and_terminal_tell_the_same_lines(place: Workplace, tmp_path: Path) -> None:
    """As many grants in each, and the decision in each."""
    grants = told(place, "history", leaver(place))["grants"]
    table = list(csv.DictReader(io.StringIO(type_in(place, "history", leaver(place), "--csv").output)))
    page = tmp_path / "page.html"
    written = type_in(place, "history", leaver(place), "--html", str(page))
    shown = type_in(place, "history", leaver(place))

    assert len(grants) == len(table) == page.read_text().count("<tr>") - 1
    assert grants[0]["taken"]["proposed_by"] == table[0]["taken: proposed by"] == ANA
    assert f"{len(grants)} grants" in written.output
    assert f"{len(grants)} grants" in shown.output
    assert f"{ANA}, approved by" in page.read_text()


def test_a_moment_is_everything_that_was_held_then(place: Workplace) -> None:
    """By the store's own account of it."""
    store, organization = place.office.desk.store, place.office.known_organization()
    first = next(iter(store.entries(kinds={"observation"}))).at

    moment = first.replace(microsecond=0) + timedelta(seconds=1)
    grants = told(place, "history", "--at", f"{moment:%Y-%m-%dT%H:%M:%S}")["grants"]

    assert len(grants) == len(store.grants_at(organization.id, moment)) > 0


@pytest.mark.parametrize(
    "words",
    [
        ("--csv", "--json"),
        ("--at", "2026-01-01", "--since", "2026-01-01"),
        ("--since", "2026-02-01", "--until", "2026-01-01"),
    ],
)
def test_questions_that_contradict_themselves_are_refused(place: Workplace, words: tuple[str, ...]) -> None:
    """With the exit code of a wrong command."""
    result = type_in(place, "history", *words)

    assert isinstance(result.exception, SeatkeeperError)
    assert result.exception.exit_code == 2


def test_a_log_is_taken_in_asked_about_and_answered(place: Workplace, tmp_path: Path) -> None:
    """Questions go out as CSV, come back filled in, and nothing is open any more."""
    organization = place.office.known_organization()
    log = tmp_path / "log.json"
    log.write_text(json.dumps(_log(place, organization)), encoding="utf-8")
    questions = tmp_path / "questions.csv"

    asked = told(place, "history", "import", str(log), "--questions", str(questions))
    rows = list(csv.DictReader(io.StringIO(questions.read_text())))
    shown = type_in(place, "history", "import", str(log))
    for row in rows:
        row["role"] = row["role"] or "maintainer"
    answers = tmp_path / "answers.csv"
    with answers.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    answered = told(place, "history", "import", str(log), "--answers", str(answers), "--by", "Ana")

    assert (asked["questions"], asked["new"], asked["unused"]) == (1, 4, {"git.clone": 1})
    assert rows[0]["resource"].startswith("team ")
    assert "1 open questions" in shown.output
    assert answered["questions"] == 0
    assert {(lost["kind"], lost["role"], lost["restorable"]) for lost in answered["lost"]} == {
        ("organization", "member", True),
        ("team", "maintainer", True),
    }
    former = told(place, "history", "--json", "gone-long-ago")["grants"]
    assert {line["note"][:18] for line in former} == {"reconstructed from"}
    assert any("Ana answered" in line["note"] for line in former)


def test_a_broken_log_is_refused_with_exit_code_2(place: Workplace, tmp_path: Path) -> None:
    """And nothing of it is kept."""
    log = tmp_path / "cut.json"
    log.write_text('[{"action": "org.remove_member"')
    head = place.office.desk.store.head()

    result = type_in(place, "history", "import", str(log))

    assert isinstance(result.exception, SeatkeeperError)
    assert result.exception.exit_code == 2
    assert place.office.desk.store.head() == head


def _log(place: Workplace, organization: Organization) -> list[dict[str, object]]:
    """Somebody came, was put into a team, and was removed, long before anybody observed."""
    first = next(iter(place.office.desk.store.entries(kinds={"observation"}))).at
    start = int(first.timestamp() * 1000) - 86_400_000
    team = next(iter(place.forge.world.teams.values()))
    common = {
        "org": organization.login,
        "org_id": int(organization.id),
        "user": "gone-long-ago",
        "user_id": 999_999,
    }
    deeds: list[dict[str, object]] = [
        {"action": "org.add_member", "permission": "read"},
        {"action": "team.add_member", "team": f"{organization.login}/{team.slug}"},
        {"action": "team.remove_member", "team": f"{organization.login}/{team.slug}"},
        {"action": "org.remove_member"},
        {"action": "git.clone"},
    ]
    return [
        {**common, "@timestamp": start + n, "_document_id": f"d{n}", **deed} for n, deed in enumerate(deeds)
    ]
