"""Wrong removals elsewhere that began with teams, roles, scope or configuration."""

from dataclasses import replace
from pathlib import Path

import pytest

from seatkeeper.config.load import load
from seatkeeper.errors import ConfigurationError
from seatkeeper.model.grants import held_by
from seatkeeper.model.limits import DEFAULT_LIMITS
from seatkeeper.model.policy import Access
from tests.incidents.scene import Scene, access_by_team_list, leaving, rulings

CONFIGURATION = """\
version: 1
store: sqlite:///seatkeeper.db
sources:
  hr: {{kind: csv, path: people.csv, key: id, columns: {{id: {{type: text}}, status: {{type: text}}}}}}
forges:
  acme: {{kind: github, api: https://api.github.com, organization: acme, read: {{token: "${{READ}}"}}}}
links: {{by: [{{column: id, trust: confirmed, match: login}}]}}
policy:
  status: {{column: status, values: {{active: keep, inactive: {meaning}}}}}
  access: [{{grant: [{{repository: app, role: write}}]}}]
people: {{approvers: approvers.allowed_signers}}
"""


def configuration(tmp_path: Path, *, meaning: str = "leave") -> Path:
    """A configuration file in which ``inactive`` means this."""
    path = tmp_path / "seatkeeper.yaml"
    path.write_text(CONFIGURATION.format(meaning=meaning), encoding="utf-8")
    return path


def test_kubernetes_org_4365_faulty_data_does_not_strip_a_team(scene: Scene) -> None:
    """Every list suddenly says "no team": a fifth of a team may go in a run, the rest waits for a person."""
    scene.policy = access_by_team_list(scene.policy, "core", "ops")
    for key in scene.today:
        scene.says(key, team_list=[])
    plan = scene.plan()
    assert rulings(plan)["team-share"] == "holds"
    placed = len(scene.world.teams[scene.core].places)
    losers = [change for change in plan.changes if any(g.resource.id == scene.core for g in change.lost)]
    assert len(losers) <= max(DEFAULT_LIMITS.team_floor, placed * DEFAULT_LIMITS.team_share)


def test_open_telemetry_community_2356_a_tiny_configuration_is_not_the_whole_truth(scene: Scene) -> None:
    """The first run over a full organization plans a baseline and no change, whatever the data says."""
    scene.leavers("m1", "m2", "m3")
    plan = scene.plan(adopted=False)
    assert (plan.kind, plan.changes) == ("adoption", ())
    assert {hold.login for hold in plan.holds} >= {"m1", "m2", "m3"}


def test_ssosync_88_what_nobody_manages_is_never_planned(scene: Scene) -> None:
    """Teams outside `manages` keep their people though no rule gives them; nor is a team ever deleted."""
    scene.policy = access_by_team_list(scene.policy, "core")
    for key in scene.today:
        scene.says(key, team_list=["core"])
    plan = scene.plan()
    assert not leaving(plan)
    assert not [grant for change in plan.changes for grant in change.lost]


def test_safe_settings_350_adding_one_team_takes_none_away(scene: Scene) -> None:
    """One more entry in a person's list is one place gained, and nothing else in the whole plan."""
    scene.policy = access_by_team_list(scene.policy, "core", "ops")
    for key in scene.today:
        scene.says(key, team_list=[] if key in ("ana", "ben") else ["core" if int(key[1:]) % 2 else "ops"])
    assert not scene.plan().changes
    scene.says("m1", team_list=["core", "ops"])
    (change,) = scene.plan().changes
    assert (change.login, len(change.gained), change.lost) == ("m1", 1, frozenset())


def test_safe_settings_310_an_invalid_value_is_refused_before_anything_happens(tmp_path: Path) -> None:
    """A word that means nothing is an error that names its place, never a reason to delete."""
    load(configuration(tmp_path), {"READ": "token"})
    with pytest.raises(ConfigurationError, match=r"policy\.status\.values\.inactive"):
        load(configuration(tmp_path, meaning="remove"), {"READ": "token"})


def test_safe_settings_310_a_role_nobody_has_heard_of_takes_nothing(scene: Scene) -> None:
    """A misspelt role can only fail to be given; whoever has another role there keeps it."""
    scene.policy = replace(scene.policy, access=(Access(None, repositories={"app": "wirte"}),))
    plan = scene.plan()
    assert not [grant for change in plan.changes for grant in change.lost]
    assert {change.login for change in plan.changes} == {"ana", "ben"}


def test_ssosync_291_a_renamed_team_is_the_same_team(scene: Scene) -> None:
    """Nothing is deleted and made again: ids are what grants hold on to."""
    before = scene.world.grants()
    scene.world.rename_team(scene.core, "kernel", "Kernel")
    scene.world.rename(scene.ids["m1"], "m1-renamed")
    assert scene.world.grants() == before
    assert {step.action for change in scene.plan().changes for step in change.steps} <= {"give"}


def test_suna_7297_removing_one_person_touches_that_person_alone(scene: Scene) -> None:
    """Every grant a leave takes is the leaver's own; no group loses anything."""
    scene.leavers("m1")
    (change,) = scene.plan().changes
    taken = {grant.subject.id for step in change.steps for grant in step.grants}
    assert taken == {scene.ids["m1"]}
    assert change.before == held_by(scene.ids["m1"], scene.world.grants())


def test_terraform_provider_github_1782_a_leaver_keeps_nothing_behind(scene: Scene) -> None:
    """Removing the member leaves direct grants on some forges; the change takes those too."""
    scene.leavers("m1")
    (change,) = scene.plan().changes
    assert change.after == frozenset()
    kinds = [grant.resource.kind for step in change.steps for grant in step.grants]
    assert kinds == ["organization", "repository"]


def test_terraform_provider_github_2731_a_role_is_never_changed_by_removing_first(scene: Scene) -> None:
    """A maintainer whose rule says "member" stays a maintainer: no take, no give."""
    scene.world.place(scene.ids["m1"], scene.core, "maintainer")
    scene.policy = replace(
        scene.policy, access=(Access(None, teams=("core", "ops")),), manages=frozenset({"core"})
    )
    changes = {change.login: change for change in scene.plan().changes}
    assert not [grant for change in changes.values() for grant in change.lost]
    assert all(grant.resource.id != scene.core for grant in changes["m1"].gained)


def test_github_roadmap_521_a_team_of_the_identity_provider_is_left_to_it(scene: Scene) -> None:
    """Its membership is somebody else's to decide: no rule gives or takes a place there."""
    scene.world.teams[scene.core].managed_by = "idp"
    scene.policy = access_by_team_list(scene.policy, "core")
    for key in scene.today:
        scene.says(key, team_list=[])
    scene.says("m2", team_list=["core"])
    touched = {g.resource.id for c in scene.plan().changes for s in c.steps for g in s.grants}
    assert scene.core not in touched


def test_user_sync_148_owners_are_not_removed_unasked(scene: Scene) -> None:
    """An owner who left needs an approver, and the last two need more than that: they stay."""
    scene.world.member(scene.ids["m1"], "owner")
    scene.leavers("m1")
    plan = scene.plan()
    assert rulings(plan)["owners"] == "asks"
    scene.leavers("ana", "ben")
    plan = scene.plan()
    assert len(leaving(plan) & {"ana", "ben", "m1"}) <= 1
    assert rulings(plan)["owners-floor"] == "holds"
