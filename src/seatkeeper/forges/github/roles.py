"""GitHub's words for roles and ours. A custom role is spelled as the forge spells it, both ways."""

from typing import Final

_REPOSITORY: Final = {
    "pull": "read",
    "read": "read",
    "triage": "triage",
    "push": "write",
    "write": "write",
    "maintain": "maintain",
    "admin": "admin",
}
_REPOSITORY_OUT: Final = {"read": "pull", "write": "push"}
_ORGANIZATION_OUT: Final = {"owner": "admin", "member": "member"}
_INVITATION: Final = {"admin": "owner", "direct_member": "member"}
_INVITATION_OUT: Final = {"owner": "admin", "member": "direct_member"}


def organization_role(word: str) -> str:
    """``ADMIN`` or ``admin`` is our owner; anything else a member holds is ``member``."""
    return "owner" if word.casefold() == "admin" else "member"


def team_role(word: str) -> str:
    """``MAINTAINER`` or ``maintainer`` is our maintainer."""
    return "maintainer" if word.casefold() == "maintainer" else "member"


def repository_role(word: str) -> str:
    """GraphQL's ``WRITE``, REST's ``push`` and our ``write`` are one; a custom role stays as it is."""
    return _REPOSITORY.get(word.casefold(), word)


def invitation_role(word: str) -> str:
    """The role an invitation offers; roles beyond member and owner stay GitHub's words."""
    return _INVITATION.get(word, word)


def organization_word(role: str) -> str:
    """What PUT memberships takes."""
    return _ORGANIZATION_OUT.get(role, role)


def repository_word(role: str) -> str:
    """What PUT collaborators takes."""
    return _REPOSITORY_OUT.get(role, role)


def invitation_word(role: str) -> str:
    """What POST invitations takes."""
    return _INVITATION_OUT.get(role, role)
