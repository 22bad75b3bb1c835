import dataclasses
from datetime import UTC, date, datetime

import pytest

from seatkeeper.model.grants import Resource, diff, direct, membership, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.plan import Change, Plan
from seatkeeper.model.policy import Pin
from seatkeeper.model.snapshot import Account, Seats
from seatkeeper.rules.facts import resources
from seatkeeper.rules.planner import assemble, cost, make_change
from tests.rules.plan_builder import ACME, GITEA, GITHUB, NOW, Acme, drafts, repository, ruling, team

USER5 = AccountId("id-user5")


def change_of(plan: Plan, login: str) -> Change:
    return next(change for change in plan.changes if change.login == login)


def actions(change: Change) -> list[str]:
    return [
        f"{step.action} {' '.join(g.resource.kind + ':' + g.role for g in step.grants)}"
        + (" later" if step.after_acceptance else "")
        for step in change.steps
    ]


def held(plan: Plan, login: str) -> list[str]:
    return [hold.reason for hold in plan.holds if hold.login == login]


def busy() -> Acme:
    """Forty people; user5 is in two teams of ten and holds two repositories directly."""
    acme = Acme(40)
    for slug in ("engineering", "web"):
        acme.team(slug, *(f"user{n}" for n in range(5, 15)))
    acme.repository("core", team="engineering")
    acme.direct("user5", "website", "admin")
    acme.direct("user5", "blog", "write")
    return acme


def test_a_leaver_loses_everything_they_hold_and_the_plan_says_what_that_is() -> None:
    """Before is every grant of the account, after is nothing, and every name is told."""
    plan = busy().leave("user5").plan()
    change = change_of(plan, "user5")
    assert change.before == {
        membership(USER5, ACME),
        team_place(USER5, TeamId("t-engineering")),
        team_place(USER5, TeamId("t-web")),
        direct(USER5, RepositoryId("r-website"), "admin"),
        direct(USER5, RepositoryId("r-blog"), "write"),
    }
    assert change.after == frozenset()
    assert set(plan.names.values()) == {"acme", "engineering", "web", "website", "blog"}
    assert change.evidence[0].value == "inactive"


def test_where_removal_takes_the_teams_the_membership_goes_first() -> None:
    """One call removes membership and teams; each direct grant that may survive has its own."""
    change = change_of(busy().leave("user5").plan(), "user5")
    assert actions(change) == ["take organization:member", "take repository:write", "take repository:admin"]
    assert change.steps[0].call == "take user5 acme"


def test_elsewhere_the_membership_goes_last() -> None:
    """A run that stops half way leaves somebody who can still be seen."""
    change = change_of(busy().leave("user5").plan(capabilities=GITEA), "user5")
    assert [step.grants[0].resource.kind for step in change.steps] == [
        "repository",
        "repository",
        "team",
        "team",
        "organization",
    ]


def test_an_outside_collaborator_who_leaves_has_takes_only() -> None:
    """Without a membership there is none to take."""
    acme = Acme(40)
    acme.account("guest")
    acme.direct("guest", "website")
    change = change_of(acme.leave("guest").plan(), "guest")
    assert actions(change) == ["take repository:write"]


def test_who_holds_nothing_has_nothing_to_lose() -> None:
    """A leaver without a single grant is no change."""
    acme = Acme(40)
    acme.account("ghost")
    assert acme.leave("ghost").plan().changes == ()


def test_a_joiner_is_invited_with_the_teams_and_gets_the_rest_after_accepting() -> None:
    """One invitation carries membership and team places; after acceptance each grant has its own step."""
    acme = busy().join("newcomer", team("engineering"), team("web"), repository("website"))
    change = change_of(acme.plan(), "newcomer")
    assert change.before == frozenset()
    assert actions(change) == [
        "invite organization:member team:member team:member",
        "give organization:member later",
        "give team:member later",
        "give team:member later",
        "give repository:write later",
    ]


def test_a_maintainer_is_invited_as_a_member_and_made_one_later() -> None:
    """An invitation can't make anybody a maintainer, so that waits too."""
    acme = busy().join("newcomer", team("engineering")._replace(role="maintainer"))
    change = change_of(acme.plan(), "newcomer")
    assert actions(change) == [
        "invite organization:member team:member",
        "give organization:member later",
        "give team:maintainer later",
    ]
    assert {g.role for g in change.after if g.resource.kind == "team"} == {"maintainer"}


def test_where_nobody_must_accept_a_joiner_is_simply_given_things() -> None:
    """No invitation, no waiting."""
    acme = busy().join("newcomer", team("engineering"))
    change = change_of(acme.plan(capabilities=GITEA), "newcomer")
    assert actions(change) == ["give organization:member", "give team:member"]


def test_an_unknown_rule_gives_nothing() -> None:
    """Access is given where the rule is TRUE, not where it might be."""
    change = change_of(busy().join("newcomer", team("engineering", truth=None)).plan(), "newcomer")
    assert {g.resource.kind for g in change.after} == {"organization"}


def test_an_outside_collaborator_who_joins_keeps_what_they_hold() -> None:
    """A joiner's before is what they hold, and joining takes none of it."""
    acme = busy()
    acme.direct("newcomer", "website")
    change = change_of(acme.join("newcomer", team("web")).plan(), "newcomer")
    assert direct(change.account, RepositoryId("r-website"), "write") in change.before & change.after
    assert change.lost == frozenset()


def test_a_login_nobody_has_is_held_by_name() -> None:
    """A typing error in a record invites nobody, and stops nobody else."""
    acme = busy().join("typo", team("engineering")).join("newcomer")
    acme.found["typo"] = None
    plan = acme.plan()
    assert held(plan, "typo") == ["no-such-account"]
    assert [change.login for change in plan.changes] == ["newcomer"]


def test_a_login_that_turns_out_to_be_a_member_is_not_invited() -> None:
    """A renamed member is no joiner."""
    acme = busy().join("user5-renamed")
    acme.found["user5-renamed"] = Account(USER5, "user5-renamed")
    assert held(acme.plan(), "user5-renamed") == ["already-member"]


def test_a_bot_is_neither_invited_nor_removed() -> None:
    """Only accounts of people are planned for."""
    acme = busy()
    acme.member("ci", kind="bot")
    acme.leave("ci").join("helper")
    acme.found["helper"] = Account(AccountId("9"), "helper", "bot")
    plan = acme.plan()
    assert (held(plan, "ci"), held(plan, "helper")) == (["not-a-person"], ["not-a-person"])


@pytest.mark.parametrize(
    ("pin", "kept_out"),
    [
        (Pin("out", "ana", "revoked", date(2026, 12, 1), account_id=AccountId("id-newcomer")), True),
        (Pin("out", "ana", "revoked", date(2026, 11, 23), account="NewComer"), True),
        (Pin("out", "ana", "lapsed", date(2026, 11, 22), account="newcomer"), False),
        (Pin("keep", "ana", "kept", date(2026, 12, 1), account="newcomer"), False),
    ],
)
def test_who_is_pinned_out_is_not_invited(pin: Pin, kept_out: bool) -> None:  # noqa: FBT001  # a table
    """An out pin set by account holds until its last day, whatever login the record gives."""
    plan = busy().join("newcomer").plan(pins=(pin,))
    assert held(plan, "newcomer") == (["pinned-out"] if kept_out else [])


def test_a_move_gives_first_and_takes_after() -> None:
    """Nobody is between two teams without either."""
    acme = busy()
    acme.team("data", "user20", "user21")
    plan = acme.move("user5", team("data"), team("web")).plan(manages={"engineering", "data"})
    change = change_of(plan, "user5")
    lost, gained = diff(change.before, change.after)
    assert lost == {team_place(USER5, TeamId("t-engineering"))}
    assert gained == {team_place(USER5, TeamId("t-data"))}
    assert [step.action for step in change.steps] == ["give", "take"]


def test_a_move_leaves_alone_what_the_policy_does_not_manage() -> None:
    """Places and direct grants outside the managed teams stay."""
    plan = busy().move("user5", team("web")).plan(manages=set())
    assert plan.changes == ()


def test_a_team_of_the_identity_provider_is_neither_given_nor_taken() -> None:
    """Its people are decided elsewhere."""
    acme = busy()
    acme.team("synced", "user5", managed_by="okta")
    acme.move("user5", team("web")).join("newcomer", team("synced"))
    plan = acme.plan(manages={"synced"})
    assert [change.login for change in plan.changes] == ["newcomer"]
    assert {g.resource.kind for g in plan.changes[0].after} == {"organization"}


def test_two_decisions_about_one_account_cancel_each_other() -> None:
    """Nobody is both removed and kept by the order of a list."""
    plan = busy().leave("user5").leave("user5").plan()
    assert plan.changes == ()
    assert held(plan, "user5") == ["decided-twice", "decided-twice"]


def test_who_is_held_stays_held_with_the_reason_and_the_column() -> None:
    """A hold goes into the plan as decided."""
    (hold,) = busy().hold("user7").plan().holds
    assert (hold.login, hold.reason, hold.column) == ("user7", "missing-status", "status")


def test_joiners_without_a_seat_wait_in_order_of_start_date() -> None:
    """Two free seats go to those who start first, ties to the smaller key; leavers' seats come next time."""
    acme = busy().leave("user5")
    for login, day in (("late", 9), ("early", 1), ("beta", 5), ("alpha", 5)):
        acme.join(login, start=date(2026, 12, day))
    plan = acme.plan(seats=Seats(bought=42, used=40))
    assert {c.login for c in plan.changes if c.kind == "join"} == {"early", "alpha"}
    assert plan.seats.waiting == ("beta", "late")
    assert held(plan, "late") == ["no-seat"]
    assert (plan.seats.before, plan.seats.after) == (40, 41)


def test_a_pending_invitation_takes_a_seat_and_a_failed_one_does_not() -> None:
    """Where the forge counts no seats, those promised are counted with those taken."""
    acme = Acme(9).invited("pending").invited("failed")
    acme.invitations[1] = acme.invitations[1]._replace(failed="expired")
    assert acme.plan(seats=Seats(10, None)).seats.before == 10


def test_the_cost_counts_writes_and_their_pauses() -> None:
    """An invitation and a direct grant for each of three joiners, a second apart."""
    acme = Acme(10)
    for number in range(3):
        acme.join(f"new{number}", repository("website"))
    acme.repository("website")
    plan = acme.plan()
    assert plan.cost == (6, 3, 6.0)


def test_a_maintainers_place_costs_a_write_of_its_own() -> None:
    """What the invitation brings is only read back; what it can't bring is sent."""
    acme = busy().join("newcomer", team("engineering")._replace(role="maintainer"), team("web"))
    assert acme.plan().cost[:2] == (2, 1)


def test_five_hundred_and_one_invitations_need_a_second_day() -> None:
    """The time needed counts the days that the forge's allowance spreads them over."""
    acme = Acme(10)
    for number in range(3):
        acme.join(f"new{number}")
    two_a_day = dataclasses.replace(GITHUB, invitations_per_day=2)
    facts = acme.facts(capabilities=two_a_day)
    assert cost(drafts(facts), facts) == (3, 3, 86_403.0)


def test_no_step_touches_a_grant_on_an_archived_repository() -> None:
    """The forge lets nobody change it, so no call is made that can only be refused."""
    acme = Acme(40)
    acme.direct("user5", "attic")
    acme.repositories = [repo._replace(archived=True) for repo in acme.repositories]
    change = change_of(acme.leave("user5").plan(), "user5")
    assert actions(change) == ["take organization:member"]


def test_who_holds_only_archived_grants_is_held_by_that_name() -> None:
    """Nothing can be taken from them, and they are not forgotten."""
    acme = Acme(40)
    acme.account("guest")
    acme.direct("guest", "attic")
    acme.repositories = [repo._replace(archived=True) for repo in acme.repositories]
    assert held(acme.leave("guest").plan(), "guest") == ["archived"]


def test_more_invitations_than_a_day_sends_wait() -> None:
    """The allowance of the day, less what was sent already, is all that a plan uses."""
    acme = Acme(10)
    for number in range(500):
        acme.join(f"new{number:03}", start=date(2026, 12, 1))
    plan = acme.plan(invited_today=499)
    assert len(plan.changes) == 1
    assert ruling(plan, "invitations") == "holds"


def test_a_foreseen_end_counts_against_its_own_budget() -> None:
    """An end date that stood in a whole extract 7 days ago, and has come, was foreseen."""
    acme = Acme(40)
    acme.leave("user5", end=date(2026, 11, 22), seen=date(2026, 11, 16))
    acme.leave("user6", end=date(2026, 11, 22), seen=date(2026, 11, 17))
    acme.leave("user7", end=date(2026, 12, 22), seen=date(2026, 11, 1))
    acme.leave("user8", end=date(2026, 11, 22))
    foreseen = {change.login: change.foreseen for change in drafts(acme.facts())}
    assert foreseen == {"user5": True, "user6": False, "user7": False, "user8": False}


def test_an_organization_never_adopted_gets_a_baseline_without_changes() -> None:
    """The first plan changes nothing; who would leave is listed as the backlog."""
    acme = busy().leave("user5", "user6").join("newcomer")
    plan = acme.plan(adopted=False)
    assert (plan.kind, plan.changes) == ("adoption", ())
    assert [hold.login for hold in plan.holds] == ["newcomer", "user5", "user6"]
    assert {hold.reason for hold in plan.holds} == {"not-adopted"}
    assert plan.counts == {"hold": 0, "join": 1, "keep": 38, "leave": 2, "move": 0}


def test_the_same_facts_give_the_same_plan() -> None:
    """Planning twice gives equal plans, whatever the order the snapshot lists things in."""
    acme = busy().leave("user5", "user6").join("newcomer", team("web"))
    first = acme.plan()
    acme.accounts.reverse()
    acme.teams.reverse()
    assert acme.plan() == first


def test_another_plan_goes_through_the_same_guards() -> None:
    """A restore is assembled from changes made elsewhere, judged and priced like any plan."""
    acme = busy()
    facts = acme.facts()
    gone = Account(AccountId("id-gone"), "gone")
    seat = frozenset({membership(gone.id, ACME)})
    change = make_change(
        "restore", gone, facts, before=frozenset(), after=seat, steps=[], reason="restore", because="removed"
    )
    plan = assemble([change], [], facts, kind="restore")
    assert (plan.kind, [c.login for c in plan.changes], plan.seats.after) == ("restore", ["gone"], 41)


def test_resources_are_found_by_name_in_any_case() -> None:
    """A policy may spell a team as people do."""
    facts = busy().facts()
    assert resources(facts, ["Engineering", "nobody"]) == {Resource("team", "t-engineering")}


def test_an_hour_of_planning_has_a_time() -> None:
    """The plan carries the time it was given, not the machine's."""
    assert busy().plan().computed_at == NOW == datetime(2026, 11, 23, 6, tzinfo=UTC)
