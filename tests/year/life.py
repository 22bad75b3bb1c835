"""A company that moves through time: who works there on which day, and what the record says of it.

The two are kept apart. `Employee` is the truth, known to nobody but the test;
a `Person` is the row of the record, which tells some of it late, and on bad
days not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.mixture import PLAIN
from seatkeeper.demo.names import Names
from seatkeeper.demo.people import Person
from seatkeeper.demo.staff import OFFICES
from seatkeeper.model.ids import AccountId

ATTRITION = 0.15
AT_MONTH_END = 0.5
SUDDEN = 0.3
"""Leavers whose last day nobody wrote down before: half by status alone, half by a date of that day."""
YEARLY = {"move": 0.10, "on_leave": 0.04, "login": 0.03, "marriage": 0.02, "rehire": 0.01}
"""How many of the people, a year."""
BAD_DAYS = {"late": 12, "missing": 6, "shrunken": 4}
"""Days a year on which the record is wrong at six in the morning; half of them are mended by noon."""
RECORD_ONLY = frozenset({"hired", "end-told", "inactive", "back", "login-told"})
"""What the record learns, whoever still works here; everything else happens to people who do."""
REORGANISATION = (100, 0.20)
SHORTAGE = range(150, 180)
NOBODY = PLAIN._replace(
    inactive=0, ended=0, foreseen=0, leaving_soon=0, last_day=0, contractor=0, joiner=0, invited=0, future=0,
    owners=3, outside=2, gone=10, elsewhere=20, free_seats=0,
)  # fmt: skip


@dataclass
class Employee:
    """The truth of one person: from when to when they work here, and with which account."""

    row: Person
    account: AccountId
    start: date
    end: date | None = None
    dated: bool = False
    told: date | None = None
    rejoins: bool = False

    def works(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


class News(NamedTuple):
    """What happens in the morning of one day beside the record: to the forge, and to the record's quality."""

    renamed: list[tuple[AccountId, str]]
    trouble: str | None
    mended: bool


def founded(seats: int, seed: int) -> Company:
    """A company of so many seats in which nobody is about to come or go."""
    teams, repositories = max(6, min(120, seats // 20)), max(12, min(400, seats // 5))
    return invent(seats, teams, repositories, seed=seed, mixture=NOBODY)


@dataclass
class Life:
    """Deals the fates of a whole span of days when it is made, and lets them happen one day at a time."""

    company: Company
    days: int
    seed: int
    employees: dict[str, Employee] = field(default_factory=dict)
    new_accounts: list[tuple[AccountId, str]] = field(default_factory=list)
    agenda: dict[date, list[tuple[str, str]]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = Random(f"life {self.seed}")
        self.names = Names(self.rng)
        self.names.reserve(*(account.login for account in self.company.accounts))
        self.first = self.company.now.date()
        self.rows = {person.id: person for person in self.company.people}
        self.slugs = [team.slug for team in self.company.teams[2:]]
        roles = self.company.roles
        accounts = {a.login.casefold(): a.id for a in self.company.accounts if roles.get(a.id) == "member"}
        for person in self.company.people:
            login = (person.github_login or "").casefold()
            if person.status == "active" and login in accounts:
                self.employees[person.id] = Employee(person, accounts[login], person.start_date or self.first)
        self.number = 0
        self._deal()

    def today(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def _deal(self) -> None:
        people = sorted(self.employees)
        pool = self.rng.sample(people, len(people))
        share = self.days / 365
        for _ in range(round(len(people) * ATTRITION * share)):
            self._leaves(self.employees[pool.pop()])
            self._joins()
        for what, yearly in YEARLY.items():
            for _ in range(round(len(people) * yearly * share)):
                key = pool.pop() if pool else people[0]
                self._on(self.today(self.rng.randrange(1, self.days)), what, key)
        if self.days > REORGANISATION[0]:
            for key in pool[: int(len(people) * REORGANISATION[1])]:
                self._on(self.today(REORGANISATION[0]), "move", key)
        self.trouble = {
            day: (kind, self.rng.random() < 0.5)
            for kind, count in BAD_DAYS.items()
            for day in self.rng.sample(range(2, self.days), max(1, round(count * share)))
        }

    def _on(self, day: date, what: str, key: str) -> None:
        self.agenda.setdefault(day, []).append((what, key))

    def _leaves(self, who: Employee) -> None:
        days = [self.today(n) for n in range(1, self.days - 3)]
        ends = [day for day in days if (day + timedelta(days=1)).day == 1]
        who.end = self.rng.choice(ends if ends and self.rng.random() < AT_MONTH_END else days)
        if self.rng.random() >= SUDDEN:
            who.dated, who.told = True, who.end - timedelta(days=self.rng.randint(14, 60))
            self._on(max(who.told, self.first), "end-told", who.row.id)
        elif self.rng.random() < 0.5:
            who.dated, who.told = True, who.end
            self._on(who.end, "end-told", who.row.id)
        self._on(who.end + timedelta(days=1), "inactive", who.row.id)

    def _joins(self) -> None:
        """Two in three begin on the first or the fifteenth; the record knows them a week or three before."""
        days = [self.today(n) for n in range(8, self.days - 3)]
        fixed = [day for day in days if day.day in {1, 15}]
        start = self.rng.choice(fixed if fixed and self.rng.random() < 2 / 3 else days)
        self.number += 1
        login, account = self.names.login(), AccountId(str(9_000_000 + self.number))
        self.new_accounts.append((account, login))
        told = max(self.today(1), start - timedelta(days=self.rng.randint(5, 20)))
        row = self._row(f"J{self.number:06}", login, start)
        self.employees[row.id] = Employee(row, account, start)
        self._on(told, "hired", row.id)

    def _row(self, key: str, login: str, start: date) -> Person:
        teams = tuple(sorted(self.rng.sample(self.slugs, min(3, len(self.slugs)))))
        office = self.rng.choice(OFFICES)
        return Person(key, self.names.person(), f"{login.lower()}@acme.example", login, "active", start, None,
                      office, self.rng.choice(("eng", "data")), "boss@acme.example", teams)  # fmt: skip

    def morning(self, number: int) -> News:
        """Let a day begin: the record and the truth move on."""
        day = self.today(number)
        renamed: list[tuple[AccountId, str]] = []
        for what, key in self.agenda.get(day, ()):
            who = self.employees[key]
            if what in RECORD_ONLY or who.works(day):
                renamed += getattr(self, "_" + what.replace("-", "_"))(who, day) or []
        trouble, mended = self.trouble.get(number, (None, False))
        return News(renamed, trouble, mended)

    def _say(self, who: Employee, **what: object) -> None:
        who.row = self.rows[who.row.id] = replace(self.rows.get(who.row.id, who.row), **what)  # type: ignore[arg-type]

    def _hired(self, who: Employee, _day: date) -> None:
        self.rows[who.row.id] = who.row

    def _end_told(self, who: Employee, _day: date) -> None:
        self._say(who, end_date=who.end)

    def _inactive(self, who: Employee, _day: date) -> None:
        self._say(who, status="inactive")

    def _move(self, who: Employee, _day: date) -> None:
        teams = self.rng.sample(self.slugs, min(3, len(self.slugs)))
        self._say(who, team_list=tuple(sorted({*who.row.team_list[:2], *teams[:2]})))

    def _on_leave(self, who: Employee, day: date) -> None:
        """Parental leave: months away, and nothing is to happen."""
        self._say(who, status="on_leave")
        self._on(day + timedelta(days=self.rng.randint(60, 200)), "back", who.row.id)

    def _back(self, who: Employee, day: date) -> None:
        if who.works(day):
            self._say(who, status="active")

    def _marriage(self, who: Employee, _day: date) -> None:
        name = self.names.person()
        self._say(who, name=name, email=f"{name.split()[-1].lower()}.{who.row.id}@acme.example")

    def _login(self, who: Employee, day: date) -> list[tuple[AccountId, str]]:
        """A login is changed on the forge today; the record learns of it some days later."""
        new = self.names.login()
        self._on(day + timedelta(days=self.rng.randint(1, 6)), "login-told", who.row.id)
        self.renamed[who.row.id] = new
        return [(who.account, new)]

    def _login_told(self, who: Employee, _day: date) -> None:
        self._say(who, github_login=self.renamed[who.row.id])

    def _rehire(self, who: Employee, day: date) -> None:
        """Leaves tomorrow by status, and is back under a new key two months later; the old record stays."""
        who.end = day
        self._on(day + timedelta(days=1), "inactive", who.row.id)
        start = day + timedelta(days=60)
        self.number += 1
        row = replace(
            self._row(f"R{self.number:06}", who.row.github_login or "", start), office=who.row.office
        )
        self.employees[row.id] = Employee(row, who.account, start, rejoins=True)
        self._on(start - timedelta(days=5), "hired", row.id)

    def people(self) -> Iterator[Person]:
        """Everybody, as a sound extract of this morning shows them."""
        return iter(self.rows.values())

    def working(self, day: date) -> dict[AccountId, Employee]:
        """Who truly works here that day, by account."""
        return {e.account: e for e in self.employees.values() if e.works(day)}
