"""An organization that was never seen is shown as it is, and its backlog has a plan of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seatkeeper.errors import PlanRefused
from seatkeeper.model.ids import AccountId
from seatkeeper.rules import planfile
from seatkeeper.rules.render import markdown, to_json
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from tests.workflow.place import ANA, BEN, Workplace, workplace

pytestmark = pytest.mark.slow
GONE = 12


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company nobody has looked at for years: a dozen people left long ago and still have a seat."""
    with workplace(tmp_path) as place:
        place.left_long_ago(GONE)
        yield place


def clearing(place: Workplace) -> Computed:
    """The one plan of the backlog."""
    computed = compute(place.office.desk, observe(place.office.desk), clears=True)
    computed.decisions.close()
    return computed


def losing(computed: Computed) -> set[AccountId]:
    """Who would lose something."""
    return {change.account for change in computed.plan.changes if change.lost}


def test_the_first_plan_shows_what_is_there_and_changes_nothing(place: Workplace) -> None:
    """Linked, orphans, bots, owners, teams that nobody manages, and the leavers that are still there."""
    first = place.plan().plan

    told = first.baseline
    assert first.changes == ()
    assert told is not None
    assert len(told.leavers) >= GONE
    assert told.backlog == told.leavers
    assert set(told.owners) == {
        place.forge.world.accounts[a].login for a, role in place.company.roles.items() if role == "owner"
    }
    assert set(told.unmanaged) == {team.slug for team in place.company.teams}
    assert told.linked <= told.accounts
    assert "seatkeeper plan --backlog" in markdown(first)
    assert isinstance(to_json(first)["baseline"], dict)


def test_the_backlog_waits_for_its_own_plan_and_nobody_else_does(place: Workplace) -> None:
    """A daily plan has nobody of it; the plan of the backlog has nobody else, and asks one approver."""
    place.adopt()
    met = place.office.desk.backlog(place.office.known_organization())

    assert not losing(place.plan()) & met
    own = clearing(place)
    assert own.plan.kind == "backlog"
    waiting = {hold.account for hold in own.plan.holds if hold.reason == "first-seen"}
    assert losing(own) == met - waiting
    assert len(losing(own)) >= GONE
    assert {v.guard: v.ruling for v in own.plan.verdicts}["backlog"] == "asks"
    assert not own.plan.tripped


def test_clearing_the_backlog_leaves_everything_else_as_it_was(place: Workplace) -> None:
    """Orphans, bots, everybody's places and teams stay; and the day's own limits are not used up."""
    place.adopt()
    before, own = place.forge.world.grants(), clearing(place)
    place.apply(place.sign(own))

    gone = {grant.subject.id for change in own.plan.changes for grant in change.lost}
    assert place.forge.world.grants() == {g for g in before if g.subject.id not in gone}
    week = next(v for v in place.plan().plan.verdicts if v.guard == "losses-7d")
    assert week.used == 0


def test_few_leavers_are_no_backlog(tmp_path: Path) -> None:
    """Those whom one approver may allow in a run are in the first ordinary plan."""
    with workplace(tmp_path) as place:
        told = place.plan().plan.baseline
        assert told is not None
        assert len(told.leavers) <= told.ordinary
        assert told.backlog == ()


def test_a_baseline_from_elsewhere_or_a_second_one_is_refused(place: Workplace) -> None:
    """Whoever could enlarge the backlog could take people outside every limit."""
    true = place.plan()
    assert true.plan.baseline is not None
    everybody = tuple(account.id for account in place.company.members())
    forged = replace(true.plan, baseline=true.plan.baseline._replace(leavers=everybody))
    file = planfile.encode(forged)
    with pytest.raises(PlanRefused, match="not computed with this journal"):
        place.sign(Computed(forged, file, planfile.digest(file), true.decisions))

    place.sign(true)
    propose(place.office.desk, true.plan, true.digest, place.stage.key(ANA))
    with pytest.raises(PlanRefused, match="was adopted already"):
        approve(place.office.desk, true.plan, true.digest, place.stage.key(BEN))
    assert "was adopted already" in place.refusals()[-1]
