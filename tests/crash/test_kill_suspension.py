"""Killed while somebody is suspended, or let in again: one request, one outcome, nothing else touched."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.cli.plans import write_plan
from seatkeeper.demo.stage import CAST, Stage
from seatkeeper.model.plan import Change
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.takings import Selection
from tests.crash.conftest import Nursery, Point
from tests.crash.test_kill import lost_is_known, nothing_lost, nothing_twice, nothing_unjournaled
from tests.workflow.approved import Approved, Prepared, approved, prepare

pytestmark = pytest.mark.slow

POINTS = (
    Point("intent", "after"),
    Point("send", "before"),
    Point("send", "after"),
    Point("outcome", "before"),
)


@pytest.fixture(scope="session")
def on_a_server(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The same company on a server of its own, its plan approved."""
    return prepare(tmp_path_factory.mktemp("server"), server=True)


@pytest.fixture
def story(on_a_server: Prepared, tmp_path: Path) -> Iterator[Approved]:
    """A copy of it in which a process dies."""
    with approved(on_a_server, tmp_path / "copy") as made:
        yield made


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_suspension_that_was_killed_is_gone_on_with(
    story: Approved, nursery: Nursery, point: Point
) -> None:
    """The same command again; the windows know what was lost, whoever looks."""
    change = story.change("leave")
    nursery.kill(story, "apply plan.json", point, change)
    lost = [e.lost for e in story.office.desk.losses(story.plan.organization) if e.account == change.account]
    assert lost == [change.before]

    story.apply()

    nothing_lost(story)
    nothing_twice(story)
    nothing_unjournaled(story)
    lost_is_known(story, change)
    assert story.effects(change.account) == [("suspended", "")]


def lift(story: Approved, change: Change) -> Change:
    """Everything was carried out; a restore of this one leaver is planned and approved."""
    story.apply()
    desk, stage = story.office.desk, Stage(story.folder)
    made = restore(desk, story.plan.organization, Selection(accounts=(change.login,)))
    propose(desk, made.plan, made.digest, stage.key(CAST[0]))
    approve(desk, made.plan, made.digest, stage.key(CAST[1]))
    write_plan(story.folder / "back.json", made.file)
    (back,) = made.plan.changes
    return back


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_lift_that_was_killed_is_gone_on_with(story: Approved, nursery: Nursery, point: Point) -> None:
    """Whoever comes back can sign in, holds what they held, and was let in once."""
    change = story.change("leave")
    back = lift(story, change)
    nursery.kill(story, "apply back.json", point, back)

    assert nursery.type(story, "apply back.json") == 0

    assert story.held(change.account) == change.before
    assert Counter(story.effects(change.account)) == {("suspended", ""): 1, ("unsuspended", ""): 1}
    intents = [e.step for e in story.entries(back, "intent")]
    assert [e.step for e in story.entries(back, "outcome")] == intents
    assert story.office.desk.store.verify().verifies
