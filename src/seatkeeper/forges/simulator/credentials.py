"""Credentials of the world: what each may do, in the words of GitHub's fine-grained permissions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seatkeeper.model.ids import AccountId

Right = Literal[
    "members:read",
    "members:write",
    "emails:read",
    "administration:read",
    "administration:write",
    "organization_administration:read",
    "organization_plan:read",
    "metadata:read",
    "site_admin",
]

READ_RIGHTS: frozenset[Right] = frozenset(
    {
        "members:read",
        "emails:read",
        "administration:read",
        "organization_administration:read",
        "organization_plan:read",
        "metadata:read",
    }
)

READS: dict[Right, Right] = {
    "members:write": "members:read",
    "administration:write": "administration:read",
}

SCOPES: dict[str, frozenset[Right]] = {
    "read:org": frozenset({"members:read"}),
    "write:org": frozenset({"members:read"}),
    "admin:org": frozenset(
        {"members:read", "members:write", "organization_administration:read", "organization_plan:read"}
    ),
    "repo": frozenset({"administration:read", "administration:write", "metadata:read"}),
    "read:user": frozenset({"emails:read"}),
    "user:email": frozenset({"emails:read"}),
    "read:audit_log": frozenset({"organization_administration:read"}),
    "site_admin": frozenset({"site_admin"}),
}
"""What a classic scope is good for; no classic scope reads a private repository without writing."""

ACCEPTED: dict[Right, str] = {
    "members:read": "admin:org, read:org, repo, user, write:org",
    "members:write": "admin:org",
    "emails:read": "read:user, user:email",
    "administration:read": "repo",
    "administration:write": "repo",
    "organization_administration:read": "admin:org",
    "organization_plan:read": "admin:org",
    "metadata:read": "repo",
    "site_admin": "site_admin",
}


@dataclass(slots=True)
class Token:
    """A credential. A classic one tells its `scopes`; a fine-grained one (scopes None) tells nothing."""

    name: str
    account: AccountId
    rights: frozenset[Right]
    scopes: tuple[str, ...] | None = None
    revoked: bool = False


@dataclass(slots=True)
class Credentials:
    """Every token the world knows, by its secret text."""

    tokens: dict[str, Token] = field(default_factory=dict)

    def fine_grained(self, secret: str, account: AccountId, rights: frozenset[Right], name: str) -> None:
        """Issue a token with these rights; whoever may write somewhere may read there."""
        self.tokens[secret] = Token(name, account, rights | {READS[r] for r in rights if r in READS})

    def classic(self, secret: str, account: AccountId, scopes: tuple[str, ...], name: str) -> None:
        """Issue a token with the rights of these scopes."""
        rights = frozenset[Right]().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
        self.tokens[secret] = Token(name, account, rights, scopes)

    def revoke(self, secret: str) -> None:
        """From now on the token is refused."""
        self.tokens[secret].revoked = True
