"""`seatkeeper test`: people who write policies say what they mean, and are told what they forgot."""

from datetime import date
from pathlib import Path

import pytest

from seatkeeper.config.template import Starter, render, render_cases
from tests.faults.bench import Said, typed

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 27)
LEAVE = 'leave: {when: "end_date < as_of", over: ["active"]}'


def seatkeeper_test(
    folder: Path, *cases: str, edit: tuple[str, str] | None = None, flags: str = "--json"
) -> Said:
    """Write a first configuration, with one edit, and these cases (the first ones when none), and test it."""
    starter = Starter("acme")
    text = render(starter)
    if edit is not None:
        assert edit[0] in text, edit[0]
        text = text.replace(*edit)
    (folder / "seatkeeper.yaml").write_text(text, "utf-8")
    told = f"day: {DAY}\nperson: {{status: active}}\ncases:\n" + "".join(
        f"  - {{{case}}}\n" for case in cases
    )
    (folder / "cases.yaml").write_text(told if cases else render_cases(starter, DAY), "utf-8")
    return typed(["test", *flags.split()], folder, {})


def test_the_first_cases_hold_on_the_first_configuration_and_exercise_all_of_it(tmp_path: Path) -> None:
    """What `init` writes passes, and leaves out no value and no clause."""
    told = seatkeeper_test(tmp_path, flags="--laws invented --json").facts
    assert (told["failed"], told["unexercised"]) == (0, [])
    assert any("the story" in case["why"] and case["reason"] == "missing-status" for case in told["cases"])
    assert [(searched["people"], searched["broken"]) for searched in told["searched"]] == [(400, [])]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_first_cases_hold_wherever_the_company_is(tmp_path: Path, zone: str) -> None:
    """An office in the record, and a schedule's zone on either side of Greenwich."""
    starter = Starter("acme", office="office", zone=zone)
    (tmp_path / "seatkeeper.yaml").write_text(render(starter), "utf-8")
    (tmp_path / "cases.yaml").write_text(render_cases(starter, DAY), "utf-8")
    assert typed(["test", "--laws", "none", "--json"], tmp_path, {}).facts["failed"] == 0


@pytest.mark.parametrize(
    "slip",
    [
        (LEAVE, 'leave: {when: "github_login <> \'user3\'", over: ["active"]}'),
        (LEAVE, 'leave: {when: "end_date > as_of", over: ["active"]}'),
        (LEAVE, 'leave: {when: "end_date <= as_of", over: ["active"]}'),
        ('"on_leave": keep', '"on_leave": leave'),
        ('"inactive": leave', '"inactive": keep'),
        ("status = 'active'", "status <> 'active'"),
    ],
)
def test_a_slip_in_the_policy_fails_the_first_cases(tmp_path: Path, slip: tuple[str, str]) -> None:
    """The wrong exception, an inverted comparison, a day too early, a value turned round."""
    said = seatkeeper_test(tmp_path, edit=slip)
    assert said.code == 1
    assert said.facts["failed"] > 0


def test_a_case_that_fails_says_what_decided(tmp_path: Path) -> None:
    """The line, what was expected, what came out, and each comparison with the value it rests on."""
    wrong = "why: gone today, person: {end_date: 2026-11-27}, expect: leave"
    said = seatkeeper_test(tmp_path, wrong, flags="--laws none")
    assert said.code == 1
    assert "✗ gone today (line 4)" in said.out
    assert "expected leave" in said.out
    assert "decided  keep stays" in said.out
    assert "end_date < as_of: false (end_date is '2026-11-27')" in said.out
    assert "0 of 1 cases" in said.out


def test_what_no_case_exercises_is_named(tmp_path: Path) -> None:
    """A value without a case, and a comparison that was never true."""
    told = seatkeeper_test(tmp_path, "why: she stays, expect: keep").facts
    assert told["failed"] == 0
    assert "policy.status: inactive = leave" in told["unexercised"]
    assert "policy.status: no value" in told["unexercised"]
    clause = next(c for c in told["coverage"] if c["clause"] == "policy.leave: end_date < as_of")
    assert (clause["true"], clause["lacking"]) == (0, ["true", "false"])


def test_what_access_rules_give_and_take_is_decided_too(tmp_path: Path) -> None:
    """A case may name every team and repository that is given, and the places that are held."""
    rules = ("access: []", "access: [{when: \"status = 'active'\", grant: [{team: web}]}]")
    said = seatkeeper_test(
        tmp_path,
        "why: she gets the web team, gives: [web], expect: move, reason: access-changed",
        "why: she has it, teams: [web], gives: [web], expect: keep",
        "why: she gets something else, teams: [web], gives: [ops], expect: keep",
        edit=rules,
    )
    assert [case["as_expected"] for case in said.facts["cases"]] == [True, True, False]
    assert said.facts["cases"][2]["gives"] == ["web"]


def test_cases_of_the_same_person_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    """Two cases that name one login are decided apart, as if the other one were not there."""
    told = seatkeeper_test(
        tmp_path,
        "why: he stays, person: {github_login: joe}, expect: keep",
        "why: he has gone, person: {github_login: joe, status: inactive}, expect: leave",
    ).facts
    assert told["failed"] == 0


@pytest.mark.parametrize(
    ("case", "word"),
    [
        ("why: x, person: {statsu: active}, expect: keep", "did you mean status?"),
        ("why: x, expect: kept", "allowed here"),
        ("why: x, person: {end_date: soon}, expect: keep", "end_date"),
        ("why: x, expects: keep", "did you mean expect?"),
    ],
)
def test_a_case_that_says_nothing_sound_is_refused_by_name(tmp_path: Path, case: str, word: str) -> None:
    """With the nearest thing that would be sound; never a traceback."""
    said = seatkeeper_test(tmp_path, case, flags="--laws none")
    assert said.code in {1, 2}
    assert word in said.err
    assert "Traceback" not in said.err


def test_without_a_file_of_cases_it_says_how_to_name_one(tmp_path: Path) -> None:
    """The next command is given."""
    seatkeeper_test(tmp_path)
    (tmp_path / "cases.yaml").unlink()
    said = typed(["test"], tmp_path, {})
    assert said.code == 2
    assert "seatkeeper test --cases" in said.err
