"""The people of the company, and what has happened to each: who left, who joins, whose record is odd."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from seatkeeper.demo.names import Names
from seatkeeper.demo.people import Person, Record

OFFICES = (
    "Europe/Madrid",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
)
DEPARTMENTS = ("eng", "data", "product", "design", "support")
DEPARTMENT_WEIGHTS = (55, 15, 12, 8, 10)
ELSEWHERE = ("sales", "legal", "finance", "people")

NBSP = "\u00a0"

HELD = {
    "missing-status": "missing-status",
    "blank-status": "missing-status",
    "unforeseen-status": "unforeseen-status",
    "contradicted": "table-contradicts",
    "ambiguous": "ambiguous",
    "first-seen": "first-seen",
}
"""The fates that nobody may be removed for, and the reason a decision gives for holding them."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What day it is, and where."""

    now: datetime

    def today(self, office: str) -> date:
        """The date in an office at this moment."""
        return self.now.astimezone(ZoneInfo(office)).date()

    def days(self, person: Person, days: int) -> date:
        """The date so many days from today, where the person works."""
        return self.today(person.office or "UTC") + timedelta(days=days)


class Staff:
    """Hires people: each gets a key, a name, an address and an office."""

    def __init__(self, rng: Random, names: Names, calendar: Calendar) -> None:
        self._rng = rng
        self._names = names
        self._hired = 0
        self.calendar = calendar
        self.managers = [f"{names.login().lower()}@acme.example" for _ in range(12)]

    def hire(self, login: str | None, department: str) -> Person:
        """An active person with this login; the record writes one login in twelve in another case."""
        self._hired += 1
        written = login
        if login is not None and self._rng.random() < 1 / 12:
            written = login.swapcase()
        address = login or self._names.login()
        office = self._rng.choice(OFFICES)
        started = self.calendar.today(office) - timedelta(days=self._rng.randint(40, 4000))
        return Person(
            id=f"E{10_000 + 7 * self._hired}",
            name=self._names.person(),
            email=f"{address.lower()}@acme.example",
            github_login=written,
            status="active",
            start_date=started,
            end_date=None,
            office=office,
            department=department,
            manager_email=self._rng.choice(self.managers),
        )

    def department(self) -> str:
        """A department that uses the forge."""
        return self._rng.choices(DEPARTMENTS, DEPARTMENT_WEIGHTS)[0]

    def records(self, fate: str, person: Person) -> list[Record]:
        """The person's rows once this has happened to them."""
        return _FATES[fate](person, self.calendar, self._rng)


Fate = Callable[[Person, Calendar, Random], list[Record]]


def _ordinary(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(person)]


def _inactive(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, status="inactive"), changed=2, before=person)]


def _first_seen(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, status="inactive"), changed=1, before=person)]


def _ended(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    end = calendar.days(person, -rng.randint(1, 3))
    return [Record(replace(person, end_date=end), changed=1, before=person)]


def _foreseen(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    end = calendar.days(person, -rng.randint(1, 3))
    return [Record(replace(person, end_date=end), changed=30, before=person)]


def _last_day(person: Person, calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, end_date=calendar.days(person, 0)), changed=30, before=person)]


def _leaving_soon(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    return [Record(replace(person, end_date=calendar.days(person, rng.randint(1, 60))))]


def _contractor(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    end = calendar.days(person, rng.randint(20, 300))
    return [Record(replace(person, id="C" + person.id[1:], end_date=end))]


def _on_leave(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, status="on_leave"))]


def _missing_status(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, status=None))]


def _blank_status(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, status=NBSP))]


def _unforeseen_status(person: Person, _calendar: Calendar, rng: Random) -> list[Record]:
    return [Record(replace(person, status=rng.choice(("parental_leave", "garden_leave", "suspended"))))]


def _contradicted(person: Person, calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(replace(person, status="on_leave", end_date=calendar.days(person, -5)))]


def _ambiguous(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    """Two active records share the address that the account shows, and neither says a login."""
    one = replace(person, github_login=None)
    other = replace(one, id="X" + person.id[1:], name=f"{person.name} (second record)")
    return [Record(one), Record(other)]


def _rehired(person: Person, calendar: Calendar, _rng: Random) -> list[Record]:
    """Left once and came back under a new key; the old record stays, ended."""
    ended = calendar.days(person, -700)
    old = replace(
        person,
        id="F" + person.id[1:],
        status="inactive",
        start_date=calendar.days(person, -900),
        end_date=ended,
    )
    return [Record(old), Record(replace(person, start_date=calendar.days(person, -30)))]


def _vanished(person: Person, _calendar: Calendar, _rng: Random) -> list[Record]:
    return [Record(None, changed=1, before=person)]


def _joiner(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    started = replace(person, start_date=calendar.days(person, -rng.randint(0, 3)))
    return [Record(started, changed=5, before=None)]


def _future(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    return [
        Record(replace(person, start_date=calendar.days(person, rng.randint(2, 60))), changed=5, before=None)
    ]


def _gone(person: Person, calendar: Calendar, rng: Random) -> list[Record]:
    """Left long ago, and the forge knows it."""
    end = calendar.days(person, -rng.randint(30, 900))
    start = end - timedelta(days=rng.randint(100, 2000))
    return [Record(replace(person, status="inactive", start_date=start, end_date=end))]


_FATES: Mapping[str, Fate] = {
    "ordinary": _ordinary,
    "inactive": _inactive,
    "ended": _ended,
    "foreseen": _foreseen,
    "first-seen": _first_seen,
    "last-day": _last_day,
    "leaving-soon": _leaving_soon,
    "contractor": _contractor,
    "on-leave": _on_leave,
    "missing-status": _missing_status,
    "blank-status": _blank_status,
    "unforeseen-status": _unforeseen_status,
    "contradicted": _contradicted,
    "ambiguous": _ambiguous,
    "rehired": _rehired,
    "vanished": _vanished,
    "joiner": _joiner,
    "invited": _joiner,
    "future": _future,
    "gone": _gone,
}
