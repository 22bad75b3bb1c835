"""Who answered when, in the columns of the story."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.model.ids import AccountId
from seatkeeper.rules.responses import Columns, Response, columns

ASKED = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def after(hours: float | None) -> Response:
    return Response(AccountId("1"), ASKED, None if hours is None else ASKED + timedelta(hours=hours))


def test_the_story_of_a_hundred_5_answered_within_the_hour_and_58_after_three_days_or_never() -> None:
    """As it was told."""
    hours: list[float | None] = [0.5] * 5 + [5.0] * 14 + [40.0] * 23 + [80.0] * 40 + [None] * 18

    assert columns(after(h) for h in hours) == Columns(5, 14, 23, 58)


def test_each_border_belongs_to_the_earlier_column() -> None:
    """An hour is within an hour."""
    assert columns(after(h) for h in (0, 1, 24, 72)) == Columns(2, 1, 1, 0)


@given(st.lists(st.none() | st.floats(-10, 1000)))
def test_everybody_stands_in_exactly_one_column(hours: list[float | None]) -> None:
    """Whatever the times, they add up to the people asked."""
    assert sum(columns(after(h) for h in hours)) == len(hours)
