"""A day in the life: leavers go, joiners come, the rest stay, and a second look finds nothing to do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seatkeeper.errors import PlanRefused
from seatkeeper.model.grants import Resource
from seatkeeper.model.policy import StatusTable
from seatkeeper.rules import planfile
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from tests.workflow.place import Workplace, workplace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted."""
    with workplace(tmp_path) as place:
        place.adopt()
        yield place


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted, its journal in a file or in a real PostgreSQL."""
    store = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with workplace(tmp_path, store=store) as place:
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


def test_an_approved_plan_is_what_is_done_and_a_second_one_is_empty(either: Workplace) -> None:
    """Leavers hold nothing afterwards, joiners are invited, and the next plan has no change."""
    state = either.apply(either.sign(either.plan()))

    assert {c.progressed for c in state.changes if c.change.kind == "leave"} == {"confirmed"}
    assert {c.progressed for c in state.changes if c.change.kind == "join"} == {"pending"}
    left = {c.change.account for c in state.changes if c.change.kind == "leave"}
    assert not [g for g in either.forge.world.grants() if g.subject.id in left]
    assert either.plan().plan.changes == ()


def test_who_accepts_is_given_the_rest_and_read_back(either: Workplace) -> None:
    """After acceptance the membership and every place are read before anybody is told."""
    state = either.apply(either.sign(either.plan()))
    joiner = next(c for c in state.changes if c.change.kind == "join")
    either.forge.world.accept(joiner.change.account)

    news = {f.login: f.news for f in either.follow()}

    assert news[joiner.change.login].startswith("accepted")
    held = {g for g in either.forge.world.grants() if g.subject.id == joiner.change.account}
    assert joiner.change.after <= held
    assert all(n.startswith("pending on") for login, n in news.items() if login != joiner.change.login)


def test_the_journal_verifies_and_history_knows_why(either: Workplace) -> None:
    """Every grant a leaver lost has an end in history, and the chain holds."""
    state = either.apply(either.sign(either.plan()))
    either.plan()
    leaver = next(c for c in state.changes if c.change.kind == "leave")
    store = either.office.desk.store
    organization = state.plan.organization

    assert store.verify().verifies
    rows = list(store.history(organization.id, leaver.change.account))
    assert {r.grant for r in rows} == leaver.change.before
    assert all(r.until is not None for r in rows)
    resource = Resource("organization", organization.id)
    assert any(
        g.resource == resource for g in store.grants_at(organization.id, leaver.steps[0].at or state.started)
    )


def test_a_plan_that_was_edited_and_digested_anew_is_refused(place: Workplace) -> None:
    """Its verdicts are nobody's, however well it is signed."""
    computed = place.plan()
    forged = replace(computed.plan, verdicts=())
    file = planfile.encode(forged)
    forgery = Computed(forged, file, planfile.digest(file), computed.decisions)

    with pytest.raises(PlanRefused, match="not computed with this journal"):
        place.sign(forgery)
    with pytest.raises(PlanRefused, match="not computed with this journal"):
        place.apply(forgery)


def test_trying_out_a_bad_policy_does_not_make_a_limit_forgetful(place: Workplace) -> None:
    """After a policy that held everybody, the usual share of holds is still the true one."""
    usual = next(v for v in place.plan().plan.verdicts if v.guard == "hold-share")
    nobody = replace(place.office.desk.policy, status=StatusTable("status", {"unheard-of": "keep"}))
    held = place.office.desk.under(nobody)
    compute(held, observe(held)).decisions.close()

    again = next(v for v in place.plan().plan.verdicts if v.guard == "hold-share")
    assert again.arithmetic == usual.arithmetic
