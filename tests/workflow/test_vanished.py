"""Whoever vanished is proposed after the set time, by healthy readings alone, and taken by no clock."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast

import pytest

from seatkeeper.errors import ApprovalError
from seatkeeper.model.ids import Digest, PersonKey
from seatkeeper.model.limits import Limits
from seatkeeper.model.people import Extract
from seatkeeper.model.plan import Plan
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation, observe
from seatkeeper.workflow.plan import compute
from seatkeeper.workflow.standing import stands_for
from seatkeeper.workflow.vanished import vanished
from tests.rules.cases import COLUMNS, NOON, a_case, people, person, verdicts
from tests.workflow.place import Workplace, workplace

pytestmark = pytest.mark.slow

WAITS = timedelta(days=3)
DAY = 86_400
E1, E2 = PersonKey("E1"), PersonKey("E2")


def test_who_vanished_is_a_proposal_only_once_everybody_behind_the_account_is_gone_so_long() -> None:
    """Named before that they are held; named after it, and only then, an approver is asked."""
    gone = people(person(1), person(2, username="user1"), person(3))
    told = a_case([], ["user1", "user3"], absent_after=WAITS, gone=gone, earlier=())
    both = replace(told, long_gone=frozenset({E1, E2}))
    assert verdicts(told) == {"user1": "hold absent", "user3": "hold absent"}
    assert verdicts(replace(told, long_gone=frozenset({E1})))["user1"] == "hold absent"
    assert verdicts(both) == {"user1": "hold absent-long", "user3": "hold absent"}
    assert verdicts(replace(both, named=frozenset({"user1", "user3"}))) == {
        "user1": "leave asked-absent",
        "user3": "hold absent",
    }


@pytest.mark.parametrize("seed", range(30))
def test_absence_counts_from_the_first_healthy_reading_after_the_last_sighting(seed: int) -> None:
    """Readings come whole and broken, people come and go; each judged by a rule written down apart."""
    chance = Random(seed)
    read = []
    for number in range(14):
        some = chance.choice((0.3, 0.9))
        here = frozenset({"E0", *(f"E{n}" for n in range(1, 8) if chance.random() < some)})
        read.append((NOON + timedelta(days=number), here, number == 13 or chance.random() < 0.7))
    kept = [
        (
            Extract(
                "hr", "id", COLUMNS, at, at, as_of_told=False, rows=9, digest=Digest(str(at)), whole=whole
            ),
            people(*(person(key[1:]) for key in sorted(who))),
        )
        for at, who, whole in read
    ]
    tables = {extract.digest: table for extract, table in kept}
    store = SimpleNamespace(
        extracts=lambda _, since: [e for e, _ in kept if e.read_at >= since],
        extract_table=lambda _, digest, __: tables[digest],
    )
    facts = SimpleNamespace(store=store, policy=SimpleNamespace(absent_after=WAITS), limits=Limits())
    seen = SimpleNamespace(extract=kept[-1][0], people=kept[-1][1])
    records, long_gone = vanished(cast("Desk", facts), cast("Observation", seen))

    now, here, _ = read[-1]
    last = {key: n for n, (_, who, _) in enumerate(read) for key in who if key not in here}
    since = {key: min(at for at, _, whole in read[n + 1 :] if whole) for key, n in last.items()}
    assert set(records.column("id").to_pylist()) == set(last)
    assert long_gone == {key for key, at in since.items() if now - at >= WAITS}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A company whose policy proposes whoever has been gone for three days."""
    with workplace(tmp_path, edits=(("absent: hold ", "absent: {propose_after: 3d} "),)) as place:
        place.adopt()
        yield place


def told_of(plan: Plan, login: str) -> str:
    """The reason a plan gives for somebody; empty where nothing is said of them."""
    changed = [change.reason for change in plan.changes if change.login == login]
    return next(iter([*changed, *(hold.reason for hold in plan.holds if hold.login == login)]), "")


@pytest.mark.slow
def test_who_vanished_waits_then_is_proposed_and_no_standing_approval_takes_them(place: Workplace) -> None:
    """Seen again, the waiting begins anew; once it is over, they leave only in a plan that names them."""
    plan, roles = place.plan().plan, place.company.roles
    settled = {h.login for h in plan.holds} | {c.login for c in plan.changes}
    members = {a.login for a in place.company.members() if roles[a.id] == "member"}
    with closing(sqlite3.connect(place.stage.database)) as record:
        rows = record.execute("SELECT github_login, * FROM people").fetchall()
    one, *row = min(row for row in rows if row[0] in members - settled)

    def after(days: int, sql: str = "", *values: object) -> str:
        with closing(sqlite3.connect(place.stage.database)) as record, record:
            record.execute(sql or "SELECT 1", values)
        place.forge.world.advance(days * DAY)
        return told_of(place.plan().plan, one)

    gone = "DELETE FROM people WHERE github_login = ?"
    assert [after(1, gone, one), after(2)] == ["absent", "absent"]
    assert after(1, f"INSERT INTO people VALUES ({', '.join('?' * len(row))})", *row) == ""
    assert [after(1, gone, one), after(2), after(1)] == ["absent", "absent", "absent-long"]
    asked = compute(place.office.desk, observe(place.office.desk), named={one})
    asked.decisions.close()
    assert told_of(asked.plan, one) == "asked-absent"
    with pytest.raises(ApprovalError):
        stands_for(place.office.desk, asked.plan, "leave")
