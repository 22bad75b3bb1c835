"""A day in the life: leavers go, joiners come, the rest stay, and a second look finds nothing to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.model.grants import Resource
from tests.workflow.place import Workplace, workplace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted."""
    with workplace(tmp_path) as place:
        place.adopt()
        yield place


def test_the_first_plan_of_an_organization_takes_nothing(tmp_path: Path) -> None:
    """Against an organization never seen before, the plan is its baseline with no change."""
    with workplace(tmp_path) as place:
        first = place.plan().plan

        assert first.kind == "adoption"
        assert first.changes == ()


def test_the_plan_names_exactly_the_true_leavers_and_joiners(place: Workplace) -> None:
    """Nobody is selected who has not left, and nobody who left is forgotten."""
    plan = place.plan().plan

    assert place.logins(plan, "leave") == set(place.company.truth.leavers)
    assert place.logins(plan, "join") == set(place.company.truth.joiners) - set(place.company.truth.waiting)
    assert plan.tripped == ()


def test_an_approved_plan_is_what_is_done_and_a_second_one_is_empty(place: Workplace) -> None:
    """Leavers hold nothing afterwards, joiners are invited, and the next plan has no change."""
    state = place.apply(place.sign(place.plan()))

    assert {c.progressed for c in state.changes if c.change.kind == "leave"} == {"confirmed"}
    assert {c.progressed for c in state.changes if c.change.kind == "join"} == {"pending"}
    left = {c.change.account for c in state.changes if c.change.kind == "leave"}
    assert not [g for g in place.forge.world.grants() if g.subject.id in left]
    assert place.plan().plan.changes == ()


def test_who_accepts_is_given_the_rest_and_read_back(place: Workplace) -> None:
    """After acceptance the membership and every place are read before anybody is told."""
    state = place.apply(place.sign(place.plan()))
    joiner = next(c for c in state.changes if c.change.kind == "join")
    place.forge.world.accept(joiner.change.account)

    news = {f.login: f.news for f in place.follow()}

    assert news[joiner.change.login].startswith("accepted")
    held = {g for g in place.forge.world.grants() if g.subject.id == joiner.change.account}
    assert joiner.change.after <= held
    assert all(n.startswith("pending on") for login, n in news.items() if login != joiner.change.login)


def test_the_journal_verifies_and_history_knows_why(place: Workplace) -> None:
    """Every grant a leaver lost has an end in history, and the chain holds."""
    state = place.apply(place.sign(place.plan()))
    place.plan()
    leaver = next(c for c in state.changes if c.change.kind == "leave")
    store = place.office.desk.store
    organization = state.plan.organization

    assert store.verify().verifies
    rows = list(store.history(organization.id, leaver.change.account))
    assert {r.grant for r in rows} == leaver.change.before
    assert all(r.until is not None for r in rows)
    resource = Resource("organization", organization.id)
    assert any(
        g.resource == resource for g in store.grants_at(organization.id, leaver.steps[0].at or state.started)
    )
