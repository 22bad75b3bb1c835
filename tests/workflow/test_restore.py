"""Restore, over the wire: what a run took comes back, whole, counted, and nobody is told too early."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.model.grants import Grant
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.runs import RunState
from tests.workflow.place import Workplace, workplace

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
