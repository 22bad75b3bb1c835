"""Wrong removals elsewhere that began with what the people data said, or did not say."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.clock import SystemClock
from seatkeeper.config.secrets import Secret
from seatkeeper.errors import SourceError, SourceShapeError
from seatkeeper.model.people import Extract
from seatkeeper.rules.facts import Trailing
from seatkeeper.sources.file import FileSource
from seatkeeper.sources.sql import SqlSource
from tests.incidents.scene import COLUMNS, Scene, access_by_team_list, joining, leaving, rulings

HEADER = ",".join(column.name for column in COLUMNS) + "\n"


def from_file(tmp_path: Path, text: str) -> Extract:
    """What the file source says of this CSV."""
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    source = FileSource(name="hr", path=path, key="id", columns=COLUMNS, clock=SystemClock())
    return source.read()[0]


def test_ssosync_194_an_answer_without_people_deletes_nobody(scene: Scene, tmp_path: Path) -> None:
    """A read that returned nothing is not a company without people: not whole, and no leaves."""
    extract = from_file(tmp_path, HEADER)
    assert (extract.rows, extract.whole) == (0, False)
    scene.leavers("m1", "m2")
    assert not scene.plan(case={"people": scene.people([]), "problem": extract.problem}).changes
    held = scene.decide(problem=extract.problem).of("hold")
    assert {d.login: d.reason for d in held} == {"m1": "extract-problem", "m2": "extract-problem"}


@pytest.mark.parametrize("usual", [None, 40.0])
def test_gitea_7949_no_setting_lets_an_empty_source_deactivate_anybody(
    scene: Scene, usual: float | None
) -> None:
    """Neither a rule about the absent, nor a first reading without earlier ones, makes empty mean gone."""
    scene.policy = replace(scene.policy, absent_after=timedelta(0))
    assert not scene.plan(case={"people": scene.people([])}, rows=0, trailing=Trailing(usual)).changes
    scene.leavers("m1")
    plan = scene.plan(rows=0, trailing=Trailing(usual))
    assert not leaving(plan)
    assert rulings(plan)["people-not-whole"] == "holds"


def test_gitea_4402_a_query_that_runs_out_of_time_is_an_error_and_not_an_answer(tmp_path: Path) -> None:
    """A source that can't finish raises; there is no extract from which anybody could be missing."""
    path = tmp_path / "hr.db"
    path.touch()
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT max(id) AS id FROM n"
    source = SqlSource(
        name="hr",
        url=Secret(f"sqlite:///{path}"),
        query=endless,
        key="id",
        columns=COLUMNS[:1],
        clock=SystemClock(),
        timeout=timedelta(milliseconds=200),
    )
    with pytest.raises(SourceError):
        source.read()


def test_opnsense_core_10129_an_unreachable_server_deletes_nobody() -> None:
    """Nobody listens there: a named error with the next command, and no extract."""
    source = SqlSource(
        name="hr",
        url=Secret("postgresql+psycopg://reader:swordfish@127.0.0.1:9/hr"),
        query="SELECT id FROM people",
        key="id",
        columns=COLUMNS[:1],
        clock=SystemClock(),
    )
    with pytest.raises(SourceError) as raised:
        source.read()
    assert raised.value.remedy
    assert "swordfish" not in str(raised.value) + raised.value.remedy


def test_gitlabhq_10132_a_column_lost_in_an_upgrade_is_refused(tmp_path: Path) -> None:
    """Rights were lost because a field had another name: here the reading names the missing column."""
    with pytest.raises(SourceShapeError, match="github_login"):
        from_file(tmp_path, HEADER.replace("github_login", "login") + "1,a,b,active,,,,eng,\n")


def test_gitlabhq_10132_team_lists_that_are_all_missing_take_no_place(scene: Scene) -> None:
    """A list nobody filled is unknown, and an unknown keeps."""
    scene.policy = access_by_team_list(scene.policy, "core", "ops")
    for key in scene.today:
        scene.says(key, team_list=None)
    assert not scene.plan().changes


def test_ssosync_236_a_partial_list_of_members_takes_nothing(scene: Scene) -> None:
    """The list was not empty, only short: that is enough to stop every loss."""
    scene.leavers("m1")
    assert leaving(scene.plan()) == {"m1"}
    assert not leaving(scene.plan(scene.snapshot("members")))


def test_ssosync_234_a_group_list_cut_by_a_503_takes_nothing(scene: Scene) -> None:
    """When nobody knows which teams there are, nobody loses a place in one."""
    scene.leavers("m1")
    plan = scene.plan(scene.snapshot("teams"))
    assert not leaving(plan)
    assert rulings(plan)["unreadable"] == "holds"


def test_owncloud_core_29796_people_of_another_directory_are_not_leavers(scene: Scene) -> None:
    """Asked of one directory, the people of the other are unknown, and unknown is not gone."""
    elsewhere = {f"m{number}" for number in range(1, 11)}
    for key in elsewhere:
        del scene.today[key]
    decisions = scene.decide()
    assert not decisions.of("leave")
    assert {d.login for d in decisions.of("hold") if d.reason == "absent"} == elsewhere


def test_gam_673_a_value_whose_meaning_changed_removes_nobody(scene: Scene) -> None:
    """From one day to the next the source writes A and I: nobody said what that means, so all hold."""
    scene.leavers("m1")
    for row in scene.today.values():
        row["status"] = row["status"][0].upper()
    decisions = scene.decide()
    assert not decisions.of("leave")
    assert {d.reason for d in decisions.of("hold")} == {"unforeseen-status"}


def test_sigstore_community_725_two_spellings_of_one_login_are_one_person(scene: Scene) -> None:
    """An entry in another case is ended; the person's active entry keeps the access."""
    scene.person("old-entry", github_login="M3", status="inactive", email="m3@acme.example")
    plan = scene.plan()
    assert not leaving(plan)
    assert "m3" not in {hold.login for hold in plan.holds}


def test_terraform_provider_github_1968_case_alone_changes_nothing(scene: Scene) -> None:
    """A login in capitals is the same account: nobody is removed, and nobody is invited again."""
    for key, row in scene.today.items():
        row["github_login"] = key.upper()
        scene.yesterday[key]["github_login"] = key.title()
    assert not scene.plan().changes


def test_metabase_7571_who_was_added_by_hand_is_left_alone(scene: Scene) -> None:
    """A member no record knows is an orphan, told as one, and stays."""
    guest = scene.world.member(scene.stranger("guest"))
    scene.world.place(guest, scene.core)
    scene.policy = access_by_team_list(scene.policy, "core")
    scene.leavers("m1")
    decisions = scene.decide()
    assert [d.login for d in decisions.orphans()] == ["guest"]
    assert "guest" not in leaving(scene.plan())


def test_kubernetes_org_1377_one_bad_login_does_not_stop_the_others(scene: Scene) -> None:
    """A joiner's login that nobody has holds that joiner; the leaver and the other joiner go on."""
    scene.person("typo", github_login="no-such-login")
    scene.stranger("newcomer")
    scene.person("newcomer")
    scene.leavers("m1")
    plan = scene.plan()
    assert (leaving(plan), joining(plan)) == ({"m1"}, {"newcomer"})
    assert [hold.reason for hold in plan.holds if hold.login == "no-such-login"] == ["no-such-account"]


def test_kubeflow_359_a_deleted_account_is_one_persons_affair(scene: Scene) -> None:
    """The account of one person is deleted; the day's plan for everybody else is what it was."""
    scene.leavers("m2")
    scene.world.delete_account(scene.ids["m1"])
    assert leaving(scene.plan()) == {"m2"}


def test_the_story_the_person_without_a_status_is_held_by_name(scene: Scene) -> None:
    """Missing is not inactive, whether NULL, blank or a no-break space."""
    for login, status in (("m1", None), ("m2", ""), ("m3", "   "), ("m4", "\u00a0"), ("m5", "\u200b")):
        scene.says(login, status=status)
    holds = {d.login: d.reason for d in scene.decide().of("hold")}
    assert holds == dict.fromkeys(("m1", "m2", "m3", "m4", "m5"), "missing-status")
