"""What a restore still takes is told again as it goes; until when the forge reinstates, from the removal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from seatkeeper.cli.returns import restore_dict, show_accounting
from seatkeeper.cli.runs import run_dict, show_run
from seatkeeper.model.ids import RunId
from seatkeeper.model.plan import Estimate
from seatkeeper.rules.render import markdown
from seatkeeper.workflow.accounting import account, still_takes
from seatkeeper.workflow.history import Asked, history
from seatkeeper.workflow.runs import RunState, load_run
from tests.restoring.conftest import Small

DAY = timedelta(days=1)


def state_of(small: Small, run: RunId) -> RunState:
    """The run as the journal tells it."""
    state = load_run(small.store, run)
    assert state is not None
    return state


def still(small: Small, run: RunId) -> Estimate | None:
    """What it still takes."""
    return still_takes(small.desk, state_of(small, run))


@pytest.mark.parametrize("reinstates", ["everything", "role"])
def test_the_estimate_is_told_again_as_it_goes_and_is_kept(small: Small, reinstates: str) -> None:
    """Three invitations a day: what is sent after each estimate is its least or its most."""
    world, told, sent = small.forge.world, [], []
    world.reinstates = reinstates  # type: ignore[assignment]  # one of its two words
    taken = small.take(small.people)
    small.forge.capabilities = replace(small.forge.capabilities, invitations_per_day=3)
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    for _ in range(4):
        told.append(still(small, run.id))
        sent.append(len(small.forge.writes))
        for one in world.pending():
            world.accept(one.id)
        world.advance(DAY.total_seconds() + 60)
        small.follow()

    waits = [(e.invitations, e.left_today, e.days) for e in told if e]
    assert waits == [(7, 0, 3), (4, 0, 2), (1, 0, 1), (0, 2, 0)]
    assert [e.least_writes for e in told if e] == [7, 4, 1, 0]
    most = [e.most_writes for e in told if e]
    assert most == [7 + 20 + 1, 4 + 2 * 7, 1 + 2 * 4, 2]
    whole = reinstates == "everything"
    for before, estimate in zip(sent, told, strict=True):
        assert estimate is not None
        after = len(small.forge.writes) - before
        assert after == (estimate.least_writes if whole else estimate.most_writes)
    assert still(small, run.id) is None
    assert small.accounting(run.id).amounts()["confirmed"] == 50


def test_a_forge_that_sent_fewer_than_it_publishes_is_believed_in_the_estimate(small: Small) -> None:
    """Its word about today is what the days are counted with."""
    small.forge.world.invitations_per_day = 4
    taken = small.take(small.people)
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    estimate = still(small, run.id)

    assert estimate is not None
    assert (estimate.invitations, estimate.left_today, estimate.days) == (6, 0, 2)


def test_the_estimate_stands_beside_the_sum_on_screen_and_in_json(small: Small) -> None:
    """Status, apply and follow show these two."""
    taken = small.take(small.people)
    run = small.carry_out(small.restore(runs=(taken.id,)).plan)
    estimate, console = still(small, run.id), Console(record=True, width=120)
    show_accounting(console, account(state_of(small, run.id)), estimate)
    shown = console.export_text()

    assert "0 confirmed + 50 pending + 0 residue = 50 grants" in shown
    assert "0 writes where the forge reinstates everything, 21 where only the role: no time to 1 min" in shown
    facts = restore_dict(state_of(small, run.id), estimate)["still_takes"]
    assert isinstance(facts, dict)
    assert (facts["least_writes"], facts["most_writes"], facts["acceptance_days"]) == (0, 21, 7)


def test_until_when_the_forge_reinstates_is_shown_from_the_day_of_removal(small: Small) -> None:
    """In status, in history, and before the run in what the plan says."""
    plan = small.removal(small.people[:2])
    assert "For 90 days from the day of removal the forge reinstates 2 people" in markdown(plan)
    began = small.clock.now()
    taken = small.carry_out(plan)
    small.clock.sleep(DAY.total_seconds())
    small.observe()
    deadline = began + timedelta(days=90)

    for change in taken.changes:
        assert change.reinstated_until is not None
        assert deadline <= change.reinstated_until <= deadline + timedelta(minutes=5)
    first = min(c.reinstated_until for c in taken.changes if c.reinstated_until)
    assert run_dict(taken)["reinstated_until"] == first.isoformat()
    console = Console(record=True, width=200)
    show_run(console, taken)
    assert f"reinstates whom this run removed until {first:%Y-%m-%d %H:%M} UTC" in console.export_text()
    lines = history(small.desk, small.forge.organization(), Asked(account="m1"))
    (gone,) = [line for line in lines if line.resource.kind == "organization"]
    assert gone.taken is not None
    assert gone.taken.reinstated_until == taken.changes[1].reinstated_until
    assert gone.note == f"the forge reinstates until {gone.taken.reinstated_until:%Y-%m-%d %H:%M} UTC"


def test_where_the_forge_remembers_nobody_no_deadline_is_shown(small: Small) -> None:
    """Accounts that an enterprise owns are added anew, whoever they were."""
    small.forge.capabilities = replace(small.forge.capabilities, reinstate_days=None)
    plan = small.removal(small.people[:1])
    taken = small.carry_out(plan)

    assert "reinstates" not in markdown(plan)
    assert run_dict(taken)["reinstated_until"] is None
