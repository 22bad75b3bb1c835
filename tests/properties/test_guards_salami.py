"""However a mass leave is cut into runs, no more people lose something unasked than the windows allow."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.model.ids import AccountId
from seatkeeper.model.limits import DEFAULT_LIMITS
from seatkeeper.model.run import LossEvent
from seatkeeper.rules.effects import losers
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards import judge
from tests.rules.plan_builder import NOW, Acme, drafts


def unattended(facts: Facts, acme: Acme) -> frozenset[AccountId]:
    """Who loses something when nobody is there to approve: a plan that asks or trips does nothing."""
    judged = judge(drafts(facts), facts)
    if any(v.ruling in ("asks", "trips") for v in judged.verdicts):
        return frozenset()
    gone = losers(judged.changes, facts)
    acme.grants = {g for g in acme.grants if AccountId(g.subject.id) not in gone}
    acme.accounts = [a for a in acme.accounts if a.id not in gone]
    events = [LossEvent(facts.computed_at, a, facts.held[a], foreseen=False) for a in sorted(gone)]
    acme.losses.extend(events)
    return gone


def most_within(acme: Acme, span: timedelta) -> int:
    """The most people who lost something in any window of this length."""
    return max((sum(e.at - span < o.at <= e.at for o in acme.losses) for e in acme.losses), default=0)


@settings(max_examples=120, deadline=None)
@given(
    size=st.integers(2, 90),
    share=st.floats(0.05, 1.0),
    cuts=st.lists(st.tuples(st.integers(1, 8), st.integers(0, 20 * 60)), min_size=1, max_size=25),
)
def test_no_split_of_a_mass_leave_passes(size: int, share: float, cuts: list[tuple[int, int]]) -> None:
    """Any slices, any pauses: every day and every week stays within the unattended limit."""
    acme = Acme(size, owners=0)
    leavers = [f"user{n}" for n in range(max(1, int(size * share)))]
    now: datetime = NOW
    for slice_size, minutes in cuts:
        now += timedelta(minutes=minutes)
        there = {account.login for account in acme.accounts}
        waiting = [login for login in leavers if login in there]
        acme.decisions.clear()
        acme.leave(*waiting[:slice_size])
        unattended(acme.facts(computed_at=now, started_at=now), acme)
    assert most_within(acme, timedelta(hours=24)) <= DEFAULT_LIMITS.day.allows(size)
    assert most_within(acme, timedelta(days=7)) <= DEFAULT_LIMITS.week.allows(size)


@settings(max_examples=40, deadline=None)
@given(
    team_size=st.integers(1, 15),
    cuts=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 12 * 60)), min_size=1, max_size=12),
)
def test_no_split_empties_a_team_in_a_week(team_size: int, cuts: list[tuple[int, int]]) -> None:
    """A team in a large organization loses no more than its allowance in 7 days, and never its last."""
    acme = Acme(800, owners=0)
    members = [f"user{n}" for n in range(10, 10 + team_size)]
    acme.team("web", *members)
    now: datetime = NOW
    for slice_size, minutes in cuts:
        now += timedelta(minutes=minutes)
        there = {account.login for account in acme.accounts}
        acme.decisions.clear()
        acme.leave(*[login for login in members if login in there][:slice_size])
        unattended(acme.facts(computed_at=now, started_at=now), acme)
        if now - NOW > timedelta(days=6):
            break
    lost = len(acme.losses)
    assert lost <= max(2, team_size // 5)
    assert lost < team_size
