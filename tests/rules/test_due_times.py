"""A year of due times, with its leap day and both changes of the clocks: each comes exactly when due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from seatkeeper.model.schedule import Work
from seatkeeper.rules.due_times import due_between, next_due

MADRID = "Europe/Madrid"
YEAR = datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def local_times(cron: str, zone: str = MADRID) -> list[datetime]:
    """Every due time of the leap year 2028, as the clock on the wall says it."""
    found = [due.at for due, _ in due_between({"leave": cron}, zone, *YEAR)]
    return [at.astimezone(ZoneInfo(zone)) for at in found]


def test_every_day_of_a_leap_year_has_one_due_time_and_it_is_six_on_the_wall() -> None:
    """Through summer time and back: people look at the wall."""
    times = local_times("0 6 * * *")

    assert len({at.date() for at in times}) == len(times) == 366
    assert {(at.hour, at.minute) for at in times} == {(6, 0)}


def test_an_hour_that_does_not_come_is_due_as_the_clocks_are_put_forward() -> None:
    """The night of 2028-03-26 has no half past two; it is not skipped."""
    (night,) = [at for at in local_times("30 2 * * *") if (at.month, at.day) == (3, 26)]

    assert (night.hour, night.minute) == (3, 0)


def test_an_hour_that_comes_twice_is_due_once() -> None:
    """The night of 2028-10-29 has two half past twos; nothing runs twice."""
    assert len([at for at in local_times("30 2 * * *") if (at.month, at.day) == (10, 29)]) == 1


def test_a_leap_day_comes_when_it_comes() -> None:
    """In four years at most; nothing is made up in between."""
    after = datetime(2026, 3, 1, tzinfo=UTC)

    assert next_due("0 6 29 2 *", "UTC", after) == datetime(2028, 2, 29, 6, tzinfo=UTC)


def test_each_due_time_knows_the_next_one_of_its_own_work() -> None:
    """Twice a day and once a day beside each other."""
    schedule: dict[Work, str] = {"leave": "0 6 * * *", "join": "0 7,13 * * *"}
    since = datetime(2026, 11, 27, tzinfo=UTC)

    told = [
        (due.work, due.at.hour, following - due.at)
        for due, following in due_between(schedule, "UTC", since, since + timedelta(days=1))
    ]

    assert told == [
        ("leave", 6, timedelta(days=1)),
        ("join", 7, timedelta(hours=6)),
        ("join", 13, timedelta(hours=18)),
    ]
