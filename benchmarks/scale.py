"""What a day costs at 100,000 people, a million grants and a year of spans: observe, decide, plan.

The forge is a reader that hands over a snapshot made beforehand, the people
come out of a real SQLite, the journal and the spans are real. Set-up has a
process of its own, so that neither its time nor its memory is counted.
Prints one JSON object a line: name, value, unit, limit, ok.
"""

import argparse
import cProfile
import dataclasses
import gc
import json
import pstats
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from benchmarks import spans
from seatkeeper.bootstrap import COLLECT_SELDOM
from seatkeeper.cli.progress import Silent
from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.journal import fold
from seatkeeper.journal.store import open_store
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.ids import AccountId, Digest, ForgeName
from seatkeeper.model.limits import DEFAULT_LIMITS
from seatkeeper.model.people import Column
from seatkeeper.model.plan import Step
from seatkeeper.model.policy import Access, Leave, LinkBy, Policy, StatusTable
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import (
    Account,
    AccountState,
    Intake,
    Organization,
    Place,
    Reading,
    Snapshot,
    Target,
)
from seatkeeper.ports import Progress, Signatures, Store
from seatkeeper.sources.sql import SqlSource
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation, observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.told import keep_told

Result = TypeVar("Result")

SECONDS, MEGABYTES = 60.0, 2000.0
TEAMS, REPOSITORIES, DEPARTMENTS = 300, 5_000, 40
DAYS, MOVES, OUTCOMES = 365, 1_000, 20
TODAY = spans.START + timedelta(days=DAYS + 1)
QUERY = "SELECT id, github_login, status, end_date, department FROM people"
COLUMNS = (
    *(Column("id"), Column("github_login"), Column("status"), Column("department")),
    Column("end_date", "date", "none", "end"),
)
POLICY = Policy(
    digest=Digest("0" * 64),
    status=StatusTable("status", {"active": "keep", "inactive": "leave"}),
    leave=Leave("end_date < as_of", over=frozenset({"active"})),
    join="status = 'active'",
    absent_after=None,
    access=tuple(Access(f"department = 'd{n}'", teams=(f"team-{n}",)) for n in range(DEPARTMENTS)),
    manages=frozenset(f"team-{n}" for n in range(DEPARTMENTS)),
    pins=(),
    links=(LinkBy("github_login", "confirmed", "login"),),
)


class StandsStill:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """See `Clock`."""
        return self._moment

    def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        self._moment += timedelta(seconds=seconds)

    def worker(self) -> AbstractContextManager[None]:
        """See `Clock`."""
        return nullcontext()


class Ready:
    """A forge that was read already: it hands over one snapshot and finds every login it is asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def capabilities(self) -> Capabilities:
        """See `ForgeReader`."""
        return GITHUB

    def organization(self) -> Organization:
        """See `ForgeReader`."""
        return self._snapshot.organization

    def whoami(self) -> Account:
        """See `ForgeReader`."""
        return Account(AccountId("reader"), "reader")

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        """See `ForgeReader`."""
        del progress, activity
        return self._snapshot

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        """See `ForgeReader`."""
        raise NotImplementedError(f"no run here reads {len(targets)} accounts again")

    def intake(self) -> Intake:
        """See `ForgeReader`."""
        return Intake(self._snapshot.organization, self._snapshot.seats, self._snapshot.invitations)

    def find(self, resources: Collection[Resource]) -> Mapping[Resource, Place]:
        """See `ForgeReader`."""
        raise NotImplementedError(f"no run here looks for {len(resources)} resources by their ids")

    def managed(self) -> Mapping[Resource, str]:
        """See `ForgeReader`."""
        return {}

    def lookup(self, logins: Iterable[str]) -> Mapping[str, Account | None]:
        """See `ForgeReader`."""
        return {login: Account(AccountId(f"new-{login}"), login) for login in logins}

    def describe(self, step: Step, login: str, names: Mapping[Resource, str]) -> str:
        """See `ForgeReader`."""
        return f"{step.action} {login} {', '.join(names.get(g.resource, '') for g in step.grants)}"

    def close(self) -> None:
        """See `ForgeReader`."""


def grants_of(accounts: int, grants: int, chance: random.Random) -> Iterator[Grant]:
    """A membership, the department's team and three more, direct grants for the rest; each value its own."""
    for n in range(accounts):
        role = "owner" if n < 5 else "member"
        yield Grant(Subject("account", str(n)), Resource("organization", "1"), role)
        for team in {n % DEPARTMENTS, *chance.sample(range(DEPARTMENTS, TEAMS), 3)}:
            yield Grant(Subject("account", str(n)), Resource("team", str(team)), "member")
    for n in range(REPOSITORIES):
        yield Grant(Subject("team", str(n % TEAMS)), Resource("repository", str(n)), "write")
    for n in range(grants - 5 * accounts - REPOSITORIES):
        held = Resource("repository", str(chance.randrange(REPOSITORIES)))
        yield Grant(Subject("account", str(n % accounts)), held, ("read", "write", "maintain")[n % 3])


def read(told: argparse.Namespace) -> Snapshot:
    """What the forge shows today: yesterday's grants, a thousand lost and a thousand new ones."""
    chance = random.Random(7)
    grants = frozenset(grants_of(told.accounts, told.grants, chance))
    day = DAYS + 1 if told.measure else 0
    daily = spans.next_day(grants, told.accounts, MOVES, chance) if day else grants
    seen = spans.snapshot(daily, told.accounts, day)
    return dataclasses.replace(
        seen, coverage=dataclasses.replace(seen.coverage, readings=(*seen.coverage.readings, *_INVITATIONS))
    )


_INVITATIONS = (Reading("invitations", whole=True, seen=0),)


def people(accounts: int) -> Iterator[tuple[str, str, str | None, str | None, str]]:
    """A person for every account but the last 500; 50 leave, 30 moved, 40 begin, 20 have no status."""
    for n in range(accounts - 500):
        ended = (TODAY - timedelta(days=3)).date().isoformat() if n % (accounts // 50) == 11 else None
        department = (n + 1) % DEPARTMENTS if n % (accounts // 30) == 17 else n % DEPARTMENTS
        status = None if n % (accounts // 20) == 23 else "active"
        yield f"E{n:06}", f"Login{n}", status, ended, f"d{department}"
    for n in range(40):
        yield f"N{n:06}", f"joiner{n}", "active", None, f"d{n % DEPARTMENTS}"


def source(folder: Path, moment: datetime) -> SqlSource:
    url = Secret(f"sqlite:///{folder / 'people.db'}")
    return SqlSource(
        name="people", url=url, query=QUERY, key="id", columns=COLUMNS, clock=StandsStill(moment)
    )


def prepare(told: argparse.Namespace, folder: Path) -> None:
    """The people, a first observation, a year of closed spans, of outcomes and a month of extracts."""
    with sqlite3.connect(folder / "people.db") as database:
        database.execute("CREATE TABLE people (id, github_login, status, end_date, department)")
        database.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", people(told.accounts))
    database.close()
    url = f"sqlite:///{folder / 'store.db'}"
    store = open_store(url)
    seen = read(told)
    store.observe(seen, Digest("a" * 64))
    spans.year(url, DAYS, MOVES, random.Random(7))
    last = spans.START + timedelta(days=DAYS)
    keep_told(store, dataclasses.replace(seen, read_at=last), spans.UNSAID)
    _remember(store, folder)
    store.close()


def _remember(store: Store, folder: Path) -> None:
    store.append([Draft("adopted", "1", {})], spans.START)
    for day in range(1, DAYS):
        at = spans.START + timedelta(days=day)
        lease = store.acquire("1", "benchmark", at, timedelta(hours=1))
        grants = [Grant(Subject("account", "1"), Resource("team", str(n)), "member") for n in range(10)]
        payload = {"result": "confirmed", "account": "1", "lost": fold.write_grants(grants)}
        store.append([Draft("outcome", "1", payload)] * OUTCOMES, at, lease)
        store.release(lease)
    extract, table = source(folder, TODAY).read()
    for day in range(30, 0, -1):
        at = TODAY - timedelta(days=day)
        store.keep_extract(dataclasses.replace(extract, read_at=at, as_of=at), table)
        voice: dict[str, object] = {
            "source": "people",
            "digest": f"{day:064}",
            "rows": extract.rows,
            "whole": True,
        }
        shares = {"hold_share": "0.0002", "link_share": "0.995"}
        store.append([Draft("extract", "1", voice | shares)], at)


def _nobody_signs() -> Signatures:
    raise NotImplementedError("nothing is signed here")


def measure(told: argparse.Namespace, folder: Path) -> None:
    """One day, in this process alone; its imports are made, its snapshot is read."""
    gc.set_threshold(*COLLECT_SELDOM)
    store, reader = open_store(f"sqlite:///{folder / 'store.db'}"), Ready(read(told))
    desk = Desk(
        forge=ForgeName("acme"),
        build_reader=lambda: reader,
        build_source=lambda: source(folder, TODAY),
        build_signatures=_nobody_signs,
        store=store,
        clock=StandsStill(TODAY),
        progress=Silent(),
        policy=POLICY,
        limits=DEFAULT_LIMITS,
        lines=(),
        zone="UTC",
    )
    import duckdb  # noqa: F401, PLC0415  # imports are no part of the budget

    before = _peak()
    began = time.process_time()
    seen, observed = _timed(lambda: observe(desk), profile=told.profile)
    computed, planned = _timed(lambda: compute(desk, seen), profile=told.profile)
    spent = time.process_time() - began
    _check(seen, computed)
    for name, value, unit, limit in (
        ("observe, 1,000,000 grants", observed, "s CPU", None),
        ("decide and plan, 100,000 people", planned, "s CPU", None),
        ("the day at 100,000 people", spent, "s CPU", SECONDS),
        ("memory before: the snapshot as read", before, "MB", None),
        ("memory of the day at 100,000 people", _peak(), "MB", MEGABYTES),
    ):
        line: dict[str, object] = {"name": name, "value": round(value, 2), "unit": unit}
        print(json.dumps(line if limit is None else line | {"limit": limit, "ok": value <= limit}))


def _timed(work: Callable[[], Result], *, profile: bool) -> tuple[Result, float]:
    profiler = cProfile.Profile()
    began = time.process_time()
    if profile:
        profiler.enable()
    result = work()
    spent = time.process_time() - began
    if profile:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumtime").print_stats(45)
    return result, spent


def _check(seen: Observation, computed: Computed) -> None:
    """The day is the one that was invented: a figure for another would mean nothing."""
    plan = computed.plan
    decided = {verb: plan.counts[verb] for verb in ("join", "move", "leave")}
    if not seen.extract.whole or min(decided.values()) == 0 or not plan.changes:
        raise SystemExit(f"not the day that was to be measured: {decided}, {len(plan.changes)} changes")
    print(f"{decided}, {len(plan.changes)} changes, {len(computed.file)} bytes", file=sys.stderr)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--grants", type=int, default=1_000_000)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the set-up here, and use it again")
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.prepare:
        prepare(told, told.prepare)
    elif told.measure:
        measure(told, told.measure)
    else:
        run(told)


def run(told: argparse.Namespace) -> None:
    """Both halves, each in a process of its own."""
    arguments = [sys.executable, "-m", "benchmarks.scale", "--accounts", str(told.accounts)]
    arguments += ["--grants", str(told.grants)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = told.folder or Path(scratch)
        if not (folder / "store.db").exists():
            subprocess.run([*arguments, "--prepare", str(folder)], check=True)
        measured = [*arguments, "--measure", str(folder)]
        subprocess.run([*measured, *(["--profile"] if told.profile else [])], check=True)


if __name__ == "__main__":
    main()
