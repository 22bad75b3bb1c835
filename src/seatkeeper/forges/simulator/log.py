"""What was asked of the world and what came of it, so that a test can count writes and mails."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Literal, NamedTuple

from seatkeeper.forges.simulator.credentials import Right

EffectKind = Literal[
    "invitation",
    "repository-invitation",
    "invitation-cancelled",
    "member-added",
    "member-removed",
    "role-changed",
    "team-placed",
    "team-removed",
    "team-granted",
    "direct-granted",
    "direct-removed",
    "suspended",
    "unsuspended",
]

MAILED: frozenset[EffectKind] = frozenset(
    {"invitation", "repository-invitation", "invitation-cancelled", "member-removed"}
)
"""Effects of which the forge tells the person by mail."""


class Request(NamedTuple):
    """One request and its answer; `status` is 0 where no answer was given.

    `route` is the path with names for what it names, `needs` the rights that the credential was asked for.
    """

    at: datetime
    token: str
    method: str
    path: str
    status: int
    route: str = ""
    needs: frozenset[Right] = frozenset()


class Effect(NamedTuple):
    """One thing that changed; `account` is an id, or an e-mail address where there is no account yet."""

    at: datetime
    kind: EffectKind
    account: str
    what: str


class Log:
    """Everything since the world began; building the world is not in it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.effects: list[Effect] = []

    def effect(self, at: datetime, kind: EffectKind, account: str, what: str = "") -> None:
        """Write down one effect."""
        self.effects.append(Effect(at, kind, account, what))

    def counts(self) -> dict[str, int]:
        """How often each kind of effect happened, and ``mails`` among them."""
        counted = Counter[str](effect.kind for effect in self.effects)
        counted["mails"] = sum(effect.kind in MAILED for effect in self.effects)
        return dict(counted)

    def writes(self) -> list[Request]:
        """The requests that could have changed something, refused ones too."""
        return [r for r in self.requests if r.method not in {"GET", "HEAD"} and r.path != "/graphql"]
