"""What was not read whole, or not read lately, costs nobody anything."""

from datetime import timedelta

import pytest

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Plan
from seatkeeper.model.snapshot import Coverage, Reading
from seatkeeper.rules.access import Entitlement
from seatkeeper.rules.facts import Problems, Trailing
from seatkeeper.rules.guards import exit_codes
from tests.rules.plan_builder import NOW, WHOLE, Acme, arithmetic, ruling, team


def busy() -> Acme:
    """Forty people, one who leaves, one who moves, one who joins."""
    acme = Acme(40)
    acme.team("old", *(f"user{n}" for n in range(10, 20)))
    acme.team("new")
    acme.direct("user5", "website")
    return acme.leave("user5").move("user10", team("new")).join("newcomer")


def planned(acme: Acme, **other: object) -> Plan:
    return acme.plan(manages={"old"}, **other)


def without(collection: str, problem: str = "page 3 of 35 failed with 503") -> Coverage:
    """Everything read whole but this collection."""
    readings = [r for r in WHOLE if r.collection != collection]
    return Coverage((*readings, Reading(collection, whole=False, seen=200, expected=3_500, problem=problem)))


def logins(plan: Plan) -> list[str]:
    return sorted(change.login for change in plan.changes)


def test_with_everything_read_everybody_is_planned() -> None:
    """The healthy case: three people, three changes, no exit code."""
    plan = planned(busy())
    assert logins(plan) == ["newcomer", "user10", "user5"]
    assert exit_codes(plan.verdicts) == frozenset()


@pytest.mark.parametrize(
    ("guard", "other"),
    [
        ("members-not-whole", {"coverage": without("members")}),
        ("members-not-whole", {"coverage": Coverage(WHOLE[1:])}),
        ("members-not-whole", {"problems": Problems(snapshot="two reads disagree about 4 members")}),
        ("people-not-whole", {"problems": Problems(people="the extract is 27 h old; 26 h are allowed")}),
        ("people-not-whole", {"rows": 0}),
        ("snapshot-age", {"started_at": NOW - timedelta(hours=4, seconds=1)}),
        ("snapshot-age", {"started_at": NOW + timedelta(seconds=1)}),
        ("unreadable", {"coverage": without("teams")}),
        ("unreadable", {"coverage": without("repositories")}),
        ("unreadable", {"coverage": without("outside")}),
        ("source-shrunk", {"trailing": Trailing(median_rows=60.0)}),
        ("source-shrunk", {"trailing": Trailing(median_rows=float("nan"))}),
        ("link-share", {"linked": (30, 40), "trailing": Trailing(link_share=0.99)}),
    ],
)
def test_a_doubtful_reading_holds_every_loss_and_lets_joiners_in(
    guard: str, other: dict[str, object]
) -> None:
    """Leaves and moves wait, a join goes on, nobody can waive it, and the exit code is 5."""
    plan = planned(busy(), **other)
    assert logins(plan) == ["newcomer"]
    assert ruling(plan, guard) == "holds"
    assert exit_codes(plan.verdicts) == {5}
    assert not any(v.waivable for v in plan.verdicts if v.guard == guard)
    assert {hold.account for hold in plan.holds} == {"id-user5", "id-user10"}


def test_the_reason_of_an_unread_page_is_told() -> None:
    """The arithmetic of a coverage guard is the reader's own word."""
    plan = planned(busy(), coverage=without("members"))
    assert arithmetic(plan, "members-not-whole") == "members: page 3 of 35 failed with 503"
    assert {h.reason for h in plan.holds} == {"members-not-whole"}


def test_a_doubtful_reading_is_told_even_when_nobody_would_have_lost_anything() -> None:
    """A run that could do nothing because it could not see says so by its exit code."""
    plan = Acme(40).plan(coverage=without("members"))
    assert exit_codes(plan.verdicts) == {5}


def test_an_organization_without_members_was_not_read() -> None:
    """An empty answer invites nobody and removes nobody."""
    acme = Acme(0)
    plan = acme.join("newcomer").plan()
    assert plan.changes == ()
    assert ruling(plan, "members-not-whole") == "holds"


def test_failed_page_is_not_empty() -> None:
    """A source that failed and told of nobody plans no leaver."""
    plan = planned(busy(), rows=0, problems=Problems(people="0 rows where 3,500 are usual"))
    assert all(change.kind == "join" for change in plan.changes)


def test_invitations_not_whole_hold_joiners_only() -> None:
    """Who may have been invited already is not invited again; leavers go on."""
    plan = planned(busy(), coverage=without("invitations"))
    assert logins(plan) == ["user10", "user5"]
    assert ruling(plan, "invitations-not-whole") == "holds"


def test_a_snapshot_of_exactly_four_hours_still_counts() -> None:
    """The limit itself is allowed."""
    assert ruling(planned(busy(), started_at=NOW - timedelta(hours=4)), "snapshot-age") == "passes"


def test_an_unreadable_repository_shields_whoever_holds_something_there() -> None:
    """The leaver with a grant on it waits; the mover without one goes on."""
    coverage = Coverage(WHOLE, frozenset({Resource("repository", "r-website")}))
    plan = planned(busy(), coverage=coverage)
    assert logins(plan) == ["newcomer", "user10"]
    assert "(website); 1 person may hold something there" in arithmetic(plan, "unreadable")


def test_an_account_known_to_have_held_something_unreadable_is_shielded_too() -> None:
    """What earlier readings saw there counts, even when this one shows nothing."""
    coverage = Coverage(WHOLE, frozenset({Resource("repository", "r-secret")}))
    plan = planned(busy(), coverage=coverage, shielded=frozenset({AccountId("id-user10")}))
    assert logins(plan) == ["newcomer", "user5"]


@pytest.mark.parametrize(
    ("median", "rows", "says"),
    [
        (100.0, 96, "passes"),  # 4 %
        (100.0, 95, "holds"),  # 5 % and 5 rows
        (40.0, 38, "passes"),  # 5 % but 2 rows
        (40.0, 37, "holds"),  # 7.5 % and 3 rows
        (3_500.0, 3_326, "passes"),
        (3_500.0, 3_325, "holds"),
        (100.0, 150, "passes"),
        (None, 1, "passes"),
    ],
)
def test_a_source_that_lost_a_twentieth_and_three_rows_plans_no_leave(
    median: float | None, rows: int, says: str
) -> None:
    """Both edges: the share and the rows."""
    plan = planned(busy(), trailing=Trailing(median_rows=median), rows=rows)
    assert ruling(plan, "source-shrunk") == says


@pytest.mark.parametrize(
    ("held", "usual", "says"),
    [
        (2, 0.0, "passes"),  # 2 people
        (3, 0.0, "holds"),  # 3 points and 3 people
        (3, 0.02, "passes"),  # 1 point
        (5, 0.02, "holds"),  # 3 points and 3 people
        (1, None, "passes"),
    ],
)
def test_more_holds_than_usual_stop_every_leave(held: int, usual: float | None, says: str) -> None:
    """Two points and three people above the median: the data is wrong about others, too."""
    acme = Acme(100).leave("user5").hold(*(f"user{n}" for n in range(10, 10 + held)))
    assert ruling(acme.plan(trailing=Trailing(hold_share=usual)), "hold-share") == says


@pytest.mark.parametrize(
    ("linked", "usual", "says"),
    [
        (98, 1.0, "passes"),
        (97, 1.0, "holds"),
        (97, 0.98, "passes"),
        (0, None, "passes"),
        (100, 0.5, "passes"),
    ],
)
def test_fewer_links_than_usual_stop_every_leave(linked: int, usual: float | None, says: str) -> None:
    """Two points and three accounts below the median."""
    acme = Acme(100).leave("user5")
    plan = acme.plan(linked=(linked, 100), trailing=Trailing(link_share=usual))
    assert ruling(plan, "link-share") == says


@pytest.mark.parametrize(("people", "says"), [(7, "passes"), (8, "holds")])
def test_in_a_large_organization_the_points_decide(people: int, says: str) -> None:
    """Of 400, seven are 1.75 points and eight are two."""
    acme = Acme(400).leave("user5").hold(*(f"user{n}" for n in range(10, 10 + people)))
    told = Trailing(hold_share=0.0, link_share=1.0)
    plan = acme.plan(trailing=told, linked=(400 - people, 400))
    assert (ruling(plan, "hold-share"), ruling(plan, "link-share")) == (says, says)


def test_nobody_linked_of_nobody_is_no_share() -> None:
    """Zero of zero compares with nothing."""
    plan = Acme(3).plan(linked=(0, 0), trailing=Trailing(link_share=0.9, hold_share=0.1))
    assert ruling(plan, "link-share") == "passes"


def test_one_bad_account_holds_alone() -> None:
    """A login nobody has stops one joiner, not the run."""
    acme = busy().join("typo", Entitlement("team", "no-such-team", "member", truth=True))
    acme.found["typo"] = None
    assert logins(planned(acme)) == ["newcomer", "user10", "user5"]


def test_a_team_that_does_not_exist_gives_nothing_and_stops_nobody() -> None:
    """A slug in a rule that no team has is no reason to keep a joiner out."""
    acme = Acme(40).join("newcomer", Entitlement("team", "no-such-team", "member", truth=True))
    (change,) = planned(acme).changes
    assert {g.resource.kind for g in change.after} == {"organization"}
