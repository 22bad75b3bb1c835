"""Builders for stories about the store."""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, Digest, ForgeName, OrganizationId, RepositoryId, TeamId
from seatkeeper.model.run import Draft, EntryKind, Lease
from seatkeeper.model.snapshot import Account, Coverage, Organization, Reading, Repository, Snapshot, Team
from seatkeeper.ports import Store

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
ACME = OrganizationId("1")
HOUR = timedelta(hours=1)
COLLECTIONS = ("members", "teams", "repositories", "outside", "invitations")


def at(hours: float) -> datetime:
    """So many hours into the story."""
    return START + timedelta(hours=hours)


def digest_of(number: int) -> Digest:
    """A digest that stands for nothing but itself."""
    return Digest(f"{number:064x}")


def note(kind: EntryKind = "brake", **payload: object) -> Draft:
    """An entry that needs no lease."""
    return Draft(kind, ACME, payload or {"reason": "because"})


def step(kind: EntryKind, number: int = 0, **payload: object) -> Draft:
    """The intent or the outcome of a step."""
    return Draft(kind, ACME, payload or {"login": "ana"}, "run-1", f"change-{number}", f"run-1/{number}/0")


def held(store: Store, holder: str = "ana@desk", hours: float = 0) -> Lease:
    """The lease of the organization."""
    return store.acquire(ACME, holder, at(hours), HOUR)


def story(store: Store, steps: int = 3) -> Lease:
    """A short journal: a brake, then intent and outcome of a few steps; 1 + 2 x steps entries."""
    lease = held(store)
    store.append([note()], START)
    for number in range(steps):
        store.append([step("intent", number)], at(number), lease)
        store.append([step("outcome", number, result="confirmed")], at(number), lease)
    return lease


def coverage(not_whole: Collection[str] = (), unreadable: Iterable[Resource] = ()) -> Coverage:
    """Whole but for what is named."""
    readings = (Reading(name, name not in not_whole, 1, problem="page 3 failed") for name in COLLECTIONS)
    return Coverage(tuple(readings), frozenset(unreadable))


def snapshot(
    hours: float,
    grants: Iterable[Grant],
    *,
    covered: Coverage | None = None,
    logins: dict[str, str] | None = None,
    teams: dict[str, str] | None = None,
    repositories: dict[str, str] | None = None,
    organization: str = ACME,
) -> Snapshot:
    """A reading of the forge, whole unless said otherwise; names as id to name."""
    return Snapshot(
        ForgeName("acme"),
        Organization(OrganizationId(organization), "acme"),
        at(hours),
        at(hours),
        tuple(Account(AccountId(number), login) for number, login in (logins or {}).items()),
        tuple(Team(TeamId(number), slug, slug.title()) for number, slug in (teams or {}).items()),
        tuple(Repository(RepositoryId(number), name) for number, name in (repositories or {}).items()),
        frozenset(grants),
        coverage=coverage() if covered is None else covered,
    )


class Raw:
    """The database without Seatkeeper: plain statements, with ``?`` for values, committed at once."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        self._connection: Any
        if self.sqlite:
            self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        else:
            self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement; its rows."""
        spelled = statement if self.sqlite else statement.replace("?", "%s")
        cursor = self._connection.execute(spelled, values)
        return list(cursor.fetchall()) if cursor.description else []

    def unlock(self) -> None:
        """Switch the triggers off, as whoever owns the database can."""
        if not self.sqlite:
            self.run("SET session_replication_role = replica")
            return
        for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.run(f"DROP TRIGGER {name}")

    def close(self) -> None:
        """Let go."""
        self._connection.close()
