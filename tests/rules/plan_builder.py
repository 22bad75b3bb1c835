"""A small organization to plan for, built line by line, with decisions as plain lists."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.decision import Atom, Decision, Verb
from seatkeeper.model.grants import Grant, Resource, direct, membership, team_grant, team_place
from seatkeeper.model.ids import (
    AccountId,
    Digest,
    ForgeName,
    InvitationId,
    OrganizationId,
    PersonKey,
    RepositoryId,
    TeamId,
)
from seatkeeper.model.plan import Basis, Change, Plan, Step
from seatkeeper.model.policy import Policy
from seatkeeper.model.run import LossEvent
from seatkeeper.model.snapshot import (
    Account,
    AccountKind,
    Coverage,
    Invitation,
    Organization,
    Reading,
    Repository,
    Seats,
    Snapshot,
    Team,
)
from seatkeeper.rules.access import Entitlement
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.planner import draft, make_plan

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ACME = OrganizationId("1")
GITHUB = Capabilities("github", True, 7, 90, False, True, 500, 1.0, True)
GITEA = Capabilities("gitea", False, None, None, True, False, None, 0.0, True)
WHOLE = tuple(
    Reading(name, whole=True, seen=1)
    for name in ("members", "teams", "repositories", "outside", "invitations")
)


def described(step: Step, login: str, names: Mapping[Resource, str]) -> str:
    """A request in words, as a connector would say it."""
    on = " ".join(names.get(g.resource, g.resource.id) for g in step.grants)
    return f"{step.action} {login} {on}"


class Listed:
    """Decisions kept in a list."""

    def __init__(
        self,
        decisions: Sequence[Decision],
        entitled: Mapping[PersonKey, Sequence[Entitlement]],
        linked: tuple[int, int],
        keeps: int,
    ) -> None:
        self._decisions, self._entitled, self._linked, self._keeps = decisions, entitled, linked, keeps

    def counts(self) -> dict[Verb, int]:
        verbs: tuple[Verb, ...] = ("join", "move", "leave", "keep", "hold")
        counts = {verb: len(self.of(verb)) for verb in verbs}
        return counts | {"keep": counts["keep"] + self._keeps}

    def of(self, *verbs: Verb) -> list[Decision]:
        return [decision for decision in self._decisions if decision.verb in verbs]

    def entitled(self, person: PersonKey) -> Sequence[Entitlement]:
        return self._entitled.get(person, ())

    def linked(self) -> tuple[int, int]:
        return self._linked


class Acme:
    """An organization of so many people, three of them owners, that you can add to."""

    def __init__(self, people: int = 100, owners: int = 3) -> None:
        self.accounts: list[Account] = []
        self.teams: list[Team] = []
        self.repositories: list[Repository] = []
        self.grants: set[Grant] = set()
        self.decisions: list[Decision] = []
        self.entitled: dict[PersonKey, list[Entitlement]] = {}
        self.found: dict[str, Account | None] = {}
        self.invitations: list[Invitation] = []
        self.losses: list[LossEvent] = []
        self.ends_seen: dict[PersonKey, date] = {}
        for number in range(people):
            self.member(f"user{number}", "owner" if number < owners else "member")

    def account(self, login: str, kind: AccountKind = "person", active: datetime | None = None) -> AccountId:
        account = Account(AccountId(f"id-{login}"), login, kind, last_active=active)
        self.accounts.append(account)
        return account.id

    def member(
        self,
        login: str,
        role: str = "member",
        kind: AccountKind = "person",
        active: datetime | None = None,
    ) -> AccountId:
        account = self.account(login, kind, active)
        self.grants.add(membership(account, ACME, role))
        return account

    def team(
        self,
        slug: str,
        *members: str,
        parent: str | None = None,
        managed_by: str | None = None,
        role: str = "member",
    ) -> TeamId:
        team = TeamId(f"t-{slug}")
        above = TeamId(f"t-{parent}") if parent else None
        if team not in {t.id for t in self.teams}:
            self.teams.append(Team(team, slug, slug, above, managed_by))
        self.grants |= {team_place(AccountId(f"id-{login}"), team, role) for login in members}
        return team

    def repository(self, name: str, *, team: str | None = None) -> RepositoryId:
        repository = RepositoryId(f"r-{name}")
        if repository not in {r.id for r in self.repositories}:
            self.repositories.append(Repository(repository, name))
        if team is not None:
            self.grants.add(team_grant(TeamId(f"t-{team}"), repository, "write"))
        return repository

    def direct(self, login: str, repository: str, role: str = "write") -> None:
        self.grants.add(direct(AccountId(f"id-{login}"), self.repository(repository), role))

    def leave(self, *logins: str, end: date | None = None, seen: date | None = None) -> Self:
        for login in logins:
            key = PersonKey(f"P-{login}")
            if seen is not None:
                self.ends_seen[key] = seen
            atom = Atom("status = inactive", "status", "inactive", truth=True)
            self.decisions.append(
                Decision(
                    "leave",
                    "status-leave",
                    "status says inactive",
                    AccountId(f"id-{login}"),
                    login,
                    key,
                    name=f"Person {login}",
                    end=end,
                    atoms=(atom,),
                )
            )
        return self

    def hold(self, *logins: str, reason: str = "missing-status") -> Self:
        for login in logins:
            self.decisions.append(
                Decision(
                    "hold",
                    reason,
                    "the status is missing",
                    AccountId(f"id-{login}"),
                    login,
                    PersonKey(f"P-{login}"),
                    column="status",
                )
            )
        return self

    def move(self, login: str, *entitled: Entitlement) -> Self:
        key = PersonKey(f"P-{login}")
        self.entitled[key] = list(entitled)
        account = AccountId(f"id-{login}")
        self.decisions.append(Decision("move", "access", "the rules give other access", account, login, key))
        return self

    def join(self, login: str, *entitled: Entitlement, start: date | None = None) -> Self:
        key = PersonKey(f"P-{login}")
        self.entitled[key] = list(entitled)
        self.found.setdefault(login, Account(AccountId(f"id-{login}"), login))
        self.decisions.append(
            Decision("join", "active", "an active person without an account", None, login, key, start=start)
        )
        return self

    def invited(self, login: str, ago: timedelta = timedelta(hours=1)) -> Self:
        number = InvitationId(str(len(self.invitations)))
        self.invitations.append(Invitation(number, None, login, None, "member", (), NOW - ago, None))
        return self

    def lost(self, login: str, ago: timedelta, *, foreseen: bool = False, team: str | None = None) -> Self:
        account = AccountId(f"id-{login}")
        grants = {membership(account, ACME)}
        if team is not None:
            grants.add(team_place(account, TeamId(f"t-{team}")))
        self.losses.append(LossEvent(NOW - ago, account, frozenset(grants), foreseen))
        return self

    def snapshot(self, **other: Any) -> Snapshot:
        told: dict[str, Any] = {
            "forge": ForgeName("acme"),
            "organization": Organization(ACME, "acme", "read"),
            "started_at": NOW - timedelta(minutes=10),
            "read_at": NOW - timedelta(minutes=5),
            "accounts": tuple(self.accounts),
            "teams": tuple(self.teams),
            "repositories": tuple(self.repositories),
            "grants": frozenset(self.grants),
            "invitations": tuple(self.invitations),
            "seats": Seats(None, None),
            "coverage": Coverage(WHOLE),
        }
        return Snapshot(**(told | other))

    def facts(self, **other: Any) -> Facts:
        """The facts as they stand; `other` are fields of Facts or of Snapshot, or `manages`."""
        of_snapshot = {f.name for f in dataclasses.fields(Snapshot)}
        snapshot = self.snapshot(**{k: v for k, v in other.items() if k in of_snapshot})
        people = len(self.accounts)
        linked = other.pop("linked", (people, people))
        decided = {d.account for d in self.decisions if d.account is not None}
        told: dict[str, Any] = {
            "snapshot": snapshot,
            "capabilities": GITHUB,
            "policy": policy(frozenset(other.pop("manages", ()))),
            "decisions": Listed(self.decisions, self.entitled, linked, max(0, people - len(decided))),
            "basis": Basis(7, Digest("a" * 64), NOW, Digest("b" * 64), NOW, Digest("c" * 64), None),
            "computed_at": NOW,
            "describe": described,
            "rows": people,
            "adopted": True,
            "found": dict(self.found),
            "losses": tuple(self.losses),
            "ends_seen": dict(self.ends_seen),
        }
        return Facts(**(told | {k: v for k, v in other.items() if k not in of_snapshot}))

    def plan(self, **other: Any) -> Plan:
        return make_plan(self.facts(**other))


def policy(manages: frozenset[str]) -> Policy:
    """A policy that manages these teams; planning asks it for nothing else."""
    return Policy(Digest("c" * 64), None, None, None, None, (), manages, (), ())


def drafts(facts: Facts) -> list[Change]:
    """The changes the decisions call for, before any guard has looked."""
    made = [draft(decision, facts) for decision in facts.decisions.of("join", "move", "leave")]
    return [change for change in made if isinstance(change, Change)]


def ruling(plan: Plan, guard: str) -> str:
    """What this guard said of the plan, at its sharpest."""
    sharpness = ("passes", "holds", "asks", "trips")
    return max((v.ruling for v in plan.verdicts if v.guard == guard), key=sharpness.index)


def arithmetic(plan: Plan, guard: str) -> str:
    """The words with which this guard said so."""
    return next(v.arithmetic for v in plan.verdicts if v.guard == guard)


def team(slug: str, *, truth: bool | None = True) -> Entitlement:
    """A place in a team, as a rule gives it."""
    return Entitlement("team", slug, "member", truth)


def repository(name: str, role: str = "write") -> Entitlement:
    """A direct grant, as a rule gives it."""
    return Entitlement("repository", name, role, truth=True)
