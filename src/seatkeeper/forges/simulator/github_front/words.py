"""GitHub's words for the world's, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.records import (
    AccountRecord,
    InvitationRecord,
    RepositoryInvitationRecord,
    RepositoryRecord,
    TeamRecord,
)

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.records import InvitedRole, MemberRole
    from seatkeeper.forges.simulator.world import World

ROLE_OF = {"pull": "read", "push": "write"}
"""REST bodies say ``pull`` and ``push``; every other role is spelt as ours."""

BUILT_IN = ("read", "triage", "write", "maintain", "admin")

MEMBER_WORD: dict[MemberRole, str] = {"member": "member", "owner": "admin"}

INVITED_WORD: dict[InvitedRole, str] = {
    "member": "direct_member",
    "owner": "admin",
    "billing_manager": "billing_manager",
    "reinstate": "reinstate",
}
INVITED_ROLE: dict[str, InvitedRole] = {word: role for role, word in INVITED_WORD.items()}

NODE_PREFIX: dict[type, str] = {
    AccountRecord: "U",
    TeamRecord: "T",
    RepositoryRecord: "R",
    InvitationRecord: "OIN",
    RepositoryInvitationRecord: "RI",
}


def node_id(
    record: AccountRecord | TeamRecord | RepositoryRecord | InvitationRecord | RepositoryInvitationRecord,
) -> str:
    """The global node id of a record."""
    return f"{NODE_PREFIX[type(record)]}_{record.id}"


def organization_node_id(world: World) -> str:
    """The global node id of the organization."""
    return f"O_{world.organization_id}"


def stamp(when: datetime) -> str:
    """A time as GitHub writes it: to the second, with a Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def role_from_wire(world: World, permission: str) -> str | None:
    """Our role for a ``permission`` in a body; None when it is no role here."""
    role = ROLE_OF.get(permission, permission)
    return role if role in BUILT_IN or role in world.custom_roles else None


def built_in(world: World, role: str) -> str:
    """The built-in role that a role amounts to."""
    return world.custom_roles.get(role, role)
