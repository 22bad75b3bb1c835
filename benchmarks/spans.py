"""What observing a million grants costs: the first time, and a usual day beside a year of closed spans.

Prints one JSON object: CPU seconds, the peak of memory in MB (the snapshots included), the size of the store.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from seatkeeper.journal.database import Database
from seatkeeper.journal.entry import time_text
from seatkeeper.journal.store import open_store
from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.ids import AccountId, Digest, ForgeName, OrganizationId, RepositoryId, TeamId
from seatkeeper.model.snapshot import Account, Coverage, Organization, Reading, Repository, Snapshot, Team

Result = TypeVar("Result")

START = datetime(2026, 1, 1, tzinfo=UTC)
UNSAID = Digest("")
"""The digest of the days that `year` lays down: their entries tell nothing."""
WHOLE = Coverage(
    tuple(Reading(name, whole=True, seen=1) for name in ("members", "teams", "repositories", "outside"))
)


def snapshot(grants: frozenset[Grant], accounts: int, day: float) -> Snapshot:
    moment = START + timedelta(days=day)
    return Snapshot(
        ForgeName("acme"),
        Organization(OrganizationId("1"), "acme"),
        moment,
        moment,
        tuple(Account(AccountId(str(n)), f"login{n}") for n in range(accounts)),
        tuple(Team(TeamId(str(n)), f"team-{n}", f"Team {n}") for n in range(300)),
        tuple(Repository(RepositoryId(str(n)), f"repository-{n}") for n in range(5_000)),
        grants,
        coverage=WHOLE,
    )


def invented(number: int, accounts: int, chance: random.Random) -> Iterator[Grant]:
    """Grants as a reader hands them over: every value an object of its own."""
    for n in range(number):
        account = Subject("account", str(n % accounts))
        if n < accounts:
            yield Grant(account, Resource("organization", "1"), "member")
        elif n < number // 2:
            yield Grant(account, Resource("team", str(chance.randrange(300))), "member")
        else:
            yield Grant(account, Resource("repository", str(chance.randrange(5_000))), "write")


def next_day(grants: frozenset[Grant], accounts: int, moves: int, chance: random.Random) -> frozenset[Grant]:
    gone = set(chance.sample(sorted(grants), moves))
    fresh = {
        Grant(
            Subject("account", str(chance.randrange(accounts))),
            Resource("repository", str(chance.randrange(5_000))),
            "read",
        )
        for _ in range(moves)
    }
    return (grants - gone) | fresh


def measured(work: Callable[[], Result]) -> tuple[float, float, Result]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return round(time.process_time() - cpu, 3), round(time.perf_counter() - wall, 3), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grants", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--moves", type=int, default=1_000, help="grants lost, and as many gained, a day")
    parser.add_argument("--store", help="URL of an empty database; else a SQLite file of its own")
    options = parser.parse_args()
    figures: dict[str, object] = {
        "grants": options.grants,
        "accounts": options.accounts,
        "days": options.days,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        figures |= _run(options, options.store or f"sqlite:///{path}")
        if path.exists():
            figures["store_mb"] = round(path.stat().st_size / 1e6, 1)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    json.dump(figures, sys.stdout, indent=1)
    print()


def _run(options: argparse.Namespace, url: str) -> dict[str, object]:
    chance = random.Random(7)
    figures: dict[str, object] = {}
    grants = frozenset(invented(options.grants, options.accounts, chance))
    store = open_store(url)
    first = snapshot(grants, options.accounts, 0)
    figures["first_cpu"], figures["first_wall"], _ = measured(lambda: store.observe(first, Digest("a" * 64)))
    year(url, options.days, options.moves, chance)
    daily = snapshot(
        next_day(grants, options.accounts, options.moves, chance), options.accounts, options.days + 1
    )
    figures["daily_cpu"], figures["daily_wall"], _ = measured(lambda: store.observe(daily, Digest("b" * 64)))
    half_way = START + timedelta(days=options.days / 2)
    figures["grants_at_cpu"], _, held = measured(lambda: store.grants_at("1", half_way))
    figures["grants_half_way"] = len(held)
    few = [AccountId(str(n)) for n in range(100)]
    figures["grants_at_100_accounts_cpu"], _, _ = measured(lambda: store.grants_at("1", half_way, few))
    figures["history_of_one_cpu"], _, _ = measured(lambda: list(store.history("1", AccountId("7"))))
    figures["logins_cpu"], _, _ = measured(lambda: store.logins("1"))
    store.close()
    return figures


def year(url: str, days: int, moves: int, chance: random.Random) -> None:
    """A year of closed spans, ten days long each, laid beside the open ones; by the door it takes an hour."""
    database = Database(url)
    with database.write() as session:
        organization = session.run("SELECT id FROM terms WHERE kind = 'organization'")[0][0]
        first = session.run("SELECT max(seq) FROM entries")[0][0]
        (terms,) = session.run("SELECT max(id) FROM terms")[0]
        for day in range(1, days + 1):
            read_at = time_text(START + timedelta(days=day))
            session.run(
                "INSERT INTO entries SELECT seq + 1, ?, kind, organization, '', '', '', 0, '', hash, ? "
                "FROM entries ORDER BY seq DESC LIMIT 1",
                read_at,
                str(day),
            )
            session.run("INSERT INTO observations VALUES (?, ?, ?, '')", first + day, organization, read_at)
        session.insert(
            "spans",
            ("organization", "subject", "resource", "role", "since", "until"),
            (
                (
                    organization,
                    chance.randint(1, terms),
                    chance.randint(1, terms),
                    1,
                    first + day,
                    first + day + 10,
                )
                for day in range(1, days - 10)
                for _ in range(moves)
            ),
        )
    database.close()


if __name__ == "__main__":
    main()
