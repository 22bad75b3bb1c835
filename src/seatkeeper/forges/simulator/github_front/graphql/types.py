"""Every type this world answers for, by name; the same names as in GitHub's published schema."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front.graphql import organization, people, repositories, root, teams
from seatkeeper.forges.simulator.github_front.graphql.field import PAGE_INFO, Fields
from seatkeeper.forges.simulator.records import (
    AccountRecord,
    InvitationRecord,
    RepositoryInvitationRecord,
    RepositoryRecord,
    TeamRecord,
)

TYPES: dict[str, Fields] = {
    "PageInfo": PAGE_INFO,
    **root.TYPES,
    **organization.TYPES,
    **people.TYPES,
    **teams.TYPES,
    **repositories.TYPES,
}

ON_A_SERVER = {name: TYPES[name] | fields for name, fields in people.ON_A_SERVER.items()}
"""The types of which a server of somebody's own knows more fields."""

INTERFACES: dict[str, frozenset[str]] = {
    "Node": frozenset({"Organization", "User", "Team", "Repository", "OrganizationInvitation"}),
    "PermissionGranter": frozenset({"Organization", "Repository", "Team"}),
    "RepositoryOwner": frozenset({"Organization", "User"}),
    "Actor": frozenset({"Organization", "User"}),
    "ProfileOwner": frozenset({"Organization", "User"}),
    "UniformResourceLocatable": frozenset({"Organization", "User", "Repository"}),
    "RepositoryInfo": frozenset({"Repository"}),
    "MemberStatusable": frozenset({"Organization", "Team"}),
    "Subscribable": frozenset({"Repository", "Team"}),
}

_KINDS: dict[type, str] = {
    AccountRecord: "User",
    TeamRecord: "Team",
    RepositoryRecord: "Repository",
    InvitationRecord: "OrganizationInvitation",
    RepositoryInvitationRecord: "RepositoryInvitation",
}


def type_of(value: object) -> str:
    """The name of the type a value is of; the world itself is the organization."""
    return _KINDS.get(type(value), "Organization")
