"""What went wrong elsewhere between being invited and being in."""

from datetime import timedelta

from tests.incidents.scene import Scene, access_by_team_list, joining, leaving

DAY = timedelta(days=1).total_seconds()


def invited(scene: Scene) -> None:
    """A newcomer whom the plan of the day invites."""
    scene.stranger("newcomer")
    scene.person("newcomer")
    assert joining(scene.plan()) == {"newcomer"}
    scene.world.invite(scene.ids["newcomer"])


def test_kubernetes_org_3367_nobody_is_invited_twice(scene: Scene) -> None:
    """While an invitation waits there is nothing to do but wait."""
    invited(scene)
    for _ in range(2):
        scene.world.advance(3 * DAY)
        assert not scene.plan().changes
    assert sum(effect.kind == "invitation" for effect in scene.world.log.effects) == 1


def test_kubernetes_test_infra_21140_an_expired_invitation_is_not_a_pending_one(scene: Scene) -> None:
    """After seven days the person can be invited again, and is not stuck."""
    invited(scene)
    scene.world.advance(8 * DAY)
    assert joining(scene.plan()) == {"newcomer"}


def test_github_mgmt_145_an_expired_invitation_costs_nobody_anything(scene: Scene) -> None:
    """A person who did not answer in time is no leaver; whatever they hold stays."""
    scene.stranger("helper")
    scene.world.direct(scene.ids["helper"], scene.app, "read")
    scene.person("helper")
    scene.world.invite(scene.ids["helper"])
    scene.world.advance(8 * DAY)
    plan = scene.plan()
    assert not leaving(plan)
    assert joining(plan) == {"helper"}


def test_ros2_gbp_340_who_accepted_is_not_removed(scene: Scene) -> None:
    """From the moment of acceptance the person is a member with a record, and nothing is planned."""
    invited(scene)
    scene.world.accept(scene.ids["newcomer"])
    plan = scene.plan()
    assert (plan.changes, plan.seats.after) == ((), plan.seats.before)
    assert "newcomer" not in {hold.login for hold in plan.holds}


def test_gitlabform_200_running_again_mails_nobody(scene: Scene) -> None:
    """A second run over the same facts has no step, so no mail."""
    for plan in (scene.plan(), scene.plan()):
        assert (plan.changes, plan.cost.calls, plan.cost.invitations) == ((), 0, 0)


def test_buildkite_462_an_invitation_brings_its_teams(scene: Scene) -> None:
    """Membership and team places are offered in one invitation, so that coming in is coming into them."""
    scene.policy = access_by_team_list(scene.policy)
    scene.stranger("newcomer")
    scene.person("newcomer", team_list=["core", "ops"])
    (change,) = [c for c in scene.plan().changes if c.kind == "join"]
    (invitation,) = [step for step in change.steps if step.action == "invite"]
    assert {grant.resource.id for grant in invitation.grants} == {"9001", scene.core, scene.ops}


def test_docs_29571_reinstating_gives_everything_back(scene: Scene) -> None:
    """On the simulator, as on the forge: a former member reinstated in time has what they had."""
    before = scene.world.grants()
    scene.world.remove_member(scene.ids["m1"])
    assert scene.world.grants() != before
    scene.world.advance(10 * DAY)
    scene.world.invite(scene.ids["m1"], role="reinstate")
    scene.world.accept(scene.ids["m1"])
    assert scene.world.grants() == before


def test_kubernetes_org_3382_a_freed_login_taken_by_a_stranger_gets_nothing(scene: Scene) -> None:
    """Somebody renames, somebody else takes the old login: the record's login is a stranger's now."""
    scene.world.rename(scene.ids["m1"], "m1-new-name")
    stranger = scene.world.account("m1")
    scene.leavers("m1")
    plan = scene.plan()
    assert stranger not in {change.account for change in plan.changes}
    assert not leaving(plan)
