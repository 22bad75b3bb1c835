"""Floors that were missing, identities that were names, blanks that meant something."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from mypy import api as mypy

from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.model.people import Column
from seatkeeper.model.policy import Pin
from seatkeeper.rules.facts import Trailing
from seatkeeper.rules.steps import leaving as steps_of_leaving
from tests.incidents.scene import COLUMNS, Scene, joining, leaving, rulings

REPOSITORY = Path(__file__).resolve().parents[2]

SNIPPET = """\
from seatkeeper.model.grants import membership
from seatkeeper.model.ids import AccountId, OrganizationId, TeamId
membership(AccountId("1"), OrganizationId("2"))
membership(TeamId("1"), OrganizationId("2"))
membership(AccountId("1"), TeamId("2"))
"""


def test_google_diskerase_empty_selection_means_nothing(scene: Scene) -> None:
    """Nobody selected is nobody touched: no change, no step, no call."""
    plan = scene.plan()
    assert (plan.changes, plan.cost.calls) == ((), 0)
    assert steps_of_leaving(frozenset(), GITHUB) == []


def test_atlassian_2022_wrong_kind_of_id_is_unrepresentable(tmp_path: Path) -> None:
    """An id of a team where an account's or an organization's belongs does not pass the type check."""
    program = tmp_path / "program.py"
    program.write_text(SNIPPET, encoding="utf-8")
    cache = f"--cache-dir={tmp_path / 'cache'}"
    told, _, status = mypy.run(["--config-file", str(REPOSITORY / "pyproject.toml"), cache, str(program)])
    wrong = [line for line in told.splitlines() if "error:" in line]
    assert status == 1
    assert [line.split(":")[1] for line in wrong] == ["4", "5"]


def test_atlassian_2022_a_change_shows_who_and_what(scene: Scene) -> None:
    """A reviewer sees the login, the reason in words and everything that would be lost, not an id alone."""
    scene.leavers("m1")
    (change,) = scene.plan().changes
    assert change.login == "m1"
    assert "inactive" in change.because
    assert len(change.lost) == 3


def test_kubeflow_359_a_rename_is_not_a_leaver(scene: Scene) -> None:
    """The record still says the old login, which nobody has: nothing is lost, nobody is invited."""
    scene.world.rename(scene.ids["m1"], "m1-since-renamed")
    scene.yesterday["m1"] |= {"github_login": "m1-since-renamed"}
    plan = scene.plan()
    assert not leaving(plan)
    assert not joining(plan)
    assert "no-such-account" in {hold.reason for hold in plan.holds}


def test_aws_s3_2017_never_below_the_owners_floor(scene: Scene) -> None:
    """Two owners must stay, whoever approves; the third may go when somebody says so."""
    scene.world.member(scene.ids["m1"], "owner")
    scene.leavers("ana", "ben", "m1")
    plan = scene.plan()
    (floor,) = [v for v in plan.verdicts if v.guard == "owners-floor" and v.ruling == "holds"]
    assert (len(floor.accounts), floor.waivable) == (2, False)
    assert len(leaving(plan)) == 1


def test_terraform_provider_github_1123_the_credential_does_not_plan_itself_away(scene: Scene) -> None:
    """Whoever owns the credential is held, and nobody can waive that."""
    scene.leavers("m1", "m2")
    plan = scene.plan(protected=frozenset({scene.ids["m1"]}))
    assert leaving(plan) == {"m2"}
    (verdict,) = [v for v in plan.verdicts if v.guard == "own-credential" and v.ruling == "holds"]
    assert not verdict.waivable


@pytest.mark.parametrize("missing", ["none", "unknown"])
def test_unisuper_2024_a_blank_end_date_never_means_ended(scene: Scene, missing: str) -> None:
    """Whether a blank end is declared "no end" or not declared at all, it makes nobody leave."""
    scene.says("m1", end_date=date(2026, 11, 20))
    columns = tuple(
        Column("end_date", "date", "unknown", "end") if c.name == "end_date" and missing == "unknown" else c
        for c in COLUMNS
    )
    decisions = scene.decide(columns=columns)
    assert {d.login for d in decisions.of("leave")} == {"m1"}
    assert bool(decisions.of("hold")) == (missing == "unknown")


def test_the_last_day_is_a_working_day_where_the_person_works(scene: Scene) -> None:
    """At six in the morning UTC it is still yesterday in Los Angeles: that last day is not over."""
    for login, office in (("m1", "America/Los_Angeles"), ("m2", "Asia/Tokyo"), ("m3", None)):
        scene.says(login, end_date=date(2026, 11, 22), office=office)
    assert {d.login for d in scene.decide().of("leave")} == {"m2"}


def test_a_source_that_halves_overnight_costs_nobody(scene: Scene) -> None:
    """A truncated export still has some leavers in it; while rows are missing none of them goes."""
    scene.leavers("m1")
    for number in range(21, 41):
        del scene.today[f"m{number}"]
    plan = scene.plan(trailing=Trailing(median_rows=42.0))
    assert not leaving(plan)
    assert rulings(plan)["source-shrunk"] == "holds"


def test_a_snapshot_of_this_morning_takes_nobody_in_the_evening(scene: Scene) -> None:
    """What was read more than four hours ago may have been changed since by somebody else."""
    scene.leavers("m1")
    morning = scene.snapshot()
    scene.world.advance(5 * 3600)
    plan = scene.plan(morning)
    assert not leaving(plan)
    assert rulings(plan)["snapshot-age"] == "holds"


def test_two_pins_that_contradict_hold(scene: Scene) -> None:
    """Kept by one person and kept out by another: nothing happens until they have spoken."""
    scene.leavers("m1")
    until = date(2027, 1, 1)
    pins = (
        Pin("keep", "ana@acme.example", "legal hold", until, account="m1"),
        Pin("out", "ben@acme.example", "blocked", until, account="m1"),
    )
    scene.policy = replace(scene.policy, pins=pins)
    assert scene.of("m1", pins=pins).reason == "pinned-both"
