"""The search for whoever breaks a law finds them: tried on policies and on deciders that break one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from seatkeeper.bootstrap import typed_people
from seatkeeper.model.grants import Resource, membership, team_place
from seatkeeper.model.ids import OrganizationId, TeamId
from seatkeeper.model.policy import Access, Leave, Policy, StatusTable
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import decide
from seatkeeper.rules.decisions import Decisions
from seatkeeper.rules.examples import Ground
from seatkeeper.rules.invent import invented
from seatkeeper.rules.laws import Broken, Decide, broken
from tests.rules.cases import BY_LOGIN, COLUMNS, ENDED, NOON, POLICY, a_case, keep, person, whoever

pytestmark = pytest.mark.slow

FEW = tuple(
    c for c in COLUMNS if c.name in {"id", "username", "status", "start_date", "end_date", "department"}
)
"""What these policies look at: the search makes each column missing in turn."""
WEB, HOME = Resource("team", "web"), Resource("organization", "0")


def company(**told: Any) -> tuple[Case, pa.Table]:
    """Eight members of whom two leave, all but one in the web team, and one who joins."""
    rows = [person(n, status="inactive" if n < 2 else "active") for n in range(9)]
    case = a_case(rows, [f"user{n}" for n in range(8)], columns=FEW, links=(BY_LOGIN,), **told)
    grants = {membership(a.id, OrganizationId("0")) for a in case.accounts}  # type: ignore[union-attr]
    grants |= {team_place(a.id, TeamId("web")) for a in tuple(case.accounts)[:7]}  # type: ignore[arg-type]
    case = replace(case, grants=frozenset(grants), names={WEB: "web", HOME: "acme"})
    assert isinstance(case.people, pa.Table)
    return case, case.people


def found(case: tuple[Case, pa.Table], decider: Decide = decide) -> list[Broken]:
    """What the search finds."""
    return list(broken(*case, decider))


def test_a_sound_policy_breaks_no_law() -> None:
    """Neither as it stands nor with a dated leave."""
    assert found(company()) == []
    assert found(company(leave=ENDED)) == []


@pytest.mark.parametrize(
    "when", ["coalesce(department, 'none') = 'eng'", "department IS NOT NULL", "NOT (department IS NULL)"]
)
def test_an_access_rule_by_which_a_missing_value_takes_a_place_is_found(when: str) -> None:
    """The gate admits it for access; in a managed team whoever has no department loses their place."""
    policy = {"access": (Access(when, teams=("web",)),), "manages": frozenset({"web"})}
    against = found(company(**policy))
    assert {b.law for b in against} == {"missing"}
    assert all("with no department" in b.told for b in against)
    assert {b.clause for b in against} == {f"no longer policy.access[0]: {when}"}
    assert "user5" in {b.login for b in against}


def test_the_same_rule_harms_nobody_where_the_team_is_not_managed_or_the_value_is_a_fact() -> None:
    """Only a managed place can be lost."""
    assert found(company(access=(Access("department IS NOT NULL", teams=("web",)),))) == []


def test_whoever_is_seen_leaving_for_the_first_time_breaks_no_law() -> None:
    """What today's extract says alone is still not believed when something else is missing in it."""
    case, table = company()
    rows = table.to_pylist()
    earlier = pa.Table.from_pylist(
        [row | ({"status": "active"} if row["id"] == "E0" else {}) for row in rows], table.schema
    )
    assert found((replace(case, earlier=(earlier,)), table)) == []


def the_story(case: Case) -> Decisions:
    """A decider with the script's own fault: a pin is an exception in the rule, so it selects all others."""
    kept = [f"'{p.account_id.removeprefix('#')}'" for p in case.pins if p.kind == "keep" and p.account_id]
    if not kept:
        return decide(case)
    wrong = Leave(f"username NOT IN ({', '.join(kept)})", over=frozenset({"active", "on_leave"}))
    return decide(replace(case, policy=replace(case.policy, leave=wrong)))


def test_a_keep_pin_that_selects_everybody_else_is_found() -> None:
    """The story: the exception for one takes all the others."""
    against = found(company(), the_story)
    assert "keep-pin" in {b.law for b in against}
    assert any("policy.leave: username NOT IN" in b.clause for b in against if b.law == "keep-pin")


def blank_is_gone(case: Case) -> Decisions:
    """A decider for whom a missing status is a leave."""
    people = case.people
    assert isinstance(people, pa.Table)
    at = people.column_names.index("status")

    def filled(table: pa.Table) -> pa.Table:
        told = [value or "inactive" for value in table.column("status").to_pylist()]
        return table.set_column(at, "status", pa.array(told, pa.string()))

    return decide(replace(case, people=filled(people), earlier=tuple(filled(t) for t in case.earlier)))


def test_a_missing_status_that_makes_a_leaver_is_found() -> None:
    """By name, with the clause and what was made missing."""
    against = [b for b in found(company(), blank_is_gone) if b.law == "missing"]
    assert {b.login for b in against} == {f"user{n}" for n in range(2, 8)}
    assert {b.clause for b in against} == {"policy.status: inactive = leave"}
    assert {b.told for b in against} == {"with no status in 9 of 9 records"}


def the_story_by_person(case: Case) -> Decisions:
    """The same fault, made with the pins that name a person, or whom a condition describes."""
    spared = [f"id <> '{p.person}'" for p in case.pins if p.person] + [
        f"NOT ({p.when})" for p in case.pins if p.when
    ]
    if not spared:
        return decide(case)
    wrong = Leave(" AND ".join(spared), over=frozenset({"active", "on_leave"}))
    return decide(replace(case, policy=replace(case.policy, leave=wrong)))


def without(*scopes: str) -> Decide:
    """A decider that is deaf to pins of these scopes."""
    return lambda case: decide(
        replace(case, pins=tuple(p for p in case.pins if all(getattr(p, s) is None for s in scopes)))
    )


def test_a_pin_on_a_person_or_with_a_condition_that_selects_everybody_else_is_found() -> None:
    """In whatever scope the exception is written."""
    first = next(broken(*company(), the_story_by_person))
    assert first.law == "keep-pin"
    assert "policy.leave: " in first.clause


@pytest.mark.parametrize("scope", ["account_id", "person", "when"])
def test_a_pin_that_does_not_protect_whom_it_names_is_found(scope: str) -> None:
    """The search keeps some by account, some by person and some by a condition."""
    leaving = company(status=StatusTable("status", {"active": "leave", "inactive": "leave"}))
    first = next(broken(*leaving, without(scope)))
    assert first.law == "keep-pin"
    assert "this one among them" in first.told


def deaf_to_the_unknown(case: Case) -> Decisions:
    """A decider for whom a pin ends where what it asks for is missing."""
    people = case.people
    assert isinstance(people, pa.Table)
    known = [p for p in case.pins if p.when is None or people.column("department").null_count == 0]
    return decide(replace(case, pins=tuple(known), policy=replace(case.policy, pins=())))


@pytest.mark.slow
def test_a_pin_that_ends_where_a_value_is_missing_is_found() -> None:
    """By the column that was made missing."""
    pinned = company(pins=(whoever("department = 'eng'"),))
    first = next(broken(*pinned, deaf_to_the_unknown))
    assert (first.law, first.login) == ("missing", "user0")
    assert first.told == "with no department in 9 of 9 records"


def first_pin_wins(case: Case) -> Decisions:
    """A decider that looks at the first pin on an account alone."""
    first = {p.account_id: p for p in reversed(case.pins)}
    return decide(replace(case, pins=tuple(first.values())))


def test_pins_whose_order_matters_are_found() -> None:
    """With both reasons that the two orders give."""
    against = [b for b in found(company(), first_pin_wins) if b.law == "order"]
    assert against
    assert {b.clause for b in against} == {"policy.pins"}


def newcomers_leave(case: Case) -> Decisions:
    """A decider that lets go of whoever has no team yet."""
    placed = {g.subject.id for g in case.grants if g.resource == WEB}
    new = [a.login for a in case.accounts if a.id not in placed]  # type: ignore[union-attr]
    logins = ", ".join(f"'{login}'" for login in new) or "''"
    wrong = Leave(f"username IN ({logins})", over=frozenset({"active"}))
    return decide(replace(case, policy=replace(case.policy, leave=wrong)))


def test_a_joiner_who_would_be_taken_out_again_is_found() -> None:
    """Both rules are named."""
    (against,) = [b for b in found(company(), newcomers_leave) if b.law == "joiner"]
    assert against.login == "user8"
    assert against.clause.startswith("policy.join: status = 'active'")
    assert "policy.leave: username IN" in against.clause


def ground(policy: Policy) -> Ground:
    """What people are invented on."""

    def typed(rows: Sequence[Any]) -> pa.Table:
        return typed_people(FEW, "id", rows)

    return Ground(replace(policy, links=(BY_LOGIN,)), FEW, "id", "UTC", typed)


def test_people_are_invented_on_both_sides_of_every_value_and_the_same_each_time() -> None:
    """So a comparison that is off by a day, or a spelling, has somebody to show it on."""
    policy = replace(POLICY, leave=ENDED, join="department = 'eng' AND start_date > DATE '2026-11-01'")
    case, people = invented(ground(policy), NOON.date())
    assert people.equals(invented(ground(policy), NOON.date())[1])
    assert {"eng", "ENG", None} <= set(people.column("department").to_pylist())
    assert {date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)} <= set(
        people.column("start_date").to_pylist()
    )
    assert {"active", "on_leave", "inactive", "something else", None} <= set(
        people.column("status").to_pylist()
    )
    decisions = decide(case)
    assert all(decisions.counts()[verb] for verb in ("join", "leave", "keep", "hold"))
    decisions.close()


def test_a_broken_access_rule_is_found_among_invented_people() -> None:
    """Nobody real is needed to see it."""
    rule = Access("coalesce(department, 'none') = 'eng'", teams=("web",))
    policy = replace(POLICY, access=(rule,), manages=frozenset({"web"}))
    against = list(broken(*invented(ground(policy), NOON.date())))
    assert {b.law for b in against} == {"missing"}


def test_pins_that_stand_in_the_policy_are_searched_too() -> None:
    """A sound policy with pins breaks nothing."""
    assert found(company(pins=(keep("user1"), whoever("department = 'eng'")))) == []
