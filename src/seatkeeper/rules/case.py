"""Everything that one deciding looks at; it reads nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.people import Column
from seatkeeper.model.policy import LinkLine, Pin, Policy
from seatkeeper.model.snapshot import Account, Identity, Invitation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa


People: TypeAlias = Union["pa.Table", Path]
Accounts: TypeAlias = Union["Sequence[Account]", "pa.Table", Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The facts of one deciding.

    Attributes:
        people: the extract: a table of the declared `columns`, or a Parquet file of them.
        columns: the declared columns; `key` is the one that names a record.
        policy: the value table, the predicates, the links, the rules for access, the pins.
        accounts: members and outside collaborators. As a table or a Parquet file:
            columns ``id``, ``login`` and where there are any ``kind``, ``name``,
            ``email`` (text) and ``role`` (as in `roles`; a member when there is none).
        roles: what each account is in the organization; an account that is
            not named is outside it, unless nothing is named at all.
        grants: the grants of linked accounts, for moves.
        names: what each team (slug) and repository (name) is called.
        invitations: those sent; only those that can still be accepted count.
        identities: what single sign-on says of accounts.
        lines: the links file.
        pins: the policy's pins and the journal's.
        named: logins that somebody asked for, so that an approver is asked about whom only people decide.
        as_of: when the data was true, aware.
        zone: the time zone of people whose record has no column for it.
        problem: why this extract may cost nobody access; None when it may.
        members_problem: the same for the reading of the members.
        shielded: accounts that may hold something that could not be read.
        earlier: whole extracts at least 12 h older, oldest first; the last is asked.
        gone: the last records of whoever stood in an extract and not in this one; None: `earlier` tells.
        long_gone: those of them who have been gone as long as the policy waits.
        ends_seen: the first day on which a whole extract showed a person's present end date.
        seconds: how long the tables may think.
        memory: how much of it they may use, in megabytes.
    """

    people: People
    columns: tuple[Column, ...]
    key: str
    policy: Policy
    accounts: Accounts
    as_of: datetime
    roles: Mapping[AccountId, str] = field(default_factory=dict)
    grants: frozenset[Grant] = frozenset()
    names: Mapping[Resource, str] = field(default_factory=dict)
    invitations: Sequence[Invitation] = ()
    identities: Sequence[Identity] = ()
    lines: tuple[LinkLine, ...] = ()
    pins: tuple[Pin, ...] = ()
    named: frozenset[str] = frozenset()
    zone: str = "UTC"
    problem: str | None = None
    members_problem: str | None = None
    shielded: frozenset[AccountId] = frozenset()
    earlier: tuple[pa.Table, ...] = ()
    gone: pa.Table | None = None
    long_gone: frozenset[PersonKey] = frozenset()
    ends_seen: Mapping[PersonKey, date] = field(default_factory=dict)
    seconds: float = 600.0
    memory: int = 2000

    def column(self, role: str) -> Column | None:
        """The column with this role, if one has it."""
        return next((column for column in self.columns if column.role == role), None)

    def declared(self, name: str) -> Column | None:
        """The column of this name, if it is declared."""
        return next((column for column in self.columns if column.name == name), None)
