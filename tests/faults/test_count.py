"""How many bad inputs there are: a promise with a number is a promise that is counted."""

from collections import Counter

from tests.faults import test_configuration, test_forge, test_journal, test_people, test_plans
from tests.faults.case import Case

PROMISED = 60
CASES: tuple[Case, ...] = (
    *test_people.CASES,
    *test_forge.CASES,
    *test_configuration.CASES,
    *test_configuration.SIMULATIONS,
    *test_plans.CASES,
    *test_journal.CASES,
    test_journal.LOCKED,
)


def test_sixty_and_more_bad_inputs_are_tried() -> None:
    """No two rows are the same case, and every row is counted once."""
    twice = [name for name, times in Counter(case.name for case in CASES).items() if times > 1]
    print(f"{len(CASES)} bad inputs, ending in {len({case.ends for case in CASES})} ways")  # noqa: T201  # the figure

    assert not twice
    assert len(CASES) >= PROMISED


def test_every_exit_code_that_is_a_failure_is_met() -> None:
    """0 and 3 are no failures; each of the others has at least one case."""
    assert {case.code for case in CASES} == {1, 2, 4, 5, 6, 7, 8, 9}
