"""Owners, teams, our own credential, what others manage, the backlog: who is set aside and who goes on."""

import dataclasses
from datetime import timedelta

import pytest

from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.ids import AccountId
from seatkeeper.model.limits import Limits
from seatkeeper.model.plan import Plan, Step
from seatkeeper.rules.guards import GUARDS, exit_codes, judge, not_managed, owners_floor, team_emptied
from tests.rules.plan_builder import GITEA, Acme, arithmetic, drafts, ruling, team


def logins(plan: Plan) -> list[str]:
    return sorted(change.login for change in plan.changes)


def reasons(plan: Plan) -> dict[str | None, str]:
    return {hold.login: hold.reason for hold in plan.holds}


def named(*who: str) -> frozenset[AccountId]:
    return frozenset(AccountId(f"id-{login}") for login in who)


def test_last_owner_cannot_be_planned_away() -> None:
    """With two owners none can go, whoever approves; everybody else's change goes on."""
    plan = Acme(400, owners=2).leave("user0", "user10").plan(named=named("user0"))
    assert logins(plan) == ["user10"]
    assert reasons(plan) == {"user0": "owners-floor"}
    assert not next(v for v in plan.verdicts if v.guard == "owners-floor").waivable


@pytest.mark.parametrize(("owners", "going", "held"), [(1, 1, 1), (2, 1, 1), (3, 1, 0), (3, 3, 2), (5, 4, 1)])
def test_never_below_owner_floor(owners: int, going: int, held: int) -> None:
    """Two people who are owners stay, and it is told who."""
    facts = Acme(400, owners=owners).leave(*(f"user{n}" for n in range(going))).facts()
    assert len(owners_floor.check(drafts(facts), facts).accounts) == held


def test_a_bot_that_owns_does_not_count_as_an_owner_who_stays() -> None:
    """A credential can't get a person's organization back."""
    acme = Acme(400, owners=2)
    acme.member("robot", "owner", kind="bot")
    assert reasons(acme.leave("user0").plan()) == {"user0": "owners-floor"}


def test_the_floor_stands_for_revocations() -> None:
    """Revoke is the exception to the limits, not to the floor."""
    facts = Acme(400, owners=2).leave("user0").facts()
    (change,) = drafts(facts)
    assert judge([dataclasses.replace(change, kind="revoke")], facts).changes == ()


@pytest.mark.parametrize(("going", "says"), [(0, "passes"), (1, "asks"), (2, "trips")])
def test_no_owner_goes_unasked(going: int, says: str) -> None:
    """One owner needs an approver, two a waiver."""
    plan = Acme(4_000, owners=9).leave(*(f"user{n}" for n in range(going))).plan()
    assert ruling(plan, "owners") == says


def test_an_owner_limit_that_was_raised_is_followed() -> None:
    """Two unattended, six with an approver."""
    limits = Limits(owners=2)
    acme = Acme(4_000, owners=20)
    assert ruling(acme.leave("user0", "user1").plan(limits=limits), "owners") == "passes"
    assert ruling(acme.leave(*(f"user{n}" for n in range(2, 6))).plan(limits=limits), "owners") == "asks"
    assert ruling(acme.leave("user6").plan(limits=limits), "owners") == "trips"


def test_nobody_locks_themselves_out() -> None:
    """The account behind our credential, and its owner, are held; the rest goes on."""
    plan = Acme(400).leave("user10", "user11").plan(protected=named("user10"), named=named("user10"))
    assert logins(plan) == ["user11"]
    assert reasons(plan) == {"user10": "own-credential"}
    assert not next(v for v in plan.verdicts if v.guard == "own-credential").waivable


def test_a_team_loses_two_or_a_fifth_and_the_rest_waits() -> None:
    """Of four leavers of a team of ten the last two in wave order wait; others go on."""
    acme = Acme(4_000)
    acme.team("web", *(f"user{n}" for n in range(10, 20)))
    plan = acme.leave("user10", "user11", "user12", "user13", "user50").plan()
    assert logins(plan) == ["user10", "user11", "user50"]
    assert reasons(plan) == {"user12": "team-share", "user13": "team-share"}
    assert exit_codes(plan.verdicts) == frozenset()
    assert arithmetic(plan, "team-share") == (
        "team web: 4 people of 10 would lose something now, 0 did in 7 days; 2 may go unasked "
        "(20 % of 10 = 2, never less than 2)"
    )


def test_who_waits_for_an_approver_can_be_asked_for_by_name() -> None:
    """A plan that names them asks one approver, and takes them along."""
    acme = Acme(4_000)
    acme.team("web", *(f"user{n}" for n in range(10, 20)))
    acme.leave("user10", "user11", "user12", "user13")
    plan = acme.plan(named=named("user12", "user13"))
    assert logins(plan) == ["user10", "user11", "user12", "user13"]
    assert ruling(plan, "team-share") == "asks"


def test_naming_one_does_not_let_the_other_pass() -> None:
    """Each of them is asked for, or waits."""
    acme = Acme(4_000)
    acme.team("web", *(f"user{n}" for n in range(10, 20)))
    plan = acme.leave("user10", "user11", "user12", "user13").plan(named=named("user12"))
    assert logins(plan) == ["user10", "user11", "user12"]
    assert [v.ruling for v in plan.verdicts if v.guard == "team-share"] == ["holds", "asks"]


def test_a_team_remembers_what_it_lost_this_week() -> None:
    """Two a day for a week is not two: those of the last 7 days count."""
    acme = Acme(4_000)
    acme.team("web", *(f"user{n}" for n in range(10, 18)))
    for number in range(2):
        acme.lost(f"gone{number}", timedelta(days=3), team="web")
    assert reasons(acme.leave("user10").plan()) == {"user10": "team-share"}
    assert "1 person of 10 would lose something now, 2 did in 7 days" in arithmetic(acme.plan(), "team-share")


def test_a_team_is_not_emptied_while_the_list_of_members_stays_the_same() -> None:
    """Everybody stays in the organization and the team is empty: no percent of members sees that."""
    acme = Acme(4_000)
    acme.team("release", "user10", "user11")
    acme.team("new")
    acme.move("user10", team("new")).move("user11", team("new"))
    plan = acme.plan(manages={"release"})
    assert logins(plan) == ["user10"]
    assert reasons(plan) == {"user11": "team-emptied"}
    assert "1 team would have nobody left: release" in arithmetic(plan, "team-emptied")


def test_a_team_stripped_by_a_faulty_configuration_is_stopped() -> None:
    """A whole team moved out in one run keeps all but its allowance."""
    acme = Acme(4_000)
    acme.team("release", *(f"user{n}" for n in range(10, 40)))
    for number in range(10, 40):
        acme.move(f"user{number}")
    plan = acme.plan(manages={"release"})
    assert len(plan.changes) == 6
    assert {hold.reason for hold in plan.holds} == {"team-share"}


def test_a_team_of_which_only_some_were_read_is_as_big_as_it_is() -> None:
    """Law 11: a share is a share of the whole team, also where only two of its people are known."""
    acme = Acme(4_000)
    acme.team("release", "user10", "user11")
    acme.team("new")
    facts = acme.move("user10", team("new")).move("user11", team("new")).facts(manages={"release"})
    (release,) = (one.id for one in facts.snapshot.teams if one.slug == "release")
    known_in_part = facts.under(unseen={release: 1})
    assert team_emptied.check(drafts(facts), facts).ruling == "holds"
    assert team_emptied.check(drafts(facts), known_in_part).ruling == "passes"
    assert known_in_part.size(release) == known_in_part.size(release, known_in_part.placed[release]) == 3
    assert known_in_part.size(release, frozenset({AccountId("gone")})) == 4


def test_the_last_of_a_team_can_be_asked_for_by_name() -> None:
    """An approver may let a team become empty."""
    acme = Acme(4_000)
    acme.team("release", "user10")
    plan = acme.leave("user10").plan(named=named("user10"))
    assert (logins(plan), ruling(plan, "team-emptied")) == (["user10"], "asks")


def test_unmanaged_objects_are_never_planned() -> None:
    """A move that would take what the policy does not manage is set aside, whatever made it."""
    acme = Acme(100)
    acme.team("admins", *(f"user{n}" for n in range(10, 30)))
    facts = acme.move("user10").facts(manages={"admins"})
    drafted = drafts(facts)
    assert not_managed.check(drafted, facts).ruling == "passes"
    assert not_managed.check(drafted, acme.facts(manages={"other"})).accounts == ("id-user10",)


def test_a_team_of_an_identity_provider_is_not_touched_by_a_step() -> None:
    """A step on such a team is set aside even when the change says nothing of it."""
    acme = Acme(100)
    acme.team("synced", "user10", managed_by="okta")
    facts = acme.join("newcomer").facts()
    (change,) = drafts(facts)
    place = Grant(Subject("account", change.account), Resource("team", "t-synced"), "member")
    sneaky = dataclasses.replace(change, steps=(*change.steps, Step("give", (place,), "")))
    assert not_managed.check([sneaky], facts).accounts == (change.account,)


def test_a_backlog_waits_for_its_own_plan() -> None:
    """Leavers met at adoption are no part of a daily plan, and use up none of its budget."""
    acme = Acme(400).leave(*(f"user{n}" for n in range(10, 50)), "user60")
    backlog = named(*(f"user{n}" for n in range(10, 50)))
    plan = acme.plan(backlog=backlog)
    assert logins(plan) == ["user60"]
    assert ruling(plan, "losses-run") == "passes"
    assert {hold.reason for hold in plan.holds} == {"backlog"}


def test_a_backlog_carried_out_fills_no_window() -> None:
    """Forty of the backlog left yesterday by their own plan; today's one leaver is asked about by nobody."""
    acme = Acme(400)
    for number in range(40):
        acme.lost(f"gone{number}", timedelta(hours=5))
    acme.leave("user60")
    assert ruling(acme.plan(), "losses-24h") == "trips"
    assert ruling(acme.plan(backlog=named(*(f"gone{n}" for n in range(40)))), "losses-24h") == "passes"


@pytest.mark.parametrize(("size", "says"), [(80, "asks"), (81, "trips")])
def test_a_backlog_has_its_own_budget(size: int, says: str) -> None:
    """A fifth of the organization, with an approver, and never unattended."""
    acme = Acme(400).leave(*(f"user{n}" for n in range(10, 10 + size)))
    backlog = named(*(f"user{n}" for n in range(10, 10 + size)))
    plan = acme.plan(backlog=backlog, named=backlog)
    assert len(plan.changes) == size
    assert ruling(plan, "backlog") == says
    assert ruling(plan, "losses-run") == "passes"


def test_what_can_t_be_undone_in_a_day_is_asked_about() -> None:
    """Three removed, two invitations left: one of them could not be invited back today."""
    acme = Acme(4_000).leave("user10", "user11", "user12")
    assert ruling(acme.plan(invited_today=498), "undo-in-a-day") == "asks"
    assert ruling(acme.plan(invited_today=497), "undo-in-a-day") == "passes"


def test_joiners_need_their_invitations_first() -> None:
    """Of three invitations left one is the joiner's, so two removals could be undone and three not."""
    acme = Acme(4_000).leave("user10", "user11").join("newcomer")
    assert ruling(acme.plan(invited_today=497), "undo-in-a-day") == "passes"
    assert ruling(acme.leave("user12").plan(invited_today=497), "undo-in-a-day") == "asks"


def test_pending_invitations_of_today_use_up_the_allowance() -> None:
    """Those in the snapshot count when nobody told how many were sent."""
    acme = Acme(4_000).leave("user10", "user11")
    for number in range(499):
        acme.invited(f"new{number}")
    acme.invited("older", ago=timedelta(hours=25))
    plan = acme.plan()
    assert "1 could be invited back within a day" in arithmetic(plan, "undo-in-a-day")


def test_a_forge_without_invitations_has_no_such_limit() -> None:
    """Where nobody must accept, everybody can be given back at once."""
    plan = Acme(4_000).leave("user10").join("newcomer").plan(capabilities=GITEA)
    assert ruling(plan, "undo-in-a-day") == "passes"
    assert "sets no daily number" in arithmetic(plan, "invitations")


def test_every_guard_answers_every_plan() -> None:
    """One verdict for each guard at least, in the one order, each with its arithmetic."""
    plan = Acme(40).leave("user10").plan()
    assert len(plan.verdicts) == len(GUARDS)
    assert len({v.guard for v in plan.verdicts}) == len(GUARDS)
    assert all(v.arithmetic for v in plan.verdicts)


def test_every_guard_is_a_file_named_like_it() -> None:
    """A guard named in a message is found by its name."""
    plan = Acme(40).plan()
    windows = {"24h": "day", "7d": "week"}
    for check, verdict in zip(GUARDS, plan.verdicts, strict=True):
        module = check.__module__.rsplit(".", 1)[-1].replace("_", "-")
        name = verdict.guard
        for short, long in windows.items():
            name = name.replace(short, long)
        assert module == name
