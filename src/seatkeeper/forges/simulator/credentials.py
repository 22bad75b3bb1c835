"""Credentials of the world: what each may do, in the words of GitHub's fine-grained permissions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
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


NOT_YOURS = ("Resource not accessible by personal access token", "Resource not accessible by integration")
"""What a fine-grained token is told, and an App."""


@dataclass(slots=True)
class App:
    """An App with one installation; `account` is its bot's, and `name` what the log calls its tokens."""

    id: str
    slug: str
    installation: str
    public_key: str
    account: AccountId
    rights: frozenset[Right]
    name: str
    suspended: bool = False

    def permissions(self) -> dict[str, str]:
        """What it may, as GitHub tells it: the most on each thing."""
        return {right.partition(":")[0]: right.partition(":")[2] for right in sorted(self.rights)}


@dataclass(slots=True)
class Token:
    """A credential. A classic one tells its `scopes`; a fine-grained one (scopes None) tells nothing.

    One of an installation is its `app`'s, and good `until` then.
    """

    name: str
    account: AccountId
    rights: frozenset[Right]
    scopes: tuple[str, ...] | None = None
    revoked: bool = False
    app: App | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Credentials:
    """Every token the world knows, by its secret text."""

    tokens: dict[str, Token] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)

    def fine_grained(self, secret: str, account: AccountId, rights: frozenset[Right], name: str) -> None:
        """Issue a token with these rights; whoever may write somewhere may read there."""
        self.tokens[secret] = Token(name, account, rights | {READS[r] for r in rights if r in READS})

    def classic(self, secret: str, account: AccountId, scopes: tuple[str, ...], name: str) -> None:
        """Issue a token with the rights of these scopes."""
        rights = frozenset[Right]().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
        self.tokens[secret] = Token(name, account, rights, scopes)

    def installed(self, app: App, until: datetime, number: int) -> str:
        """Issue the next token of an App's installation; public e-mail addresses are there for every App."""
        secret = f"ghs_{number:036x}"
        public: frozenset[Right] = frozenset({"emails:read"})
        rights = app.rights | {READS[r] for r in app.rights if r in READS} | public
        self.tokens[secret] = Token(app.name, app.account, rights, app=app, until=until)
        return secret

    def revoke(self, secret: str) -> None:
        """From now on the token is refused."""
        self.tokens[secret].revoked = True
