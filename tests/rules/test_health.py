"""A source that shrank too much is not believed when it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.model.limits import Limits
from seatkeeper.rules.health import health


@pytest.mark.parametrize(
    ("rows", "earlier", "healthy"),
    [
        (3_500, [3_500], True),
        (3_326, [3_500], True),
        (3_325, [3_500], False),
        (1_750, [3_500, 3_501, 3_499], False),
        (9_000, [3_500], True),
        (18, [20], True),
        (17, [20], False),
        (0, [1], False),
        (0, [], False),
        (3_500, [], True),
        (95, [100, 100, 10], False),
        (98, [100, 101], True),
    ],
)
def test_a_fall_of_a_twentieth_and_three_rows_is_a_problem(
    rows: int, earlier: list[int], *, healthy: bool
) -> None:
    """5 % and at least 3 rows below the median: no leaves."""
    assert (health(rows, earlier).problem is None) == healthy


def test_the_problem_shows_its_arithmetic() -> None:
    """Median, how many extracts, how many fewer, the share, the limit."""
    assert health(1_750, [3_500, 3_400, 3_600]).problem == (
        "the source fell to 1750 rows from a median of 3500 over 3 extracts: 1750 fewer, 50.0%; "
        "no leaves from a fall of 5% and at least 3"
    )


def test_without_earlier_extracts_there_is_no_median() -> None:
    """Nothing to compare with is said, not invented."""
    assert health(10, []).median_rows is None


def test_one_bad_extract_does_not_become_the_norm() -> None:
    """The median stays where most extracts were."""
    assert health(1_700, [3_500, 3_500, 1_750, 3_500]).problem is not None


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), max_size=9))
def test_fewer_rows_are_never_healthier(rows: int, earlier: list[int]) -> None:
    """If a count is a problem, so is every smaller one."""
    if health(rows, earlier).problem is not None and rows > 0:
        assert health(rows - 1, earlier).problem is not None


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_a_limit_of_nothing_lets_no_fall_through(rows: int, earlier: list[int]) -> None:
    """0 means none: with both limits at 0 any fall at all is a problem, and no rise is."""
    found = health(rows, earlier, Limits(shrink_share=0.0, shrink_rows=0))
    assert found.median_rows is not None
    assert (found.problem is not None) == (rows < found.median_rows)
