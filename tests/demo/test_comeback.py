"""The story at full size: a hundred of 3,500 people, removed by a waived wrong run, are back, counted."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.bootstrap import Office, open_office, people_as_of
from seatkeeper.cli.progress import Silent
from seatkeeper.config.load import load
from seatkeeper.demo.comeback import DIRECT, PEOPLE, TEAMS, play_comeback
from seatkeeper.demo.company import invent
from seatkeeper.demo.floor import Write, floor_seconds
from seatkeeper.demo.stage import CAST, TELLING, Stage, starter
from seatkeeper.demo.story import LEAVE, STORY, ordinary
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.model.policy import Policy
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import compute

EACH = 1 + TEAMS + DIRECT
FULL = (3500, 300, 5000)
LATE = timedelta(days=91).total_seconds()
SOON = {"hour": 5, "day": 14, "three_days": 23}
"""How many answer how long after they lost everything, where the restore begins on the same day."""


def adopt(office: Office, stage: Stage) -> None:
    """The baseline, approved."""
    baseline = compute(office.desk, observe(office.desk))
    baseline.decisions.close()
    propose(office.desk, baseline.plan, baseline.digest, stage.key(CAST[0]))
    approve(office.desk, baseline.plan, baseline.digest, stage.key(CAST[1]))


def tell(folder: Path, size: tuple[int, int, int], reinstates: str, *, content: bool) -> dict[str, Any]:
    """Play the act on a company of this size; what it found, with how many places are a maintainer's.

    `reinstates` is what the forge's reinstatement brings back; ``late``: the restore comes after it ended.
    """
    company = invent(*size, mixture=STORY._replace(inactive=0, ended=0, foreseen=0, joiner=0))
    stage = Stage(folder)
    stage.make_keys()
    with Simulator(company.world()) as forge:
        if reinstates != "late":
            forge.world.reinstates = reinstates  # type: ignore[assignment]  # one of its two words
        forge.world.limits.content = content
        told = starter(company, forge.url)
        config = stage.configure("seatkeeper.yaml", told, *TELLING)
        environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}

        def policy_of(rule: str) -> Policy:
            edit = f'leave: {{when: "{rule}", over: ["active"]}}'
            return load(stage.configure("wrong.yaml", told, (LEAVE, edit)), environ).policy()

        with open_office(config, environ, Silent()) as office:
            for days in (8, 1):
                stage.load(company, days)
                source = people_as_of(office, company.now - timedelta(days=days))
                office.desk.store.keep_extract(*source.read())
            stage.load(company, 0)
            adopt(office, stage)
            members = ordinary(company, forge)
            told_acts: dict[str, dict[str, Any]] = {}

            def acts(name: str, told: dict[str, Any]) -> None:
                told_acts[name] = told
                if (name, reinstates) == ("the wrong run", "late"):
                    forge.world.advance(LATE)

            facts = play_comeback(office, stage, forge, members, policy_of, acts)
            plan = told_acts["the restore"]["plan"]
            facts["roles"] = sum(g.role == "maintainer" for c in plan.changes for g in c.gained)
            facts["verifies"] = office.desk.store.verify().verifies
    return facts


@pytest.mark.parametrize(
    ("reinstates", "content"),
    [
        pytest.param("everything", True, marks=pytest.mark.slow),
        pytest.param("everything", False, marks=pytest.mark.nightly),
        pytest.param("role", True, marks=pytest.mark.nightly),
        pytest.param("role", False, marks=pytest.mark.nightly),
        pytest.param("late", True, marks=pytest.mark.nightly),
        pytest.param("late", False, marks=pytest.mark.nightly),
    ],
)
def test_a_hundred_people_are_back_within_the_forges_limits(
    reinstates: str,
    content: bool,  # noqa: FBT001  # a switch of the world
    tmp_path: Path,
) -> None:
    """Pending before acceptance, equal after it, in the writes and the time that the forge's limits allow.

    Inside the window with everything or only the role reinstated, and after it; content limited, and not.
    """
    facts = tell(tmp_path, FULL, reinstates, content=content)
    before, after = facts["before_acceptance"], facts["after_acceptance"]

    assert (before["people"], before["grants"]) == (PEOPLE, PEOPLE * EACH)
    assert (before["confirmed"], before["pending"], before["residue"]) == (0, PEOPLE * EACH, 0)
    assert (after["confirmed"], after["pending"], after["residue"]) == (PEOPLE * EACH, 0, 0)
    assert facts["equal"]
    assert facts["verifies"]
    soon = dict.fromkeys(("hour", "day", "three_days"), 0) if reinstates == "late" else SOON
    assert facts["responses"] == {**soon, "later_or_never": PEOPLE - sum(soon.values())}
    assert facts["notices"]["sent"] >= 3 * PEOPLE
    assert facts["notices"]["untrue"] == 0
    most = PEOPLE if reinstates == "everything" else PEOPLE * (1 + DIRECT) + facts["roles"]
    assert after["writes"] <= most
    for standing in (before, after):
        assert standing["virtual_seconds"] <= 1.1 * standing["floor_seconds"]


def test_the_floor_is_the_pause_and_the_two_windows() -> None:
    """A hundred invitations take 99 s; of 501 told writes the last waits out the hour."""
    mailed, quiet = Write(mails=True), Write(mails=False)
    assert floor_seconds([mailed] * 100, content=True) == 99
    assert floor_seconds([mailed] * 501, content=True) == 3600
    assert floor_seconds([mailed] * 501, content=False) == 500
    assert floor_seconds([quiet] * 501, content=True) == 500
    assert floor_seconds([], content=True) == 0
