"""Whatever is planned: setting one change aside never makes a guard harder on the others."""

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.model.plan import Change, Ruling
from seatkeeper.model.snapshot import Seats
from seatkeeper.rules.facts import Facts, Trailing
from seatkeeper.rules.guards import GUARDS, Check, judge
from tests.rules.plan_builder import Acme, drafts, team

SHARPNESS: tuple[Ruling, ...] = ("passes", "holds", "asks", "trips")


@st.composite
def plans(draw: st.DrawFn) -> tuple[Facts, list[Change]]:
    """An organization with teams, losses behind it, and a plan of leaves, moves and joins."""
    size = draw(st.integers(3, 30))
    owners = draw(st.integers(0, min(size, 4)))
    acme = Acme(size, owners)
    everybody = [f"user{n}" for n in range(size)]
    slugs = ["web", "core", "data"]
    for slug in slugs:
        acme.team(slug, *draw(st.lists(st.sampled_from(everybody), unique=True)))
    for login in draw(st.lists(st.sampled_from(everybody), unique=True)):
        if draw(st.booleans()):
            foreseen = draw(st.booleans())
            acme.leave(login, end=date(2026, 11, 1), seen=date(2026, 10, 1) if foreseen else None)
        else:
            acme.move(login, *(team(slug) for slug in draw(st.sets(st.sampled_from(slugs)))))
    for number in range(draw(st.integers(0, 5))):
        acme.join(f"new{number}", start=date(2026, 12, 1 + number))
    for number in range(draw(st.integers(0, 4))):
        acme.lost(
            f"gone{number}",
            timedelta(hours=draw(st.integers(0, 200))),
            foreseen=draw(st.booleans()),
            team=draw(st.sampled_from(slugs)),
        )
    facts = acme.facts(
        manages=set(slugs),
        seats=Seats(draw(st.one_of(st.none(), st.integers(0, 40))), None),
        invited_today=draw(st.integers(490, 500)),
        trailing=Trailing(draw(st.one_of(st.none(), st.floats(0, 60))), None, None),
        adopted=draw(st.integers(0, 9)) > 0,
    )
    return facts, drafts(facts)


def outcome(check: Check, changes: list[Change], facts: Facts) -> tuple[frozenset[str], int]:
    """Whom the guard sets aside, and how sharply it speaks of the rest."""
    verdict = check(changes, facts)
    held = frozenset(verdict.accounts) if verdict.ruling == "holds" else frozenset()
    rest = check([c for c in changes if c.account not in held], facts) if held else verdict
    ruling = rest.ruling if rest.ruling in ("asks", "trips") else "passes"
    return held, SHARPNESS.index(ruling)


@settings(max_examples=150, deadline=None)
@given(plans(), st.data())
def test_keeping_somebody_never_makes_a_guard_worse_for_others(
    plan: tuple[Facts, list[Change]], data: st.DataObject
) -> None:
    """With one change fewer, each guard holds no account it did not hold, and speaks no sharper."""
    facts, changes = plan
    if not changes:
        return
    kept = data.draw(st.sampled_from(changes))
    fewer = [change for change in changes if change is not kept]
    for check in GUARDS:
        held, sharpness = outcome(check, changes, facts)
        held_then, sharpness_then = outcome(check, fewer, facts)
        assert held_then <= held, check.__module__
        assert sharpness_then <= sharpness, check.__module__


@settings(max_examples=80, deadline=None)
@given(plans(), st.integers(0, 1_000))
def test_the_order_of_the_changes_means_nothing(plan: tuple[Facts, list[Change]], seed: int) -> None:
    """Guards judge a set: shuffled, the same accounts are set aside and every ruling is the same."""
    facts, changes = plan
    shuffled = random.Random(seed).sample(changes, len(changes))
    for check in GUARDS:
        one, other = check(changes, facts), check(shuffled, facts)
        assert (one.ruling, frozenset(one.accounts)) == (other.ruling, frozenset(other.accounts))
        assert (one.used, one.allowed) == (other.used, other.allowed)


@settings(max_examples=80, deadline=None)
@given(plans())
def test_what_the_guards_left_they_leave_again(plan: tuple[Facts, list[Change]]) -> None:
    """Asked a second time, with the same facts, they set nobody aside: apply finds what plan found."""
    facts, changes = plan
    left = judge(changes, facts).changes
    assert judge(left, facts).changes == left
    assert {c.account for c in left} <= {c.account for c in changes}
