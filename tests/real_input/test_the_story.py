"""The story at its full size, over the wire: what it tells is set against the company and the forge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from seatkeeper.cli.progress import Silent
from seatkeeper.demo.company import USER3, Company
from seatkeeper.demo.old_script import selects, selects_with_the_exception
from seatkeeper.demo.stage import statuses
from seatkeeper.demo.story import play
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant
from seatkeeper.model.plan import Plan

pytestmark = pytest.mark.slow


@dataclass
class Told:
    """The company it was played on, its forge afterwards, what each act found out, and the facts."""

    company: Company
    world: World
    before: frozenset[Grant]
    acts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story, played once."""
    stages: list[Told] = []
    acts: dict[str, Mapping[str, Any]] = {}

    def simulator(company: Company) -> Simulator:
        world = company.world()
        stages.append(Told(company, world, world.grants(), acts))
        return Simulator(world)

    def tell(act: str, found: dict[str, Any]) -> None:
        acts[act] = dict(found)

    facts = play(tmp_path_factory.mktemp("story"), simulator, Silent(), tell)
    (told,) = stages
    told.facts = facts
    return told


def ids(story: Told, logins: frozenset[str] | set[str]) -> set[str]:
    """The accounts of these logins."""
    return {account.id for account in story.company.accounts if account.login in logins}


def test_the_old_mask_selects_3499_of_3500(story: Told) -> None:
    """Everybody but the excepted one; without the exception it selected those who left, and that one."""
    seats, known = statuses(story.company)
    selected = selects_with_the_exception(seats, known, USER3)

    assert (len(seats), len(selected)) == (3500, 3499)
    assert set(seats) - set(selected) == {USER3}
    assert USER3 in selects(seats, known)
    assert (story.facts["accounts"], story.facts["old_script_selects"]) == (3500, 3499)


def test_ours_selects_true_leavers_and_true_joiners_only(story: Told) -> None:
    """Set equality, both ways, and no guard stops it."""
    plan: Plan = story.acts["our plan"]["plan"]
    truth = story.company.truth

    assert {c.login for c in plan.changes if c.kind == "leave"} == truth.leavers
    assert {c.login for c in plan.changes if c.kind == "join"} == set(truth.joiners) - set(truth.waiting)
    assert {c.kind for c in plan.changes} == {"leave", "join"}
    assert plan.tripped == ()
    assert story.facts["leave"] == story.facts["true_leavers"] == len(truth.leavers)
    assert story.facts["join"] == story.facts["true_joiners"]


def test_the_person_without_a_status_is_held_by_name_and_reason(story: Told) -> None:
    """One hold that names the login, the person, the column, and says that a missing value is no evidence."""
    plan: Plan = story.acts["our plan"]["plan"]
    (person,) = [p for p in story.company.people if (p.github_login or "").casefold() == USER3]
    (hold,) = [h for h in plan.holds if h.login == USER3]

    assert person.status is None
    assert (hold.person, hold.name, hold.reason, hold.column) == (
        person.id,
        person.name,
        "missing-status",
        "status",
    )
    assert not [c for c in plan.changes if c.login == USER3]


def test_the_wrong_exception_as_written_loses_nobody(story: Told) -> None:
    """It contradicts the table for everybody active: they are held, and only true leavers are selected."""
    act = story.acts["the wrong exception, as written"]

    assert story.facts["wrong_exception"]["would_lose"] == act["beyond"] == 0
    assert act["selected"] <= len(story.company.truth.leavers)
    assert act["held"] >= 3400


def test_the_wrong_exception_forced_is_the_old_selection_and_trips(story: Told) -> None:
    """With ``over: [active]`` it selects 3,499 of 3,500; the limit names itself and both numbers."""
    act = story.acts["the wrong exception, forced"]
    guards = {verdict.guard: verdict for verdict in act["tripped"]}

    assert act["selected"] == 3499
    beyond = 3499 - len(story.company.truth.leavers)
    assert story.facts["wrong_exception"]["would_lose_forced"] == act["beyond"] == beyond
    assert story.facts["guard_tripped"] in guards
    selection = guards["selection"]
    assert selection.used is not None
    assert (selection.used > 3400, selection.allowed) == (True, 30)
    assert f"{selection.used:,} people of 3,500" in selection.arithmetic
    assert f"{3499 - selection.used:,} more on an end date long known" in selection.arithmetic


def test_the_forge_shows_what_the_run_said(story: Told) -> None:
    """Leavers hold nothing, who accepted is in, the others' invitations wait, the rest is untouched.

    Those of the last act are dealt new grants first, and its own figures tell of them.
    """
    world, truth = story.world, story.company.truth
    left = ids(story, truth.leavers)
    due = ids(story, set(truth.joiners) - set(truth.waiting))
    waiting = {i.account for i in world.pending()} & due
    came = due - waiting
    dealt_anew = {c.change.account for c in story.acts["the wrong run"]["state"].changes}
    after = world.grants()

    assert {g for g in after if g.subject.id not in due | dealt_anew} == {
        g for g in story.before if g.subject.id not in left | dealt_anew
    }
    assert story.facts["restored_equals_before"] is True
    assert {a for a in due if a in world.members} == came
    assert len(came) == len(due) // 2 == story.acts["following"]["accepted"]
    assert story.facts["run"]["confirmed"] > 0
    assert {story.facts["run"][bad] for bad in ("refused", "drifted", "unknown")} == {0}
    assert story.facts["journal_verifies"] is True
