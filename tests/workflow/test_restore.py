"""Restore, over the wire: what a run took comes back, whole, counted, and nobody is told too early."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.runs import RunState
from tests.workflow.place import Workplace, workplace

pytestmark = pytest.mark.slow

LEAVE = 'leave: {when: "end_date < as_of", over: ["active"]}'


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted."""
    with workplace(tmp_path) as place:
        place.adopt()
        yield place


@pytest.fixture
def wrong(place: Workplace) -> tuple[Workplace, RunState, frozenset[Grant]]:
    """A run has removed people who had not left; what they had, before it."""
    return a_wrong_run(place)


def a_wrong_run(place: Workplace) -> tuple[Workplace, RunState, frozenset[Grant]]:
    """Tonight's plan is carried out, and then the record turns out to have been wrong."""
    before = place.forge.world.grants()
    state = place.apply(place.sign(place.plan()))
    gone = left(state)
    place.believe_them(gone)
    return place, state, frozenset(g for g in before if g.subject.id in gone)


def left(state: RunState) -> set[str]:
    """Whom a run removed."""
    return {c.change.account for c in state.changes if c.change.kind == "leave"}


def archived(place: Workplace, grants: frozenset[Grant]) -> frozenset[Grant]:
    """Those on repositories that nobody can change."""
    readonly = {r.id for r in place.forge.world.repositories.values() if r.archived}
    return frozenset(g for g in grants if g.resource.kind == "repository" and g.resource.id in readonly)


@pytest.mark.parametrize("reinstates", ["everything", "role"])
def test_a_whole_run_comes_back_grant_for_grant(
    wrong: tuple[Workplace, RunState, frozenset[Grant]], reinstates: str
) -> None:
    """One command and one approval; pending before acceptance, equal to what was there after it."""
    place, state, before = wrong
    world = place.forge.world
    world.reinstates = reinstates  # type: ignore[assignment]  # one of its two words
    gone = left(state)

    restoration = place.restore(runs=(state.id,))
    assert {c.account for c in restoration.plan.changes} == gone
    assert all(c.steps[0].action == "reinstate" for c in restoration.plan.changes)
    run = place.apply(place.sign(restoration))

    assert account(run).amounts() == {
        "confirmed": 0,
        "pending": len(before),
        "residue": 0,
        "total": len(before),
    }
    assert not place.held(gone)
    for one in gone:
        world.accept(one)
    place.follow()
    lost = frozenset() if reinstates == "everything" else archived(place, before)
    assert place.held(gone) == before - lost
    told = account(place.status(run.id))
    assert told.amounts() == {
        "confirmed": len(before - lost),
        "pending": 0,
        "residue": len(lost),
        "total": len(before),
    }
    assert all("archived" in why for why in told.residue())
    assert place.plan().plan.changes == ()


DAY = timedelta(days=1).total_seconds()


def works_no_more(place: Workplace, account: str) -> None:
    """The record says inactive of this account's person from now on."""
    login = place.forge.world.accounts[AccountId(account)].login
    with sqlite3.connect(place.stage.database) as people:
        people.execute(
            "UPDATE people SET status = 'inactive' WHERE lower(github_login) = ?", (login.casefold(),)
        )
    people.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "told"), [(True, "invitation withdrawn: "), (False, "not let in: ")], ids=["asked", "not-yet"]
)
def test_who_leaves_the_company_on_day_5_is_not_let_in_on_day_6(
    wrong: tuple[Workplace, RunState, frozenset[Grant]],
    asked: bool,  # noqa: FBT001  # whether an invitation is out, or has not gone yet
    told: str,
) -> None:
    """Nothing more is sent to them, and all they had is residue that says why; the other comes back whole."""
    place, state, before = wrong
    world, gone = place.forge.world, left(state)
    world.advance(DAY + 60)  # joiners were asked in that morning
    world.invitations_per_day = 1
    run = place.apply(place.sign(place.restore(runs=(state.id,))))
    first, second = sorted(gone, key=lambda one: not world.pending(AccountId(one)))
    leaver, other = (first, second) if asked else (second, first)
    assert not world.pending(AccountId(second))
    world.invitations_per_day = 0  # so that who was not asked on the first day still waits on day 5
    for _ in range(2):
        world.advance(2 * DAY)
        place.follow()
    assert account(place.status(run.id)).amounts()["pending"] == len(before)

    world.advance(DAY)
    works_no_more(place, leaver)
    world.invitations_per_day = 50
    world.advance(DAY)
    news = {item.login: item.news for item in place.follow()}
    login = world.accounts[AccountId(leaver)].login
    assert news[login].startswith(told)
    assert {i.account for i in world.pending()} & gone == {other}
    world.accept(other)
    for _ in range(3):
        place.follow()
        world.advance(3 * DAY)

    assert sum(i.account == leaver for i in world.invitations.values()) == int(asked)
    assert place.held({leaver}) == frozenset()
    assert place.held({other}) == frozenset(g for g in before if g.subject.id == other)
    accounting = account(place.status(run.id))
    residue = [line for line in accounting.lines if line.standing == "residue"]
    assert {line.login for line in residue} == {login}
    assert len(residue) == sum(g.subject.id == leaver for g in before)
    assert all("inactive" in line.why for line in residue)
    assert accounting.amounts()["pending"] == 0
