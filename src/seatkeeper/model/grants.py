"""Grants, and the one operation everything else is built on: `diff`.

A grant is one direct fact: this subject holds this role on this resource.
Effective and inherited access is never stored; it is a view computed from
grants. Roles are Seatkeeper's own words, the same on every forge:

* organization: ``member``, ``owner``
* team: ``member``, ``maintainer``
* repository: ``read``, ``triage``, ``write``, ``maintain``, ``admin``,
  or the name of a custom role, as the forge spells it
* server: ``active``, on the server that the organization is on. Whoever is
  suspended there does not hold it, and can use nothing else that they hold

A grant on a server is known only where the connector reads who is suspended,
and of members alone; a server goes by the id of the organization on it.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from seatkeeper.model.ids import AccountId, OrganizationId, RepositoryId, TeamId

SubjectKind = Literal["account", "team"]
ResourceKind = Literal["organization", "team", "repository", "server"]


class Subject(NamedTuple):
    """Who holds a grant."""

    kind: SubjectKind
    id: str


class Resource(NamedTuple):
    """What a grant is on."""

    kind: ResourceKind
    id: str


class Grant(NamedTuple):
    """One direct fact; equal when subject, resource and role are equal."""

    subject: Subject
    resource: Resource
    role: str


class Diff(NamedTuple):
    """What turns one set of grants into another; a changed role is one lost and one gained."""

    lost: frozenset[Grant]
    gained: frozenset[Grant]

    @property
    def empty(self) -> bool:
        """True when both sets were the same."""
        return not self.lost and not self.gained


def diff(before: AbstractSet[Grant], after: AbstractSet[Grant]) -> Diff:
    """What is lost and what is gained on the way from `before` to `after`.

    Whatever compares two states, plans and history among them, asks this and nothing else.
    """
    return Diff(frozenset(before - after), frozenset(after - before))


def account_subject(account: AccountId) -> Subject:
    """The account as a holder of grants."""
    return Subject("account", account)


def team_subject(team: TeamId) -> Subject:
    """The team as a holder of grants."""
    return Subject("team", team)


def membership(account: AccountId, organization: OrganizationId, role: str = "member") -> Grant:
    """The grant that makes an account a member (or an ``owner``) of the organization."""
    return Grant(Subject("account", account), Resource("organization", organization), role)


def signing_in(account: AccountId, organization: OrganizationId) -> Grant:
    """The grant that lets an account in on the server of the organization; a suspension takes it."""
    return Grant(Subject("account", account), Resource("server", organization), "active")


def team_place(account: AccountId, team: TeamId, role: str = "member") -> Grant:
    """The grant that puts an account in a team, itself and not through a child team."""
    return Grant(Subject("account", account), Resource("team", team), role)


def direct(account: AccountId, repository: RepositoryId, role: str) -> Grant:
    """The grant an account holds on a repository by itself, whatever its teams give it."""
    return Grant(Subject("account", account), Resource("repository", repository), role)


def team_grant(team: TeamId, repository: RepositoryId, role: str) -> Grant:
    """The grant a team holds on a repository."""
    return Grant(Subject("team", team), Resource("repository", repository), role)


def held_by(account: AccountId, grants: Iterable[Grant]) -> frozenset[Grant]:
    """Those of `grants` whose subject is this account."""
    subject = Subject("account", account)
    return frozenset(grant for grant in grants if grant.subject == subject)
