from datetime import timedelta

import pytest

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.run import LossEvent
from seatkeeper.rules.windows import DAY, WEEK, losers_on, lost_within
from tests.rules.plan_builder import NOW, Acme


def losses(acme: Acme) -> list[LossEvent]:
    return acme.losses


@pytest.mark.parametrize(
    ("ago", "counted"),
    [
        (timedelta(0), True),
        (timedelta(hours=23, minutes=59), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(hours=-1), True),
    ],
)
def test_the_edge_of_a_window(ago: timedelta, counted: bool) -> None:  # noqa: FBT001  # a table
    """Exactly a day ago still counts; a second more does not; a loss ahead of the clock does."""
    acme = Acme(1).lost("ana", ago)
    assert bool(lost_within(losses(acme), NOW, DAY, foreseen=False)) is counted


def test_a_person_counts_once_however_often() -> None:
    """Three losses of one person are one person."""
    acme = Acme(1)
    for hours in (1, 2, 3):
        acme.lost("ana", timedelta(hours=hours))
    assert lost_within(losses(acme), NOW, DAY, foreseen=False) == {"id-ana"}


def test_the_budgets_don_t_mix() -> None:
    """A foreseen loss is not in the window of the others."""
    acme = Acme(1).lost("ana", timedelta(hours=1), foreseen=True).lost("bo", timedelta(hours=1))
    assert lost_within(losses(acme), NOW, DAY, foreseen=True) == {"id-ana"}
    assert lost_within(losses(acme), NOW, DAY, foreseen=False) == {"id-bo"}


def test_those_with_a_budget_of_their_own_are_left_out() -> None:
    """The backlog met at adoption uses up nobody's window."""
    acme = Acme(1).lost("ana", timedelta(hours=1))
    assert lost_within(losses(acme), NOW, WEEK, foreseen=False, without={AccountId("id-ana")}) == frozenset()


def test_a_team_knows_who_lost_their_place_in_it() -> None:
    """Only grants on that very team count."""
    acme = Acme(1).lost("ana", timedelta(days=6), team="web").lost("bo", timedelta(days=6))
    assert losers_on(losses(acme), NOW, WEEK)[Resource("team", "t-web")] == {"id-ana"}
    assert losers_on(losses(acme), NOW, DAY) == {}
