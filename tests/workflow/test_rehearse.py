"""A rehearsal shows what a plan and its restore would do, on a model, and reaches nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from seatkeeper.bootstrap import open_rehearsal
from seatkeeper.cli.rehearse import command
from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.model.plan import Plan
from seatkeeper.workflow.picture import picture
from seatkeeper.workflow.rehearse import Rehearsed, drill, rehearse
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.takings import Selection
from tests.workflow.place import Workplace, workplace

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted."""
    with workplace(tmp_path) as place:
        place.adopt()
        yield place


def rehearsed(place: Workplace, plan: Plan) -> Rehearsed:
    desk = place.office.desk
    return rehearse(desk, plan.organization, plan, lambda seen: open_rehearsal(desk, seen))


def test_what_a_plan_takes_comes_back_grant_for_grant_on_the_model(place: Workplace) -> None:
    """Taken, restored and residue add up, and the model ends as it began, joiners aside."""
    plan = place.plan().plan
    lost = {grant for change in plan.changes for grant in change.lost}
    shown = rehearsed(place, plan)

    assert lost
    assert (shown.taken, shown.back, shown.residue) == (len(lost), len(lost), ())
    assert shown.same
    assert shown.carried.people == len(plan.changes)
    assert shown.carried.waiting == ()
    assert shown.carried.results["confirmed"] == sum(len(c.steps) for c in plan.changes)
    assert shown.restored is not None
    assert shown.restored.people == len({grant.subject for grant in lost})
    assert shown.restored.writes >= shown.restored.people
    assert shown.restored.seconds > 0
    assert "model" in shown.model


def test_nothing_of_it_reaches_the_real_forge_or_the_real_journal(place: Workplace) -> None:
    """Not one request more at the real front, and not one byte more in the journal."""
    plan = place.plan().plan
    requests = len(place.forge.world.log.requests)
    before, head = place.forge.world.grants(), place.office.desk.store.head()
    with place.reopened() as again:
        shown = rehearsed(again, plan)

        assert shown.carried.writes > 0
        assert "reader" not in vars(again.office.desk)
        assert "writer" not in vars(again.office)
        assert again.office.desk.store.head() == head
    assert len(place.forge.world.log.requests) == requests
    assert place.forge.world.grants() == before


def test_the_model_is_given_no_address_and_no_credential_of_the_real_forge(place: Workplace) -> None:
    """Its desk answers at another address, with tokens that the real one has never seen."""
    computed = place.plan()
    desk = place.office.desk
    seen = picture(desk, computed.plan.organization, computed.plan)
    with open_rehearsal(desk, seen) as model:
        assert model.simulator.url != place.forge.url
        tokens = {model.simulator.read_token, model.simulator.write_token}
        assert tokens.isdisjoint(place.forge.world.credentials.tokens)
        assert model.desk.store is not desk.store
        assert model.grants() == place.forge.world.grants()


def test_a_model_is_gone_without_a_trace(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal lay in a folder of its own."""
    plan = place.plan().plan
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    rehearsed(place, plan)

    assert list(scratch.iterdir()) == []


def test_a_pin_that_keeps_somebody_out_is_residue_with_its_reason(place: Workplace) -> None:
    """What could not be given back is counted by name, and the model says that it ended otherwise."""
    plan = place.plan().plan
    leaver = next(change for change in plan.changes if change.kind == "leave")
    text = place.config.read_text().replace(
        "  pins: []",
        f"  pins: [{{account: {leaver.login}, pin: out, owner: ana@acme.example, reason: blocked, "
        "until: 2030-01-31}]",
    )
    place.config.write_text(text)
    with place.reopened() as again:
        shown = rehearsed(again, plan)

    assert shown.taken == shown.back + len(shown.residue)
    assert {missing.login for missing in shown.residue} == {leaver.login}
    assert len(shown.residue) == len(leaver.lost)
    assert all("blocked" in missing.why for missing in shown.residue)
    assert not shown.same


def test_the_removals_of_the_last_month_are_drilled(place: Workplace) -> None:
    """Everything that runs took is taken and given back on the model, as if it were today."""
    with pytest.raises(NotCovered, match="No run took anything in the last 30 days"):
        drill(
            place.office.desk,
            place.office.desk.reader.organization(),
            30,
            lambda s: open_rehearsal(place.office.desk, s),
        )
    state = place.apply(place.sign(place.plan()))
    place.plan()
    lost = {g for c in state.changes for g in c.change.lost}
    desk = place.office.desk
    shown = drill(desk, state.plan.organization, 30, lambda seen: open_rehearsal(desk, seen))

    assert (shown.taken, shown.back) == (len(lost), len(lost))
    assert shown.same


def test_without_a_whole_observation_there_is_no_model(tmp_path: Path) -> None:
    """A model of half an organization would promise what nobody knows."""
    with workplace(tmp_path) as place:
        plan = place.plan().plan
        store, organization = place.office.desk.store, plan.organization
        entries = list(store.entries(kinds={"observation"}))
        store.erase([entry.seq for entry in entries], place.office.desk.clock.now(), "ana", "test")
        with pytest.raises(NotCovered, match="never seen whole"):
            picture(place.office.desk, organization, plan)


def test_the_command_tells_what_would_come_back(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a person and for a machine; and it says that it is a model."""
    file = place.config.parent / "plan.json"
    file.write_bytes(place.plan().file)
    for name, value in place.environ.items():
        monkeypatch.setenv(name, value)
    arguments = ["-c", str(place.config), str(file)]
    told = CliRunner().invoke(command, arguments, catch_exceptions=False)
    facts = json.loads(CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False).output)

    assert told.exit_code == 0
    assert "This is a model of the forge, not the forge" in told.output
    assert (
        f"Of {facts['taken']:,} grants taken {facts['back']:,} would come back; 0 would not." in told.output
    )
    assert facts["same"] is True
    assert facts["restored"]["writes"] > 0
    with pytest.raises(UsageError, match="and not both"):
        CliRunner().invoke(command, ["-c", str(place.config)], catch_exceptions=False)


def test_a_restore_is_rehearsed_as_any_plan(place: Workplace) -> None:
    """Whoever would come back comes back on the model, reinstated by a forge that gives the role alone."""
    state = place.apply(place.sign(place.plan()))
    place.plan()
    lost = {grant for change in state.changes for grant in change.change.lost}
    requests = len(place.forge.world.log.writes())
    named = tuple(change.change.login for change in state.changes if change.change.lost)
    chosen = Selection(runs=(state.id,), accounts=named)
    made = restore(place.office.desk, state.plan.organization, chosen)
    shown = rehearsed(place, made.plan)

    assert any(step.action == "reinstate" for change in made.plan.changes for step in change.steps)
    assert (shown.kind, shown.taken, shown.restored) == ("restore", 0, None)
    assert shown.carried.people == len({grant.subject for grant in lost})
    assert shown.carried.writes >= shown.carried.people
    assert shown.carried.waiting == ()
    assert shown.same
    assert len(place.forge.world.log.writes()) == requests
