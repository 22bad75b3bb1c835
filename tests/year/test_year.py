"""It lives: months of an ordinary company, driven by the schedule alone, judged by what is true.

People join, move, leave on a date or at once, go on leave, come back, change logins and names; the record is
late, missing or shrunken some days; there is a reorganisation and a shortage of seats.
"""

from pathlib import Path

import pytest

from tests.year.drive import Diary, live


def lives(diary: Diary) -> None:
    """Nobody is removed who works there, and nearly everybody comes and goes in time."""
    told = diary.figures()
    assert diary.false_leavers == [], told
    assert len(diary.dated_late) <= 0.01 * diary.dated, told
    assert diary.joined_late == [], told
    assert max(diary.months().values()) <= 2, told
    assert not diary.errors, told


@pytest.mark.slow
def test_five_weeks_of_a_small_company_need_nobody_but_for_the_monthly_signature(tmp_path: Path) -> None:
    """44 seats, a month's end among them, every limit as it came."""
    lives(live(tmp_path, 44, 36))


@pytest.mark.nightly
@pytest.mark.parametrize(("seats", "days"), [(44, 365), (3_500, 365), (100_000, 31)])
def test_a_year_of_a_company(tmp_path: Path, seats: int, days: int) -> None:
    """A month at 100,000 seats. Hours on a slow machine."""
    lives(live(tmp_path, seats, days))
