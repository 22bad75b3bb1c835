"""What a forge told in one reading, and how far that can be relied upon."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import (
    AccountId,
    ForgeName,
    InvitationId,
    OrganizationId,
    RepositoryId,
    TeamId,
)

AccountKind = Literal["person", "bot", "external"]


class Organization(NamedTuple):
    """The organization under management; `base_role` is what every member holds everywhere."""

    id: OrganizationId
    login: str
    base_role: str | None = None


class Account(NamedTuple):
    """A login on a forge; `last_active` is None when it was not asked for or not told."""

    id: AccountId
    login: str
    kind: AccountKind = "person"
    name: str | None = None
    email: str | None = None
    last_active: datetime | None = None


class Team(NamedTuple):
    """A team; `managed_by` names who owns its membership, where it is not the organization.

    `lets_in`: whoever is in it belongs to the organization for as long as they are, whatever is taken here.
    """

    id: TeamId
    slug: str
    name: str
    parent: TeamId | None = None
    managed_by: str | None = None
    lets_in: bool = False


class Repository(NamedTuple):
    """A repository of the organization."""

    id: RepositoryId
    name: str
    archived: bool = False
    private: bool = True


class Invitation(NamedTuple):
    """An invitation that was sent; `failed` is the forge's reason when it can't be accepted any more.

    `created_at` is None where the forge only tells that somebody was asked.
    """

    id: InvitationId
    account: AccountId | None
    login: str | None
    email: str | None
    role: str
    teams: tuple[TeamId, ...]
    created_at: datetime | None
    expires_at: datetime | None
    failed: str | None = None

    @property
    def sent(self) -> str:
        """When it was sent, in words."""
        return f"{self.created_at:%Y-%m-%d %H:%M} UTC" if self.created_at else "an untold time"

    def may_count_since(self, moment: datetime) -> bool:
        """True when it was sent after that moment, or may have been."""
        return self.created_at is None or self.created_at > moment


class Identity(NamedTuple):
    """What a single sign-on provider says of an account."""

    account: AccountId
    name_id: str | None
    emails: tuple[str, ...] = ()


class Credential(NamedTuple):
    """What the forge tells of the credential that asks: whose it is, and by the forge's own clock when.

    `lacks` is what it can't read, in words, and `excess` what reading does not need, in the
    forge's; both empty where the forge does not tell. `until` is when it ends, where that is told.
    `way` says how the forge was reached.
    """

    account: Account
    at: datetime | None = None
    until: datetime | None = None
    lacks: tuple[str, ...] = ()
    excess: tuple[str, ...] = ()
    way: str = ""


class Seats(NamedTuple):
    """Seats bought and used; None where the forge does not say."""

    bought: int | None
    used: int | None


class Reading(NamedTuple):
    """How one collection was read: ``members``, ``teams``, ``team:ID``, ``repositories`` and so on.

    `whole` is True only when every page arrived and what was seen agrees with
    what the forge announced (`expected`, None where it announces nothing).
    """

    collection: str
    whole: bool
    seen: int
    expected: int | None = None
    problem: str | None = None


SEATS_UNTOLD = Seats(None, None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a snapshot was read whole, and how that is known.

    Only what is *not* whole, and the required collections, are listed: a
    collection that has no reading was not asked for. `unreadable` are teams
    and repositories whose holders could not be read whole; they shield every
    account that may hold something there.
    """

    readings: tuple[Reading, ...] = ()
    unreadable: frozenset[Resource] = frozenset()

    def whole(self, collection: str) -> bool:
        """True when the collection was read, and read whole."""
        return any(r.collection == collection and r.whole for r in self.readings)

    def problem(self, collection: str) -> str:
        """Why the collection is not whole, in words."""
        for reading in self.readings:
            if reading.collection == collection:
                return reading.problem or "read whole"
        return f"{collection} was not read"

    @property
    def complete(self) -> bool:
        """True when everything that was asked for was read whole."""
        return not self.unreadable and all(r.whole for r in self.readings)


@dataclass(frozen=True, slots=True)
class Census:
    """What everybody is in the organization, where the grants of only some were read.

    `roles` are those of the members, the `suspended` ones among them.
    """

    roles: Mapping[AccountId, str]
    suspended: frozenset[AccountId]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One reading of a forge: who is there, and every direct grant.

    `accounts` are members and outside collaborators. Coverage lists at least
    the collections ``members``, ``teams``, ``repositories``, ``outside`` and
    ``invitations``; and ``suspensions`` where it was asked who is suspended.
    With a `census`, `grants` are those of some accounts.
    """

    forge: ForgeName
    organization: Organization
    started_at: datetime
    read_at: datetime
    accounts: tuple[Account, ...]
    teams: tuple[Team, ...]
    repositories: tuple[Repository, ...]
    grants: frozenset[Grant]
    invitations: tuple[Invitation, ...] = ()
    identities: tuple[Identity, ...] = ()
    seats: Seats = SEATS_UNTOLD
    coverage: Coverage = field(default_factory=Coverage)
    census: Census | None = None

    @property
    def roles(self) -> Mapping[AccountId, str]:
        """The organization role of every member, bots included."""
        if self.census is not None:
            return self.census.roles
        organization = Resource("organization", self.organization.id)
        return {
            AccountId(subject.id): role
            for subject, resource, role in self.grants
            if resource == organization and subject.kind == "account"
        }

    @property
    def suspended(self) -> frozenset[AccountId]:
        """The members who may not sign in; nobody where that was not read whole."""
        if self.census is not None:
            return self.census.suspended
        if not self.coverage.whole("suspensions"):
            return frozenset()
        inside, active = (
            {grant.subject.id for grant in self.grants if grant.resource.kind == kind}
            for kind in ("organization", "server")
        )
        return frozenset(AccountId(account) for account in inside - active)

    def names(self) -> dict[Resource, str]:
        """What each team (slug) and repository (name) was called at the time of reading."""
        named: dict[Resource, str] = {Resource("organization", self.organization.id): self.organization.login}
        if self.coverage.whole("suspensions"):
            named[Resource("server", self.organization.id)] = f"of {self.organization.login}"
        named.update((Resource("team", team.id), team.slug) for team in self.teams)
        named.update((Resource("repository", repo.id), repo.name) for repo in self.repositories)
        return named


class Intake(NamedTuple):
    """What people who come in meet: the organization, its seats, and the invitations that are still open.

    `problem` tells why the list of invitations may not be whole.
    """

    organization: Organization
    seats: Seats
    invitations: tuple[Invitation, ...]
    problem: str | None = None


class Place(NamedTuple):
    """What became of one team or repository, found by its id; no name: it is gone, or hidden from us.

    `managed_by` names the identity provider's group that owns a team's people.
    """

    name: str | None
    managed_by: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """One account to read again, with the resources it is known to hold something on.

    `resources` maps each to the name it was last known by; the reader finds
    out by id whether that name still means the same thing.
    """

    account: AccountId
    login: str
    resources: Mapping[Resource, str]


@dataclass(frozen=True, slots=True)
class AccountState:
    """What one account holds right now: its membership, its team places, and where its target said to look.

    `exists` is False when the forge says the id is nobody's any more. `login`
    is the login the id has now. `unread` are resources that could not be read
    or whose name now means something else: they say nothing, not "no grant".
    """

    account: AccountId
    login: str
    exists: bool
    grants: frozenset[Grant]
    invitation: Invitation | None
    names: Mapping[Resource, str]
    unread: frozenset[Resource] = frozenset()
