"""A suspension takes one grant and costs a person everything: what plans, guards and seats make of it."""

from dataclasses import replace
from typing import Any

import pytest

from seatkeeper.forges.github.capabilities import SUSPENDING
from seatkeeper.model.grants import Grant, Resource, membership, signing_in
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Plan
from seatkeeper.model.policy import Access
from seatkeeper.model.snapshot import Coverage, Reading, Seats
from seatkeeper.rules.effects import loss
from seatkeeper.rules.guards import judge
from tests.rules.cases import a_case, keep, out, person, verdicts
from tests.rules.plan_builder import ACME, WHOLE, Acme, arithmetic, drafts, ruling, team

SERVER: dict[str, Any] = {
    "capabilities": SUSPENDING,
    "coverage": Coverage((*WHOLE, Reading("suspensions", whole=True, seen=1))),
}
SUSPENDED = {"#user1": "suspended", "#user2": "member"}


def on_a_server(acme: Acme, *suspended: str) -> Acme:
    """Every member may sign in there but these."""
    members = {AccountId(g.subject.id) for g in acme.grants if g.resource.kind == "organization"}
    acme.grants |= {signing_in(a, ACME) for a in members if a not in {f"id-{login}" for login in suspended}}
    return acme


def losers(plan: Plan) -> dict[str, frozenset[Grant]]:
    """Who loses what by the plan's word."""
    return {change.login: change.lost for change in plan.changes}


def test_a_leaver_loses_their_sign_in_alone_and_counts_as_one_who_loses_all() -> None:
    """One step, everything kept; to the guards it is what it is, the loss of every grant of one person."""
    acme = on_a_server(Acme())
    acme.team("core", *(f"user{n}" for n in range(5, 20)))
    acme.direct("user9", "site")
    plan = acme.leave("user9").plan(**SERVER)

    (change,) = plan.changes
    active = signing_in(AccountId("id-user9"), ACME)
    assert (change.lost, [step.grants for step in change.steps]) == (frozenset({active}), [(active,)])
    assert loss(change) == change.before
    assert "1 person would lose" in arithmetic(plan, "losses-run")
    assert (plan.seats.before, plan.seats.after) == (100, 99)


def test_a_member_who_is_suspended_already_is_neither_taken_from_nor_counted() -> None:
    """No seat, no change, no hold; shares are shares of those who can sign in."""
    plan = on_a_server(Acme(), "user9").leave("user9").plan(**SERVER)

    assert (plan.changes, plan.holds, plan.seats.before) == ((), (), 99)
    assert "of 99" in arithmetic(plan, "losses-run")


def test_where_nobody_read_who_is_suspended_a_leave_is_a_removal() -> None:
    """What was not read is unknown: it makes nobody suspended, and nobody's leave a suspension."""
    plan = Acme().leave("user9").plan(capabilities=SUSPENDING)

    assert losers(plan) == {"user9": frozenset({membership(AccountId("id-user9"), ACME)})}


def test_an_owner_who_is_suspended_is_no_owner_who_stays() -> None:
    """Three owners of whom one can't sign in are two, and two is the floor."""
    plan = on_a_server(Acme(400), "user0").leave("user1").plan(**SERVER, named=frozenset({"id-user1"}))

    assert [hold.reason for hold in plan.holds] == ["owners-floor"]


def test_suspending_an_owner_asks_as_removing_one_does() -> None:
    """The role is kept on paper; nobody can use it."""
    plan = on_a_server(Acme(4_000, owners=9)).leave("user1").plan(**SERVER)

    assert ruling(plan, "owners") == "asks"


def test_our_own_credential_is_not_suspended() -> None:
    """Not even by a revocation."""
    facts = on_a_server(Acme()).leave("user9").facts(**SERVER, protected=frozenset({"id-user9"}))
    changes = [replace(change, kind="revoke") for change in drafts(facts)]

    assert [verdict.guard for _, verdict in judge(changes, facts).set_aside] == ["own-credential"]


def test_suspending_everybody_trips_like_removing_everybody() -> None:
    """The story of the script, on a server."""
    acme = on_a_server(Acme(8, owners=2))
    acme.leave(*(f"user{n}" for n in range(2, 8)))

    plan = acme.plan(**SERVER)

    assert (ruling(plan, "selection"), ruling(plan, "losses-run")) == ("trips", "trips")


def test_whole_teams_are_not_suspended_unasked() -> None:
    """Two of five may go unasked, as where their places are taken; the rest wait for an approver."""
    acme = on_a_server(Acme(4_000))
    acme.team("core", *(f"user{n}" for n in range(10, 15)))
    acme.leave(*(f"user{n}" for n in range(10, 15)))

    plan = acme.plan(**SERVER)

    assert (len(plan.changes), {hold.reason for hold in plan.holds}) == (2, {"team-share"})


def test_a_team_whose_others_are_suspended_is_emptied_by_the_last() -> None:
    """Whom nobody would find there any more does not count as somebody who stays."""
    acme = on_a_server(Acme(), "user8")
    acme.team("core", "user8", "user9")

    plan = acme.leave("user9").plan(**SERVER)

    assert [hold.reason for hold in plan.holds] == ["team-emptied"]


@pytest.mark.parametrize("work", [None, "join"])
def test_a_joiner_who_is_suspended_is_let_in_only_when_somebody_says_so(work: Any) -> None:
    """The lift and what the rules give, at once and without an invitation; the schedule lets them wait."""
    acme = on_a_server(Acme(), "user9")
    acme.team("core")
    acme.join("user9", team("core"))
    plan = acme.plan(**SERVER, work=work)

    assert ruling(plan, "suspension-lifted") == ("asks" if work is None else "holds")
    if work is None:
        (change,) = plan.changes
        assert [(step.action, step.grants[0].resource.kind) for step in change.steps] == [
            ("give", "server"),
            ("give", "team"),
        ]
    else:
        assert [hold.reason for hold in plan.holds] == ["suspension-lifted"]


def test_a_lift_takes_a_seat() -> None:
    """Where none is free it waits for one."""
    plan = on_a_server(Acme(), "user9").join("user9").plan(**SERVER, seats=Seats(99, 99))

    assert (plan.changes, [hold.reason for hold in plan.holds]) == ((), ["no-seat"])


def test_what_the_record_says_of_whoever_is_suspended() -> None:
    """Left is left, active is let in again or kept, and what is unknown is held as ever."""
    told: dict[str, dict[str, Any]] = {
        "left": {"status": "inactive"},
        "active": {},
        "not joining": {"department": "hr"},
        "unknown": {"status": None},
    }
    found = {
        name: verdicts(a_case([person(1, **values), person(2)], ["user1", "user2"], roles=SUSPENDED))["user1"]
        for name, values in told.items()
    }

    assert found == {
        "left": "keep suspended",
        "active": "join returns",
        "not joining": "keep shut-out",
        "unknown": "hold missing-status",
    }


def test_whoever_is_suspended_does_not_move() -> None:
    """A place they can't use is not worth a request, and would be one more thing to take back."""
    accounts = [AccountId("#user1"), AccountId("#user2")]
    case = a_case(
        [person(1, department="hr"), person(2, department="hr")],
        ["user1", "user2"],
        roles=SUSPENDED,
        access=(Access(None, teams=("core",)),),
        names={Resource("team", "7"): "core"},
        grants=frozenset(membership(account, ACME) for account in accounts),
    )

    assert verdicts(case) == {"user1": "keep shut-out", "user2": "move access-changed"}


@pytest.mark.parametrize(
    ("pin", "status", "told"),
    [
        (out, "active", "hold pinned-out"),
        (out, "inactive", "keep suspended"),
        (keep, "inactive", "keep suspended"),
        (keep, "active", "join returns"),
    ],
)
def test_a_pin_speaks_of_the_suspended_too(pin: Any, status: str, told: str) -> None:
    """Pinned out, nobody lifts it; a keep pin lifts nothing by itself."""
    people = [person(1, status=status), person(2)]
    case = a_case(people, ["user1", "user2"], roles=SUSPENDED, pins=(pin("user1"),))

    assert verdicts(case)["user1"] == told


def test_an_extract_with_a_problem_lets_nobody_back_in_on_unread_members() -> None:
    """Members that were not read whole say nothing of who may sign in."""
    case = a_case(
        [person(1), person(2)], ["user1", "user2"], roles=SUSPENDED, members_problem="page 2 of 3 failed"
    )

    assert verdicts(case)["user1"] == "hold members-problem"
