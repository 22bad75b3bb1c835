"""Builds cases for deciding: people as plain rows, accounts by login, a policy with the story's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from seatkeeper.model.ids import AccountId, Digest
from seatkeeper.model.people import Column
from seatkeeper.model.policy import Leave, LinkBy, Pin, Policy, StatusTable
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.decide import Case, decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatkeeper.model.decision import Decision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLUMNS = (
    Column("id"),
    Column("username"),
    Column("email"),
    Column("status"),
    Column("start_date", "date", "none", "start"),
    Column("end_date", "date", "none", "end"),
    Column("office", "text", "none", "zone"),
    Column("department"),
    Column("team_list", "list"),
)
BY_LOGIN = LinkBy("username", "confirmed", "login")
BY_EMAIL = LinkBy("email", "proposed", "email")
TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
}

Person = dict[str, Any]


def person(number: int | str, **values: Any) -> Person:
    """An active person whose login is ``user<number>``, unless told otherwise."""
    told = {
        "id": f"E{number}",
        "username": f"user{number}",
        "email": f"user{number}@acme.example",
        "status": "active",
        "department": "eng",
        "team_list": [],
    }
    return {**dict.fromkeys((column.name for column in COLUMNS), None), **told, **values}


def people(*rows: Person, columns: Sequence[Column] = COLUMNS) -> pa.Table:
    """Rows as the typed table a source gives."""
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], TYPES[c.type]) for c in columns})


def account(login: str, account_id: str | None = None, **told: Any) -> Account:
    """An account whose id is its login with ``#`` before it, unless told otherwise."""
    return Account(AccountId(account_id or f"#{login.lower()}"), login, **told)


POLICY = Policy(
    digest=Digest("0" * 64),
    status=StatusTable("status", {"active": "keep", "on_leave": "keep", "inactive": "leave"}),
    leave=None,
    join="status = 'active' AND department IN ('eng', 'data')",
    absent_after=None,
    access=(),
    manages=frozenset(),
    pins=(),
    links=(BY_LOGIN, BY_EMAIL),
)
ENDED = Leave("end_date < as_of", over=frozenset({"active", "on_leave"}))


def a_case(rows: Sequence[Person], accounts: Sequence[Account | str], **told: Any) -> Case:
    """A case whose earlier extract said the same, unless told otherwise; policy fields go straight in."""
    fields = {k: told.pop(k) for k in list(told) if k in Policy.__slots__ and k != "pins"}
    columns = told.pop("columns", COLUMNS)
    table = people(*rows, columns=columns)
    given: dict[str, Any] = {
        "people": table,
        "columns": columns,
        "key": "id",
        "policy": replace(told.pop("policy", POLICY), **fields),
        "accounts": [account(a) if isinstance(a, str) else a for a in accounts],
        "as_of": NOON,
        "earlier": (table,),
    }
    return Case(**{**given, **told})


def verdicts(case: Case) -> dict[str, str]:
    """Each account's login (or person's login, or key) with its verb and reason, as ``verb reason``."""
    found: dict[str, str] = {}
    for d in sorted(all_of(case), key=lambda d: (d.account is None, str(d.login), str(d.person))):
        free = d.login is not None and d.login not in found
        found[str(d.login if free else d.person)] = f"{d.verb} {d.reason}"
    return found


def all_of(case: Case) -> list[Decision]:
    """Every decision of a case."""
    decisions = decide(case)
    try:
        return decisions.of("join", "move", "leave", "keep", "hold")
    finally:
        decisions.close()


def leavers(case: Case) -> set[str]:
    """The account ids that leave."""
    return {str(d.account) for d in all_of(case) if d.verb == "leave"}


def keep(login: str, **told: Any) -> Pin:
    """A keep pin, set by ana until the end of time."""
    return Pin(
        **{
            "kind": "keep",
            "owner": "ana",
            "reason": "INC-12",
            "until": date(2099, 1, 1),
            "account": login,
            **told,
        }
    )


def whoever(when: str, **told: Any) -> Pin:
    """A keep pin on everybody of whom this is not certainly false."""
    return keep("", account=None, when=when, **told)


def out(login: str, **told: Any) -> Pin:
    """An out pin, likewise."""
    return keep(login, kind="out", **told)
