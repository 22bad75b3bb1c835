"""Laws of deciding that hold for any people, any accounts and any pins."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatkeeper.model.decision import Decision
from seatkeeper.model.policy import Leave, LinkBy, Pin
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.decide import Case
from tests.rules.cases import (
    BY_EMAIL,
    BY_LOGIN,
    ENDED,
    a_case,
    account,
    all_of,
    keep,
    leavers,
    out,
    people,
    person,
)

pytestmark = pytest.mark.slow

LOGINS = [f"user{n}" for n in range(5)]
BLANKS = st.sampled_from([None, "", " ", "\u00a0", "\u200b"])
RULES = (
    None,
    ENDED,
    Leave("NOT (end_date >= as_of) OR department = 'gone'", over=frozenset({"active"})),
    Leave("department NOT IN ('eng', 'data')", over=frozenset({"active", "on_leave"})),
    Leave(
        "department IS NULL OR end_date < as_of",
        over=frozenset({"active"}),
        missing_ok=frozenset({"department"}),
    ),
)
LINKS = (
    (BY_LOGIN, BY_EMAIL),
    (BY_LOGIN,),
    (BY_LOGIN, LinkBy("email", "confirmed", "email")),
    (LinkBy("email", "confirmed", "email"), BY_LOGIN),
)
# Each example decides two whole cases; a sixteenth of the profile's examples keeps a commit short.
lawful = settings(
    max_examples=settings().max_examples // 16,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """People of whom some share logins and addresses, some have ended, and some values are missing."""
    made = []
    for number in range(draw(st.integers(0, 6))):
        values = {
            "username": draw(st.sampled_from([*LOGINS, "USER1 ", None])),
            "email": draw(
                st.sampled_from(["a@acme.example", "b@acme.example", f"own{number}@acme.example", None])
            ),
            "status": draw(st.sampled_from(["active", "on_leave", "inactive", "inactive", "Gone", None])),
            "end_date": draw(
                st.sampled_from([None, date(2026, 11, 22), date(2026, 11, 23), date(2027, 1, 1)])
            ),
            "office": draw(st.sampled_from([None, "Pacific/Kiritimati", "Atlantis"])),
            "department": draw(st.sampled_from(["eng", "hr", "gone", None])),
        }
        made.append(person(number, **values))
    return made


@st.composite
def accounts(draw: st.DrawFn) -> list[Account]:
    """Some of the logins, some of them with an address."""
    logins = draw(st.lists(st.sampled_from([*LOGINS, "stranger"]), unique=True))
    mails = st.sampled_from([None, "a@acme.example", "own1@acme.example"])
    return [account(login, email=draw(mails)) for login in logins]


CONDITIONS = (
    "department = 'eng'",
    "NOT (department = 'hr' OR status = 'Gone')",
    "end_date >= as_of AND office = 'Atlantis'",
    "email LIKE 'a@%'",
)
of_account = st.sampled_from(LOGINS).map(lambda login: {"login": login})
of_person = st.integers(0, 5).map(lambda n: {"login": "", "account": None, "person": f"E{n}"})
by_condition = st.sampled_from(CONDITIONS).map(lambda when: {"login": "", "account": None, "when": when})
until = st.sampled_from([date(2026, 11, 1), date(2026, 11, 23), date(2030, 1, 1)])
pins = st.lists(
    st.builds(
        lambda make, whom, until: make(**whom, until=until),
        st.sampled_from([keep, out]),
        of_account | of_person,
        until,
    )
    | st.builds(lambda whom, until: keep(**whom, until=until), by_condition, until),
    max_size=3,
)
rules = st.sampled_from(RULES)
links = st.sampled_from(LINKS)


def told(case: Case) -> set[tuple[object, ...]]:
    """What was decided, without its order."""
    return {(d.account, d.person, d.verb, d.reason) for d in all_of(case)}


def losing(decisions: list[Decision]) -> set[str]:
    """The accounts that lose something by these decisions."""
    return {str(d.account) for d in decisions if d.verb in {"leave", "move"}}


def joining(decisions: list[Decision]) -> set[object]:
    """The people who are let in by them."""
    return {d.person for d in decisions if d.verb == "join"}


@lawful
@given(rows(), accounts(), pins, of_account | of_person | by_condition, rules, links)
def test_a_keep_pin_only_protects(
    rows: list[dict[str, Any]], accounts: list[Account], pins: list[Pin], whom: Any, rule: Leave, links: Any
) -> None:
    """Adding one never enlarges the set of people who lose something, and protects whom it names.

    It makes no joiner either, whatever it is about.
    """
    case = {"leave": rule, "links": links}
    before = all_of(a_case(rows, accounts, pins=tuple(pins), **case))
    after = all_of(a_case(rows, accounts, pins=(*pins, keep(**whom)), **case))
    spared = {d.account for d in before if d.person is not None and d.person == whom.get("person")}
    assert losing(after) <= losing(before) - {f"#{whom['login']}"} - spared
    assert joining(after) <= joining(before)


@lawful
@given(rows(), accounts(), pins, rules, links, BLANKS, st.data())
def test_a_missing_value_never_makes_a_leaver(
    rows: list[dict[str, Any]],
    accounts: list[Account],
    pins: list[Pin],
    rule: Leave | None,
    links: Any,
    blank: str | None,
    data: st.DataObject,
) -> None:
    """Whatever value goes missing, of whomever, and whatever pins ask for it; but for `missing_ok`."""
    before = leavers(a_case(rows, accounts, pins=tuple(pins), leave=rule, links=links))
    if not rows:
        return
    allowed = rule.missing_ok if rule is not None else frozenset()
    columns = sorted({"username", "email", "status", "office", "department", "end_date"} - allowed)
    which, column = data.draw(st.sampled_from(range(len(rows)))), data.draw(st.sampled_from(columns))
    blanked = [dict(row) for row in rows]
    blanked[which][column] = None if column == "end_date" else blank
    later = a_case(blanked, accounts, pins=tuple(pins), leave=rule, links=links, earlier=(people(*rows),))
    after = leavers(later)
    assert after <= before


@lawful
@given(rows(), accounts(), pins, rules, links, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    rows: list[dict[str, Any]],
    accounts: list[Account],
    pins: list[Pin],
    rule: Leave | None,
    links: Any,
    random: Any,
) -> None:
    """Neither of people, nor of accounts, nor of pins."""
    first = told(a_case(rows, accounts, pins=tuple(pins), leave=rule, links=links))
    shuffled = [random.sample(things, len(things)) for things in (rows, accounts, pins)]
    second = told(a_case(shuffled[0], shuffled[1], pins=tuple(shuffled[2]), leave=rule, links=links))
    assert first == second


@lawful
@given(rows(), accounts(), pins, rules, links)
def test_everybody_has_one_decision_and_a_joiner_is_never_a_leaver(
    rows: list[dict[str, Any]], accounts: list[Account], pins: list[Pin], rule: Leave | None, links: Any
) -> None:
    """Each account once; each person once, or another record of theirs stands in."""
    found = all_of(a_case(rows, accounts, pins=tuple(pins), leave=rule, links=links))
    assert sorted(str(d.account) for d in found if d.account) == sorted(a.id for a in accounts)
    persons = [d.person for d in found if d.person]
    assert len(persons) == len(set(persons))
    logins = {str(row["username"]).strip().lower() for row in rows}
    if len(logins) == len(rows):
        assert set(persons) == {row["id"] for row in rows}
    joiners = {d.person for d in found if d.verb == "join"}
    assert joiners.isdisjoint(d.person for d in found if d.verb == "leave")
    assert all(d.because for d in found)


@lawful
@given(rows(), accounts(), rules, links)
def test_an_extract_with_a_problem_costs_nobody_anything(
    rows: list[dict[str, Any]], accounts: list[Account], rule: Leave | None, links: Any
) -> None:
    """Nor does a reading of the members that is not whole; and then nobody is invited either."""
    assert leavers(a_case(rows, accounts, leave=rule, links=links, problem="stale")) == set()
    verbs = {
        d.verb for d in all_of(a_case(rows, accounts, leave=rule, links=links, members_problem="page 3"))
    }
    assert verbs <= {"keep", "hold"}


@lawful
@given(rows(), accounts(), rules, links)
def test_fewer_people_never_make_more_leavers(
    rows: list[dict[str, Any]], accounts: list[Account], rule: Leave | None, links: Any
) -> None:
    """An empty table, or one that lost its people, lets go only of those who were leaving already."""
    whole = people(*rows)
    before = leavers(a_case(rows, accounts, leave=rule, links=links))
    assert leavers(a_case([], accounts, leave=rule, links=links, earlier=(whole,))) == set()
    for n in [n for n, row in enumerate(rows) if row["status"] == "inactive"][:1]:
        fewer = [*rows[:n], *rows[n + 1 :]]
        assert leavers(a_case(fewer, accounts, leave=rule, links=links, earlier=(whole,))) <= before
