"""The story at its full size: what the rules decide of 3,500 seats is the truth that was invented."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

import pyarrow as pa
import pytest

from seatkeeper.demo.company import USER3, Company, invent
from seatkeeper.demo.mixture import PLAIN
from seatkeeper.demo.old_script import selects_with_the_exception
from seatkeeper.demo.people import Person, statuses
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.model.ids import PersonKey
from seatkeeper.model.plan import Basis, Plan
from seatkeeper.model.policy import Leave, Policy
from seatkeeper.model.snapshot import Account, Snapshot
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import Decisions, decide
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.planner import make_plan
from seatkeeper.sources.typed import typed_table
from tests.incidents.scene import COLUMNS, NOTHING, POLICY, access_by_team_list
from tests.perfect_reader import perfect_snapshot, roles

pytestmark = pytest.mark.slow


class Day(NamedTuple):
    """A company, its forge as read, and what one policy decides and plans."""

    company: Company
    snapshot: Snapshot
    decisions: Decisions
    plan: Plan


def table(people: Sequence[Person]) -> pa.Table:
    """The people as a source gives them."""
    rows = [asdict(person) for person in people]
    raw = {
        column.name: [list(row["team_list"]) if column.type == "list" else row[column.name] for row in rows]
        for column in COLUMNS
    }
    return typed_table("hr", raw, COLUMNS)


def day(company: Company, policy: Policy) -> Day:
    """Decide and plan one morning of the company."""
    snapshot = perfect_snapshot(company.world())
    decisions = decide(
        Case(
            people=table(company.people),
            columns=COLUMNS,
            key="id",
            policy=policy,
            accounts=snapshot.accounts,
            roles=roles(snapshot),
            grants=snapshot.grants,
            names=snapshot.names(),
            invitations=snapshot.invitations,
            lines=company.links,
            as_of=company.now,
            earlier=(table(company.earlier(1)),),
        )
    )
    accounts: Mapping[str, Account] = {account.login.casefold(): account for account in company.accounts}
    week_ago = {p.id: p.end_date for p in company.earlier(8) if p.end_date is not None}
    facts = Facts(
        snapshot=snapshot,
        capabilities=GITHUB,
        policy=policy,
        decisions=decisions,
        basis=Basis(0, NOTHING, company.now, NOTHING, company.now, NOTHING, None),
        computed_at=company.now,
        describe=lambda step, login, _names: f"{step.action} {login}",
        rows=len(company.people),
        adopted=True,
        found={d.login: accounts.get(d.login.casefold()) for d in decisions.of("join") if d.login},
        ends_seen={PersonKey(key): company.loaded_at(8).date() for key in week_ago},
    )
    return Day(company, snapshot, decisions, make_plan(facts))


@pytest.fixture(scope="module")
def ordinary() -> Iterator[Day]:
    """An ordinary day under the sample policy, access by the record's team list included."""
    told = day(invent(), access_by_team_list(POLICY, "engineering"))
    yield told
    told.decisions.close()


def test_only_true_leavers_leave_and_only_true_joiners_join(ordinary: Day) -> None:
    """Set equality, both ways; nobody moves, nobody waits, no guard says a word."""
    truth, plan = ordinary.company.truth, ordinary.plan
    assert {c.login for c in plan.changes if c.kind == "leave"} == truth.leavers
    assert {c.login for c in plan.changes if c.kind == "join"} == set(truth.joiners)
    assert {c.kind for c in plan.changes} == {"leave", "join"}
    assert {c.login for c in plan.changes if c.foreseen} == truth.foreseen
    assert {verdict.ruling for verdict in plan.verdicts} == {"passes"}
    assert (plan.seats.after, plan.seats.waiting) == (plan.seats.before - 22 + 9, ())


def test_everybody_held_is_held_for_the_true_reason(ordinary: Day) -> None:
    """User3 by name, for a missing status; the others for theirs; the vanished as absent; nobody else."""
    truth = ordinary.company.truth
    held = {d.login: d.reason for d in ordinary.decisions.of("hold") if d.account is not None}
    vanished = {login: "absent" for login, why in truth.kept.items() if why == "vanished"}
    assert held == dict(truth.held) | vanished
    assert held[USER3] == "missing-status"


def test_orphans_bots_and_outsiders_are_told_apart(ordinary: Day) -> None:
    """Accounts no person has are orphans, unless the links file says what they are."""
    company, truth = ordinary.company, ordinary.company.truth
    listed = {line.login for line in company.links}
    outside = {a.login for a in company.accounts if company.roles.get(a.id) == "outside"}
    orphans = {login for login, why in truth.kept.items() if why in ("orphans", "vanished")}
    assert {d.login for d in ordinary.decisions.orphans()} == orphans | (outside - listed)


@pytest.fixture(scope="module")
def plain() -> Company:
    """Everybody active or gone, user3 aside, as in the story."""
    return invent(mixture=PLAIN)


def test_the_wrong_exception_as_written_selects_nobody_beyond_the_true_leavers(plain: Company) -> None:
    """It contradicts the status table for everybody active, so those are held and nobody is lost."""
    told = day(plain, replace(POLICY, leave=Leave(f"github_login <> '{USER3}'")))
    leaving = {d.login for d in told.decisions.of("leave")}
    held = told.decisions.of("hold")
    told.decisions.close()
    assert leaving <= plain.truth.leavers
    assert sum(d.reason == "table-contradicts" for d in held if d.account is not None) >= 3400


@pytest.mark.slow
def test_the_wrong_exception_forced_selects_3499_of_3500_and_the_limit_stops_it(plain: Company) -> None:
    """The very selection of the old script, made on purpose: no run starts with it."""
    told = day(plain, replace(POLICY, leave=Leave(f"github_login <> '{USER3}'", over=frozenset({"active"}))))
    leaving = {d.login for d in told.decisions.of("leave")}
    told.decisions.close()
    licences = [account.login for account in plain.members()]
    assert len(leaving) == 3499
    assert leaving == set(selects_with_the_exception(licences, statuses(plain.people), USER3))
    (verdict,) = [v for v in told.plan.tripped if v.guard == "losses-run"]
    assert "10 are allowed" in verdict.arithmetic
