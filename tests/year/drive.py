"""Drives the real verbs through a company's life, by the schedule that `init` writes, in virtual time.

Two invented people step in where the product asks for them, and each time is
written down: what they are asked for is what the year is judged by.
"""

import copy
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from seatkeeper.bootstrap import open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.demo.people import Person
from seatkeeper.demo.people_db import write_database
from seatkeeper.demo.stage import Stage, starter
from seatkeeper.errors import SeatkeeperError
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.model.ids import AccountId
from seatkeeper.model.schedule import Work
from seatkeeper.workflow.standing import STANDS
from tests.workflow.place import Workplace
from tests.year.life import SHORTAGE, Life, founded

OFFICE = ZoneInfo("Europe/Madrid")
CYCLES: tuple[tuple[int, Work], ...] = ((6, "leave"), (7, "join"), (13, "join"))
PATIENCE = timedelta(days=7)
APPLY = ("apply: {leave: propose, join: propose", "apply: {leave: apply, join: apply")
FRESH = ("    columns:", '    fresh: {query: "SELECT max(loaded_at) FROM loads", within: 26h}\n    columns:')


@dataclass
class Diary:
    """What came of it: figures of the whole span, and every intervention with its month and its reason."""

    days: int = 0
    seats: int = 0
    dated: int = 0
    dated_late: list[str] = field(default_factory=list)
    sudden: int = 0
    sudden_hours: list[float] = field(default_factory=list)
    joiners: int = 0
    joined_late: list[str] = field(default_factory=list)
    waited_for_a_seat: int = 0
    false_leavers: list[str] = field(default_factory=list)
    interventions: list[tuple[date, str]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0

    def months(self) -> Counter[str]:
        """How often a person was asked, by month."""
        return Counter(f"{day:%Y-%m}" for day, _ in self.interventions)

    def figures(self) -> dict[str, object]:
        """The whole, for reading."""
        within = 100 * (1 - len(self.dated_late) / max(1, self.dated))
        ordered = sorted(self.sudden_hours)
        return {
            "days": self.days,
            "seats": self.seats,
            "dated leavers": self.dated,
            "gone within 24 h, %": round(within, 2),
            "late": self.dated_late,
            "sudden leavers": self.sudden,
            "sudden: hours, median and most": (ordered[len(ordered) // 2], ordered[-1]) if ordered else None,
            "joiners": self.joiners,
            "not in within one cycle": self.joined_late,
            "waited for a seat": self.waited_for_a_seat,
            "false leavers": self.false_leavers,
            "interventions by month": dict(self.months()),
            "interventions": [f"{day} {why}" for day, why in self.interventions],
            "errors": dict(self.errors),
            "cpu seconds": round(self.cpu),
        }


@dataclass
class Year:
    """One company on its way through time."""

    place: Workplace
    life: Life
    diary: Diary
    gone: dict[AccountId, datetime] = field(default_factory=dict)
    invited: dict[AccountId, datetime] = field(default_factory=dict)
    stood: datetime | None = None
    effects: int = 0

    def day(self, number: int) -> None:
        """Morning to evening."""
        today = self.life.today(number)
        news = self.life.morning(number)
        world = self.place.forge.world
        with world.lock:
            for account, login in news.renamed:
                world.rename(account, login)
            if number == SHORTAGE.start:
                world.seats_bought = world.seats_taken()
            elif number == SHORTAGE.stop:
                world.seats_bought = round(self.life.company.seats_bought * 1.1) + 5
        for hour, work in CYCLES:
            self._until(today, hour)
            if hour == 6 or (hour == 13 and news.mended):
                self._load(news.trouble if hour == 6 else None)
            self._stand()
            self._cycle(work, today)
            self._follow()
            self._look()
        self.diary.days += 1

    def _until(self, day: date, hour: int) -> None:
        due = datetime(day.year, day.month, day.day, hour, tzinfo=OFFICE)
        world = self.place.forge.world
        world.advance(max(0.0, (due - world.now()).total_seconds()))

    def _load(self, trouble: str | None) -> None:
        if trouble == "late":
            return
        people: Sequence[Person] = list(self.life.people())
        if trouble == "missing":
            people = []
        elif trouble == "shrunken":
            people = [p for n, p in enumerate(people) if n % 12]
        write_people(self.place.stage, people, self.place.forge.world.now())

    def _stand(self) -> None:
        """The one thing that a person does every month."""
        now = self.place.forge.world.now()
        if self.stood is None or now >= self.stood + STANDS - timedelta(hours=12):
            self.place.stand()
            self.diary.interventions.append((now.date(), "the standing approval is renewed"))
            self.stood = now

    def _cycle(self, work: Work, today: date) -> None:
        try:
            done = self.place.scheduled(work)
        except SeatkeeperError as error:
            self.diary.errors[f"{error.name}: {error.what[:60]}"] += 1
            return
        if not done.why or done.computed is None:
            return
        self.diary.interventions.append((today, f"{work}: {done.why[0][:160]}"))
        try:
            self.place.apply(self.place.sign(self.place.plan()))
        except SeatkeeperError as error:
            self.diary.errors[f"by hand, {error.name}: {error.what[:60]}"] += 1

    def _follow(self) -> None:
        try:
            self.place.follow()
        except SeatkeeperError as error:
            self.diary.errors[f"follow, {error.name}: {error.what[:60]}"] += 1

    def _look(self) -> None:
        """What truly happened since, judged by the truth; whoever was asked in accepts before the evening."""
        world = self.place.forge.world
        with world.lock:
            effects = world.log.effects[self.effects :]
            self.effects = len(world.log.effects)
            working = self.life.working(world.now().date() - timedelta(days=1))
            for effect in effects:
                account = AccountId(effect.account)
                if effect.kind == "member-removed":
                    self.gone[account] = effect.at
                    who = working.get(account)
                    if who is not None and (who.end is None or effect.at.date() <= who.end):
                        self.diary.false_leavers.append(f"{effect.at.date()} {who.row.id}")
                elif effect.kind == "invitation":
                    self.invited[account] = effect.at
            for record in world.pending():
                if record.account is not None:
                    world.accept(record.account)

    def judged(self) -> Diary:
        """The diary so far, with who left and joined when they should have."""
        kept, self.diary = self.diary, copy.deepcopy(self.diary)
        try:
            self._judge()
            return self.diary
        finally:
            self.diary = kept

    def _judge(self) -> None:
        for who in self.life.employees.values():
            if who.end is not None and who.end < self.life.today(self.diary.days - 2):
                self._judge_leaver(who.row.id)
            if who.row.id[0] in "JR" and who.start < self.life.today(self.diary.days - 2):
                self._judge_joiner(who.row.id)

    def _judge_leaver(self, key: str) -> None:
        who = self.life.employees[key]
        assert who.end is not None
        over = datetime.combine(
            who.end + timedelta(days=1), datetime.min.time(), ZoneInfo(who.row.office or "UTC")
        )
        gone = self.gone.get(who.account)
        hours = (gone - over).total_seconds() / 3600 if gone is not None else float("inf")
        if who.dated:
            self.diary.dated += 1
            if hours > 24:
                self.diary.dated_late.append(f"{who.end} {key}: {hours:.0f} h")
        else:
            self.diary.sudden += 1
            self.diary.sudden_hours.append(round(hours, 1))

    def _judge_joiner(self, key: str) -> None:
        who = self.life.employees[key]
        zone = ZoneInfo(who.row.office or "UTC")
        begins = datetime.combine(who.start, datetime.min.time(), zone)
        asked = self.invited.get(who.account)
        self.diary.joiners += 1
        cycle = timedelta(hours=18.1)  # from 13:00 to 7:00, the longest wait for the next due time
        if asked is None or asked > begins + cycle:
            short = who.start - self.life.first in {
                timedelta(days=n) for n in range(SHORTAGE.start, SHORTAGE.stop)
            }
            if short:
                self.diary.waited_for_a_seat += 1
            else:
                self.diary.joined_late.append(f"{who.start} {key}: {asked}")


def write_people(stage: Stage, people: Sequence[Person], now: datetime) -> None:
    """The record of this morning; the view over it stays."""
    with closing(sqlite3.connect(stage.database)) as database, database:
        database.execute("DROP VIEW IF EXISTS staff")
    write_database(f"sqlite:///{stage.database}", people, now - timedelta(hours=2))
    with closing(sqlite3.connect(stage.database)) as database, database:
        database.execute(VIEW)


VIEW = """
CREATE VIEW staff AS SELECT id, name, email, github_login AS username, status, start_date, end_date, office,
department, team_list FROM people
"""


def live(
    folder: Path, seats: int, days: int, seed: int = 1, watch: Callable[[Diary], None] = lambda _diary: None
) -> Diary:
    """Let a company of so many seats live for so many days; what came of it. `watch` is shown each month."""
    company = founded(seats, seed)
    stage = Stage(folder)
    stage.make_keys()
    life = Life(company, days, seed)
    world = company.world()
    world.seats_bought = round(seats * 1.1) + 5
    for account, login in life.new_accounts:
        world.account(login, id=account)
    started = time.process_time()
    with Simulator(world) as forge:
        told = replace(starter(company, forge.url), keep=("active", "on_leave", "contractor"))
        config = stage.configure("seatkeeper.yaml", told, APPLY, FRESH)
        environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
        with open_office(config, environ, Silent()) as office:
            life.morning(0)
            write_people(stage, list(life.people()), world.now())
            place = Workplace(forge, stage, config, environ, office, company)
            place.commit()
            place.adopt()
            year = Year(place, life, Diary(seats=seats))
            for number in range(1, days):
                year.day(number)
                year.diary.cpu = time.process_time() - started
                if number % 30 == 0:
                    watch(year.judged())
            assert office.desk.store.verify().verifies
    return year.judged()
