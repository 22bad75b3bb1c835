"""A policy: what each status means, conditions for leaving and joining, rules for access, and pins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from seatkeeper.model.ids import AccountId, Digest

StatusMeans = Literal["keep", "leave"]
PinKind = Literal["keep", "out"]
Trust = Literal["confirmed", "proposed"]


@dataclass(frozen=True, slots=True)
class StatusTable:
    """Which column holds a person's status, and what each of its values means; any other value holds."""

    column: str
    values: Mapping[str, StatusMeans]


@dataclass(frozen=True, slots=True)
class Leave:
    """Leaving beyond the table: `when` is a SQL boolean expression.

    `over` names the keep values it may overrule; `missing_ok` the columns
    whose missing value it may turn into evidence.
    """

    when: str
    over: frozenset[str] = frozenset()
    missing_ok: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Access:
    """One rule for access: whom it is for (everybody when None) and what it gives.

    `teams` are slugs; `teams_from` is a list column whose values are slugs;
    `repositories` maps a repository's name to a role.
    """

    when: str | None
    teams: tuple[str, ...] = ()
    teams_from: str | None = None
    repositories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pin:
    """A named person's statement: keep these accounts whatever the data says, or keep them out.

    It is about one of: `account`, a login as written in the configuration;
    `account_id`, where a run has set it; `person`, a record's key, and all
    that person's accounts; `when`, a SQL boolean expression, for a keep pin
    alone. `until` is the last day on which it holds.
    """

    kind: PinKind
    owner: str
    reason: str
    until: date
    account: str | None = None
    account_id: AccountId | None = None
    person: str | None = None
    when: str | None = None
    ticket: str | None = None

    @property
    def scope(self) -> str:
        """What it is about, for the reader."""
        if self.when is not None:
            return f"everybody of whom {self.when}"
        return f"person {self.person}" if self.person is not None else self.account or f"#{self.account_id}"


@dataclass(frozen=True, slots=True)
class LinkBy:
    """A column that tells a person's account: by ``login``, or by ``email`` where the forge shows one."""

    column: str
    trust: Trust
    match: Literal["login", "email"]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One line of the links file: this person has this account. The file wins over every column."""

    person: str
    login: str
    account_id: AccountId | None = None
    kind: Literal["person", "bot", "external"] = "person"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides; `digest` is over its canonical text, pins that live in the journal aside."""

    digest: Digest
    status: StatusTable | None
    leave: Leave | None
    join: str | None
    absent_after: timedelta | None
    access: tuple[Access, ...]
    manages: frozenset[str]
    pins: tuple[Pin, ...]
    links: tuple[LinkBy, ...]
    commit: str | None = None
