"""What the world keeps of each thing; `number` is the id as the wire's integer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from seatkeeper.model.ids import AccountId, InvitationId, RepositoryId, TeamId
from seatkeeper.model.snapshot import AccountKind

MemberRole = Literal["member", "owner"]
TeamRole = Literal["member", "maintainer"]
InvitedRole = Literal["member", "owner", "billing_manager", "reinstate"]
InvitationState = Literal["pending", "accepted", "declined", "cancelled", "expired", "failed"]


@dataclass(slots=True, eq=False)
class AccountRecord:
    """A login, whether or not it belongs to the organization."""

    id: AccountId
    number: int
    login: str
    kind: AccountKind
    name: str | None
    email: str | None
    last_active: datetime | None
    created_at: datetime
    name_id: str | None = None
    scim_name: str | None = None
    identity_emails: tuple[str, ...] = ()
    teams: set[TeamId] = field(default_factory=set)
    direct: set[RepositoryId] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class TeamRecord:
    """A team; `places` are immediate, never through a child team."""

    id: TeamId
    number: int
    slug: str
    name: str
    parent: TeamId | None
    managed_by: str | None
    lets_in: bool = False
    places: dict[AccountId, TeamRole] = field(default_factory=dict)
    grants: dict[RepositoryId, str] = field(default_factory=dict)
    children: list[TeamId] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class RepositoryRecord:
    """A repository; `direct` are the accounts that hold it by themselves."""

    id: RepositoryId
    number: int
    name: str
    private: bool
    archived: bool
    direct: dict[AccountId, str] = field(default_factory=dict)
    teams: dict[TeamId, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class InvitationRecord:
    """An invitation to the organization."""

    id: InvitationId
    number: int
    account: AccountId | None
    email: str | None
    role: InvitedRole
    teams: dict[TeamId, TeamRole]
    inviter: AccountId | None
    created_at: datetime
    expires_at: datetime
    state: InvitationState = "pending"
    ended_at: datetime | None = None
    reason: str | None = None


@dataclass(slots=True, eq=False)
class RepositoryInvitationRecord:
    """An invitation of somebody who is no member to one repository."""

    id: InvitationId
    number: int
    account: AccountId
    repository: RepositoryId
    role: str
    inviter: AccountId | None
    created_at: datetime
    expires_at: datetime
    state: InvitationState = "pending"


@dataclass(slots=True)
class Former:
    """What a removed member had, kept by the forge for a while."""

    removed_at: datetime
    role: MemberRole
    places: dict[TeamId, TeamRole]
    direct: dict[RepositoryId, str]
