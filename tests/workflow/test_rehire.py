"""Who is hired again gets what the rules of today give; what they had before is offered, never given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Task
from tests.workflow.place import Workplace, workplace
from tests.workflow.test_restore import a_wrong_run, archived

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted."""
    with workplace(tmp_path) as place:
        place.adopt()
        yield place


def offered(tasks: tuple[Task, ...]) -> dict[AccountId, Task]:
    """Each account to which its old access is offered."""
    return {task.account: task for task in tasks if task.kind == "earlier-access"}


def test_the_rules_give_todays_access_and_a_person_may_ask_for_the_rest(place: Workplace) -> None:
    """The plan says how many grants there were, when they went, and what to type; it gives none of them."""
    _, _, before = a_wrong_run(place)
    computed = place.plan()
    joins = {change.account: change for change in computed.plan.changes if change.kind == "join"}
    rest = {
        account: {g for g in before if g.subject.id == account} - change.after
        for account, change in joins.items()
    }
    offers = offered(computed.plan.tasks)
    assert offers.keys() == {account for account, grants in rest.items() if grants} != set()
    for account, task in offers.items():
        assert task.told.startswith(f"had {len(rest[account])} more that our runs took")
        assert task.remedy == f"seatkeeper restore --account {task.login}"

    place.apply(place.sign(computed))
    for account in joins:
        place.forge.world.accept(account)
    place.follow()
    assert place.held(joins) == {grant for change in joins.values() for grant in change.after}

    account, task = min(offers.items())
    place.apply(place.sign(place.restore(accounts=(task.login,))))
    assert rest[account] - archived(place, before) <= place.held([account])
    assert offered(place.plan().plan.tasks) == {}, "nobody joins any more"


def test_whoever_never_was_here_is_offered_nothing(place: Workplace) -> None:
    """The first plan's joiners have no past."""
    plan = place.plan().plan
    assert place.logins(plan, "join")
    assert offered(plan.tasks) == {}
