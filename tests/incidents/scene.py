"""One small organization, its people, and every part of the product on it, for telling an incident.

The forge is a `World`; `snapshot` is what a perfect reader sees of it. Each
person is active, has a login and stands the same in yesterday's extract,
until the test says otherwise.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pyarrow as pa

from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.decision import Decision
from seatkeeper.model.ids import AccountId, Digest, PersonKey
from seatkeeper.model.people import Column
from seatkeeper.model.plan import Basis, Plan, Step
from seatkeeper.model.policy import Access, Leave, LinkBy, Policy, StatusTable
from seatkeeper.model.snapshot import Account, Snapshot
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import Decisions, decide
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.planner import make_plan
from seatkeeper.sources.typed import typed_table
from tests.perfect_reader import perfect_snapshot, roles

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
NOTHING = Digest("0" * 64)
COLUMNS = (
    Column("id"),
    Column("email"),
    Column("github_login"),
    Column("status"),
    Column("start_date", "date", "none", "start"),
    Column("end_date", "date", "none", "end"),
    Column("office", "text", "unknown", "zone"),
    Column("department"),
    Column("team_list", "list"),
)
POLICY = Policy(
    digest=NOTHING,
    status=StatusTable("status", {"active": "keep", "on_leave": "keep", "inactive": "leave"}),
    leave=Leave("end_date < as_of", over=frozenset({"active"})),
    join="status = 'active' AND department IN ('eng', 'data')",
    absent_after=None,
    access=(),
    manages=frozenset(),
    pins=(),
    links=(LinkBy("github_login", "confirmed", "login"), LinkBy("email", "proposed", "email")),
)

Row = dict[str, Any]


class Scene:
    """An organization ``acme``: owners ``ana`` and ``ben``, members ``m1``, ``m2`` …, two teams."""

    def __init__(self, members: int = 40) -> None:
        self.world = World("acme", "9001", seats=members + 20, start=NOW)
        self.ids: dict[str, AccountId] = {}
        self.today: dict[str, Row] = {}
        self.yesterday: dict[str, Row] = {}
        self.policy = POLICY
        self._open = ExitStack()
        self.core, self.ops = self.world.team("core"), self.world.team("ops")
        self.app = self.world.repository("app")
        self.world.team_grant(self.core, self.app, "write")
        for login in ("ana", "ben"):
            self.member(login, role="owner")
        for number in range(1, members + 1):
            self.member(f"m{number}")
            self.world.place(self.ids[f"m{number}"], self.core if number % 2 else self.ops)
            self.world.direct(self.ids[f"m{number}"], self.app, "read")

    def close(self) -> None:
        """Let go of the tables."""
        self._open.close()

    def member(self, login: str, role: str = "member") -> AccountId:
        """A member account and the person who has it."""
        account = self.stranger(login)
        self.world.member(account, cast("Any", role))
        self.person(login)
        return account

    def stranger(self, login: str) -> AccountId:
        """An account that exists and has nothing here; nobody's, until a person says so."""
        self.ids[login] = self.world.account(login)
        return self.ids[login]

    def person(self, key: str, **values: object) -> None:
        """A person of the record, in both extracts; the key is also their login unless said otherwise."""
        row: Row = {
            "id": key,
            "email": f"{key}@acme.example",
            "github_login": key,
            "status": "active",
            "start_date": date(2024, 1, 8),
            "end_date": None,
            "office": "Europe/Madrid",
            "department": "eng",
            "team_list": [],
        }
        self.today[key] = row | values
        self.yesterday[key] = row | values

    def says(self, key: str, *, since_yesterday: bool = True, **values: object) -> None:
        """The record says this of a person, today and, unless told otherwise, yesterday already."""
        self.today[key] |= values
        if since_yesterday:
            self.yesterday[key] |= values

    def leavers(self, *keys: str) -> None:
        """These people have certainly left."""
        for key in keys:
            self.says(key, status="inactive")

    def snapshot(self, *unread: str) -> Snapshot:
        """What a perfect reader sees; the collections named were not read whole."""
        return perfect_snapshot(self.world, *unread)

    def people(self, rows: Iterable[Row] | None = None) -> pa.Table:
        """The typed table of these rows; of today's when none are given."""
        told = list(self.today.values() if rows is None else rows)
        raw = {column.name: [row[column.name] for row in told] for column in COLUMNS}
        return typed_table("hr", raw, COLUMNS)

    def decide(self, snapshot: Snapshot | None = None, **facts: Any) -> Decisions:
        """Decide on today's people; `facts` replace or add to those of the case."""
        seen = snapshot or self.snapshot()
        case = Case(
            people=self.people(),
            columns=COLUMNS,
            key="id",
            policy=self.policy,
            accounts=seen.accounts,
            as_of=self.world.now(),
            roles=roles(seen),
            grants=seen.grants,
            names=seen.names(),
            invitations=seen.invitations,
            members_problem=None if seen.coverage.whole("members") else seen.coverage.problem("members"),
            earlier=(self.people(self.yesterday.values()),),
        )
        decisions = decide(replace(case, **facts))
        self._open.callback(decisions.close)
        return decisions

    def of(self, login: str, **facts: Any) -> Decision:
        """What is decided of this account."""
        decision = self.decide(**facts).account(self.ids[login])
        assert decision is not None
        return decision

    def facts(
        self, snapshot: Snapshot | None = None, *, case: dict[str, Any] | None = None, **more: Any
    ) -> Facts:
        """The facts of a plan; `case` goes to the deciding."""
        seen = snapshot or self.snapshot()
        decisions = self.decide(seen, **(case or {}))
        logins = [d.login for d in decisions.of("join") if d.login]
        facts = Facts(
            snapshot=seen,
            capabilities=GITHUB,
            policy=self.policy,
            decisions=decisions,
            basis=Basis(0, NOTHING, seen.read_at, NOTHING, seen.read_at, NOTHING, None),
            computed_at=self.world.now(),
            describe=_describe,
            rows=len(self.today),
            adopted=True,
            found={login: self._today(login) for login in logins},
            ends_seen=self._ends_seen(),
        )
        return replace(facts, **more)

    def plan(
        self, snapshot: Snapshot | None = None, *, case: dict[str, Any] | None = None, **more: Any
    ) -> Plan:
        """The plan of the day."""
        return make_plan(self.facts(snapshot, case=case, **more))

    def _today(self, login: str) -> Account | None:
        record = self.world.by_login(login)
        return None if record is None else Account(record.id, record.login)

    def _ends_seen(self) -> dict[PersonKey, date]:
        month_ago = (self.world.now() - timedelta(days=30)).date()
        return {
            PersonKey(key): month_ago for key, row in self.yesterday.items() if row["end_date"] is not None
        }


def _describe(step: Step, login: str, _names: object) -> str:
    return f"{step.action} {login}"


def leaving(plan: Plan) -> set[str]:
    """The logins that would lose something."""
    return {change.login for change in plan.changes if change.lost}


def joining(plan: Plan) -> set[str]:
    """The logins that would be invited."""
    return {change.login for change in plan.changes if change.kind == "join"}


def rulings(plan: Plan) -> dict[str, str]:
    """What each guard said."""
    return {verdict.guard: verdict.ruling for verdict in plan.verdicts}


def access_by_team_list(policy: Policy, *manages: str) -> Policy:
    """The policy with access by the list column, and these teams managed."""
    return replace(policy, access=(Access(None, teams_from="team_list"),), manages=frozenset(manages))
