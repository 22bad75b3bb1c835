"""The limits on people who lose something, at their edges, for organizations of every size."""

import dataclasses
from datetime import date, timedelta

import pytest

from seatkeeper.model.grants import Grant, direct, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.limits import Limits, Loss
from seatkeeper.model.plan import Change, Step
from seatkeeper.rules.facts import Facts, Trailing
from seatkeeper.rules.guards import (
    Check,
    everyone,
    foreseen_day,
    foreseen_run,
    foreseen_week,
    losses_day,
    losses_run,
    losses_week,
)
from seatkeeper.rules.planfile import change_digest
from tests.rules.plan_builder import ACME, GITEA, NOW, Acme, arithmetic, drafts, ruling, team

# seats: unattended in a run, 24 hours, 7 days; with an approver in a run, 24 hours, 7 days
EDGES = {
    1: (1, 1, 1, 1, 1, 1),
    2: (1, 1, 1, 1, 1, 1),
    9: (1, 1, 1, 1, 1, 1),
    10: (1, 1, 1, 2, 2, 2),
    44: (1, 1, 2, 3, 3, 6),
    100: (1, 2, 5, 3, 6, 15),
    3_500: (10, 15, 25, 30, 45, 75),
    100_000: (100, 250, 500, 300, 750, 1_500),
}
FORESEEN = {
    1: (2, 2, 3, 2, 2, 3),
    2: (2, 2, 3, 2, 2, 3),
    9: (2, 2, 3, 2, 2, 3),
    10: (2, 2, 3, 2, 2, 3),
    44: (2, 2, 3, 6, 6, 8),
    100: (2, 2, 3, 6, 6, 9),
    3_500: (35, 35, 52, 105, 105, 156),
    100_000: (1_000, 1_000, 1_500, 3_000, 3_000, 4_500),
}
GUARDS = (losses_run, losses_day, losses_week)
FORESEEN_GUARDS = (foreseen_run, foreseen_day, foreseen_week)


@pytest.fixture(scope="module")
def sized() -> dict[int, Facts]:
    """One organization of each size, built once."""
    return {size: Acme(size, owners=0).facts() for size in EDGES}


def losing(facts: Facts, amount: int, *, foreseen: bool = False) -> list[Change]:
    """So many leavers of this organization, its own people first, then outside collaborators."""
    accounts = [account.id for account in facts.snapshot.accounts][:amount]
    accounts += [AccountId(f"outside{n}") for n in range(amount - len(accounts))]
    return [leaver(account, foreseen=foreseen) for account in accounts]


def leaver(account: AccountId, *, foreseen: bool = False) -> Change:
    """A leaver by the shortest way: one place in one team, gone."""
    place = frozenset({team_place(account, TeamId("t-any"))})
    reason = "status-leave"
    return Change(
        change_digest(ACME, account, place, frozenset(), reason),
        "leave",
        account,
        login=account,
        person=None,
        name=None,
        before=place,
        after=frozenset(),
        steps=(),
        reason=reason,
        because="status says inactive",
        foreseen=foreseen,
    )


def doing(account: str, *steps: Step) -> Change:
    """A change that says it does nothing, and whose steps do this."""
    nothing: frozenset[Grant] = frozenset()
    return dataclasses.replace(leaver(AccountId(account)), kind="move", before=nothing, steps=steps)


@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("window", range(3), ids=("run", "day", "week"))
@pytest.mark.parametrize("foreseen", [False, True], ids=("unforeseen", "foreseen"))
def test_each_limit_passes_at_its_edge_asks_beyond_and_trips_beyond_that(
    sized: dict[int, Facts],
    size: int,
    window: int,
    foreseen: bool,  # noqa: FBT001  # a table
) -> None:
    """Up to the limit nobody is asked; up to three times it, and a fifth, one approver; then a waiver."""
    facts = sized[size]
    row = (FORESEEN if foreseen else EDGES)[size]
    check: Check = (FORESEEN_GUARDS if foreseen else GUARDS)[window].check
    unattended, attended = row[window], row[window + 3]

    def ruled(amount: int) -> str:
        return check(losing(facts, amount, foreseen=foreseen), facts).ruling

    assert ruled(0) == "passes"
    assert ruled(unattended) == "passes"
    if attended > unattended:
        assert ruled(unattended + 1) == "asks"
        assert ruled(attended) == "asks"
    assert ruled(attended + 1) == "trips"


def test_the_arithmetic_is_told_in_words() -> None:
    """Whoever is asked can check the sum."""
    acme = Acme(3_500).leave(*(f"user{n}" for n in range(10, 22)))
    assert arithmetic(acme.plan(), "losses-run") == (
        "12 people would lose something in this run; 10 are allowed unattended "
        "(1 % of 3,500 = 35, at most 10, at least 0.1 % = 3.5, never less than 1), 30 with an approver"
    )


def test_the_stopped_night_would_have_been_stopped_before_it_began() -> None:
    """Everybody but one is 3,499 of 3,500: far beyond what any approver may allow."""
    acme = Acme(3_500).leave(*(f"user{n}" for n in range(3_500) if n != 3))
    plan = acme.plan()
    assert ruling(plan, "losses-run") == "trips"
    assert {v.exit_code for v in plan.tripped} == {4}


def test_a_wrong_selection_of_a_hundred_does_not_pass() -> None:
    """2.9 % passes every percent limit of the field; it does not pass here."""
    plan = Acme(3_500).leave(*(f"user{n}" for n in range(10, 110))).plan()
    assert ruling(plan, "losses-run") == "trips"


@pytest.mark.parametrize("size", [2, 9, 10, 44])
def test_small_org_full_loss_trips(size: int) -> None:
    """No organization is too small to be protected."""
    facts = Acme(size, owners=0).leave(*(f"user{n}" for n in range(size))).facts()
    assert losses_run.check(drafts(facts), facts).ruling == "trips"
    assert everyone.check(drafts(facts), facts).ruling == "trips"


def test_a_wrong_selection_does_not_hide_behind_the_people_set_aside() -> None:
    """Ten of ten in one team: the team's guard would leave two, and the selection is still ten."""
    acme = Acme(40)
    acme.team("web", *(f"user{n}" for n in range(10, 20)))
    plan = acme.leave(*(f"user{n}" for n in range(10, 20))).plan()
    assert len(plan.changes) == 2
    assert (ruling(plan, "losses-run"), ruling(plan, "selection")) == ("asks", "trips")
    assert arithmetic(plan, "selection").startswith(
        "10 people of 40 are selected to lose something; an approver may allow 3; 0 more"
    )


def test_a_wrong_selection_does_not_hide_behind_the_many_it_makes_undecidable() -> None:
    """A wrong rule also holds more people than usual: the leaves are set aside, and the plan trips too."""
    acme = Acme(100).leave(*(f"user{n}" for n in range(10, 60))).hold(*(f"user{n}" for n in range(60, 70)))
    plan = acme.plan(trailing=Trailing(hold_share=0.0))
    assert ruling(plan, "hold-share") == "holds"
    assert {v.guard for v in plan.tripped} >= {"selection"}
    assert "50 people of 100" in arithmetic(plan, "selection")


@pytest.mark.parametrize("size", [3, 10, 44])
def test_small_org_full_loss_trips_as_a_plan(size: int) -> None:
    """Owners, teams and all: a plan to remove everybody trips, whatever its guards set aside."""
    acme = Acme(size)
    acme.team("everybody", *(f"user{n}" for n in range(size)))
    plan = acme.leave(*(f"user{n}" for n in range(size))).plan()
    assert {"selection", "everyone"} <= {v.guard for v in plan.tripped}


def test_too_many_dated_leavers_are_a_wrong_selection_as_well() -> None:
    """A column of end dates gone wrong a week ago is still wrong."""
    acme = Acme(100)
    acme.leave(*(f"user{n}" for n in range(10, 17)), end=date(2026, 11, 22), seen=date(2026, 11, 1))
    plan = acme.plan()
    verdict = next(v for v in plan.verdicts if v.guard == "selection")
    assert (verdict.ruling, verdict.used, verdict.allowed) == ("trips", 7, 6)


@pytest.mark.parametrize("size", [1, 2])
def test_everyone_trips_even_where_the_floors_of_the_limits_would_add_up_to_everyone(size: int) -> None:
    """Two foreseen leavers are within their budget, but not when they are the whole organization."""
    acme = Acme(size, owners=0)
    for number in range(size):
        acme.leave(f"user{number}", end=date(2026, 11, 1), seen=date(2026, 10, 1))
    facts = acme.facts()
    assert foreseen_run.check(drafts(facts), facts).ruling == "passes"
    assert everyone.check(drafts(facts), facts).ruling == "trips"


def test_two_runs_of_24_percent_in_an_hour_are_blocked_by_the_window() -> None:
    """The second run's window holds the first run's losses."""
    acme = Acme(76)
    for number in range(24):
        acme.lost(f"gone{number}", timedelta(hours=1))
    plan = acme.leave(*(f"user{n}" for n in range(10, 28))).plan()
    assert ruling(plan, "losses-24h") == "trips"
    assert "24 before it" in arithmetic(plan, "losses-24h")


def test_a_run_under_its_limit_is_asked_about_when_the_day_is_full() -> None:
    """Ten and ten are twenty; fifteen are allowed in 24 hours."""
    acme = Acme(3_500)
    for number in range(10):
        acme.lost(f"gone{number}", timedelta(hours=5))
    plan = acme.leave(*(f"user{n}" for n in range(10, 20))).plan()
    assert (ruling(plan, "losses-run"), ruling(plan, "losses-24h")) == ("passes", "asks")


def test_a_full_window_stops_nobody_from_joining() -> None:
    """What was lost before is held against losses, not against gives."""
    acme = Acme(100)
    for number in range(50):
        acme.lost(f"gone{number}", timedelta(hours=5))
    plan = acme.join("newcomer").plan()
    assert plan.asks == plan.tripped == ()


def test_the_window_ends() -> None:
    """What was lost 25 hours ago counts for the week and not for the day."""
    acme = Acme(100)
    for number in range(2):
        acme.lost(f"gone{number}", timedelta(hours=25))
    plan = acme.leave("user10").plan()
    assert (ruling(plan, "losses-24h"), ruling(plan, "losses-7d")) == ("passes", "passes")
    assert "1 in this run and 2 before it" in arithmetic(plan, "losses-7d")
    assert "1 in this run and 0 before it" in arithmetic(plan, "losses-24h")


def test_a_person_counts_once_in_a_window() -> None:
    """Who lost a team yesterday and leaves today is one person."""
    acme = Acme(100)
    acme.lost("user10", timedelta(hours=3)).lost("user10", timedelta(hours=2))
    plan = acme.leave("user10").plan()
    assert arithmetic(plan, "losses-24h").startswith("1 person would have lost something in 24 hours")


def test_foreseen_leavers_do_not_use_up_the_budget_of_the_others() -> None:
    """An ordinary month end of 30 dated leavers passes, and one sudden leaver with it."""
    acme = Acme(3_500)
    acme.leave(*(f"user{n}" for n in range(10, 40)), end=date(2026, 11, 22), seen=date(2026, 11, 1))
    plan = acme.leave("user50").plan()
    assert [v.guard for v in plan.verdicts if v.ruling != "passes"] == []
    assert len(plan.changes) == 31


def test_a_loss_through_a_team_counts_everybody_below_it() -> None:
    """Guards count effects, not causes: a team that loses a repository costs all its people."""
    acme = Acme(100)
    acme.team("parent", *(f"user{n}" for n in range(10, 15)))
    acme.team("child", *(f"user{n}" for n in range(13, 20)), parent="parent")
    acme.repository("core", team="parent")
    facts = acme.facts()
    (grant,) = [g for g in acme.grants if g.subject.kind == "team"]
    sneaky = doing("id-user90", Step("take", (grant,), ""))
    verdict = losses_run.check([sneaky], facts)
    assert (verdict.used, verdict.ruling) == (10, "trips")


def test_a_weaker_role_is_a_loss_and_a_stronger_one_is_not() -> None:
    """Maintainers made members lose something; members made maintainers don't."""
    facts = Acme(100).facts()
    account = AccountId("id-user10")
    member, maintainer = (
        frozenset({team_place(account, TeamId("t-web"), r)}) for r in ("member", "maintainer")
    )
    weaker = dataclasses.replace(leaver(account), kind="move", before=maintainer, after=member)
    stronger = dataclasses.replace(leaver(account), kind="move", before=member, after=maintainer)
    assert losses_run.check([weaker], facts).used == 1
    assert losses_run.check([stronger], facts).used == 0


@pytest.mark.parametrize(
    ("held", "given", "loses"),
    [("admin", "write", 1), ("write", "admin", 0), ("custom", "admin", 1), ("read", "custom", 1)],
)
def test_a_custom_role_is_never_sure_to_give_as_much(held: str, given: str, loses: int) -> None:
    """Replacing a role by one that nobody can compare counts as a loss."""
    account = AccountId("id-user10")
    before, after = (frozenset({direct(account, RepositoryId("r"), role)}) for role in (held, given))
    change = dataclasses.replace(leaver(account), kind="move", before=before, after=after)
    assert losses_run.check([change], Acme(100).facts()).used == loses


def test_an_invitation_withdrawn_is_a_loss() -> None:
    """Cancelling what was offered to everybody is not free."""
    withdrawn = doing("invited", Step("withdraw", (), ""))
    assert losses_run.check([withdrawn], Acme(100).facts()).used == 1


def test_a_threshold_of_zero_means_none() -> None:
    """0 is not "no limit": not one person may lose anything, whoever approves."""
    nothing = Loss(0, 0, 0.0, 0.0)
    limits = Limits(run=nothing, day=nothing, week=nothing)
    assert ruling(Acme(3_500).leave("user10").plan(limits=limits), "losses-run") == "trips"
    assert Acme(3_500).join("newcomer").plan(limits=limits).tripped == ()


def test_an_organization_of_nobody_divides_by_nothing() -> None:
    """Zero seats, zero people, zero rows: every guard answers, and nothing is planned."""
    acme = Acme(0)
    acme.account("guest")
    acme.direct("guest", "website")
    plan = acme.leave("guest").join("newcomer").plan(rows=0)
    assert plan.changes == ()
    assert plan.tripped == ()
    assert ruling(plan, "members-not-whole") == "holds"


def test_bots_hold_no_share() -> None:
    """A thousand bots don't make room for more people to lose something."""
    acme = Acme(100)
    for number in range(1_000):
        acme.member(f"bot{number}", kind="bot")
    assert "of 100 = 1" in arithmetic(acme.leave("user10").plan(), "losses-run")


def test_a_revocation_is_not_stopped_by_the_limits() -> None:
    """One authorised person shuts out an account even when the day's budget is spent."""
    acme = Acme(100)
    for number in range(50):
        acme.lost(f"gone{number}", timedelta(hours=5))
    revoked = dataclasses.replace(leaver(AccountId("id-user10")), kind="revoke")
    assert losses_day.check([revoked], acme.facts()).ruling == "passes"


def test_losses_ahead_of_the_clock_count() -> None:
    """A clock set back does not empty the window."""
    acme = Acme(100)
    for number in range(10):
        acme.lost(f"gone{number}", timedelta(hours=-2))
    assert ruling(acme.leave("user10").plan(), "losses-24h") == "trips"


def test_moves_that_only_give_cost_nothing() -> None:
    """A whole department can be given a team in one run."""
    acme = Acme(100)
    acme.team("new")
    for number in range(10, 90):
        acme.move(f"user{number}", team("new"))
    plan = acme.plan()
    assert len(plan.changes) == 80
    assert plan.asks == plan.tripped == ()


def test_time_and_forge_don_t_change_what_counts() -> None:
    """The same losses are counted on a forge without invitations."""
    plan = Acme(100).leave("user10", "user11").plan(capabilities=GITEA, computed_at=NOW)
    assert ruling(plan, "losses-run") == "asks"
