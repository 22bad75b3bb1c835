"""`World`: a forge's whole organization in memory, with its own time, faults, credentials and log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.credentials import READ_RIGHTS, Credentials
from seatkeeper.forges.simulator.faults import Faults
from seatkeeper.forges.simulator.invitations import Invitations
from seatkeeper.forges.simulator.timeline import DEFAULT_START

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatkeeper.model.ids import AccountId


@dataclass(slots=True)
class ForgeLimits:
    """What the forge allows; `content` off lets any number of mails through.

    Points are a minute's, for one token: a read costs 1, a write 5. Where they are not
    `enforced`, as on a server of one's own, nothing is counted and no header tells of them.
    """

    enforced: bool = True

    calls_per_hour: int = 5_000
    graphql_points_per_hour: int = 5_000
    points_per_minute: int = 900
    graphql_points_per_minute: int = 2_000
    content: bool = True
    content_per_minute: int = 80
    content_per_hour: int = 500
    retry_after: bool = True


class World(Invitations):
    """Built with the methods of its layers, then served by a front; `grants()` stays the truth.

    `lock` is held by a front while it answers; whoever changes a world that
    is being served should hold it too.
    """

    def __init__(
        self,
        organization_login: str,
        organization_id: str = "1",
        *,
        seats: int | None = None,
        start: datetime = DEFAULT_START,
        seed: int = 0,
        base_role: str | None = None,
    ) -> None:
        super().__init__(organization_login, organization_id, seats=seats, start=start, base_role=base_role)
        self.random = Random(seed)  # noqa: S311  # invention, not cryptography
        self.faults = Faults()
        self.credentials = Credentials()
        self.limits = ForgeLimits()
        self.tells_activity = False
        self.audit: list[dict[str, object]] = []
        self._operator: AccountId | None = None

    def advance(self, seconds: float) -> datetime:
        """Move time on, and let happen what comes due on the way."""
        with self.lock:
            now = self.time.advance(seconds)
            self.time.due()
            return now

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something happen when that much time has passed, such as a person accepting."""
        with self.lock:
            self.time.at(self.now() + timedelta(seconds=seconds), action)

    @property
    def operator(self) -> AccountId:
        """Whose credentials the standard tokens are: the first owner's, or a bot's outside."""
        if self._operator is None:
            owners = self.owners()
            self._operator = owners[0] if owners else self.account("seatkeeper-operator", kind="bot")
        return self._operator

    def standard_tokens(self, *, site_admin: bool = False) -> tuple[str, str]:
        """Issue a token that can only read and one that can write too, as a site administrator's if so."""
        read, write = (f"sim_{name}_{self.random.getrandbits(96):024x}" for name in ("read", "write"))
        self.credentials.fine_grained(read, self.operator, READ_RIGHTS, "read")
        scopes = ("admin:org", "repo", "read:user", *(("site_admin",) if site_admin else ()))
        self.credentials.classic(write, self.operator, scopes, "write")
        return read, write
