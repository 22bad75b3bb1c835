"""What is known of the past: under which name a thing was known, and what a forge's own log tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from seatkeeper.model.grants import Grant, Resource, ResourceKind, account_subject
from seatkeeper.model.ids import AccountId

NamedKind = Literal["account", "organization", "team", "repository", "server"]


class Named(NamedTuple):
    """A name an id was known by, from the observation that first showed it until the first with another."""

    kind: NamedKind
    id: str
    name: str
    since: datetime
    until: datetime | None


Deed = Literal["given", "changed", "taken", "left", "dropped"]
"""What an event of a forge's log did: a grant was ``given``, its role ``changed``, it was ``taken``. A member
``left`` the organization, or somebody outside was ``dropped`` from it: both take everything held there."""


class PastEvent(NamedTuple):
    """One event of a forge's log about one account and one resource, with the log's own names.

    `account` and `resource` are ids, None where the log tells only a name.
    `role` is the role held after the event (for ``taken`` and ``left``: before
    it), None where the log is silent. `document` is the log's own id of the
    event.
    """

    at: datetime
    action: str
    deed: Deed
    document: str
    actor: str
    login: str
    account: AccountId | None
    kind: ResourceKind
    name: str
    resource: str | None
    role: str | None = None


class Evidence(NamedTuple):
    """The event that a reconstructed grant rests on."""

    document: str
    action: str
    at: datetime
    actor: str


class Renaming(NamedTuple):
    """At that time this name of a team or a repository began or ceased to mean what it meant."""

    at: datetime
    kind: ResourceKind
    name: str
    action: str


class PastLog(NamedTuple):
    """A forge's log as a file told it, in no particular order.

    `told` are accounts' logins with the id the log gives them at a time;
    `unused` counts the actions that say nothing of anybody's grants,
    `foreign` the events of other organizations.
    """

    events: tuple[PastEvent, ...]
    told: tuple[tuple[datetime, str, AccountId], ...] = ()
    renamings: tuple[Renaming, ...] = ()
    unused: Mapping[str, int] = {}
    foreign: int = 0


class Lost(NamedTuple):
    """A grant that was lost before the first observation, as a log tells it.

    `since` is the event that gave it, None where the log does not go back
    so far. `role` is None while neither the log nor anybody's answer tells it; then,
    or without both ids, `question` says what is unknown and why, and the
    grant can't be restored. `answered_by` names who told what the log did not.
    """

    login: str
    account: AccountId | None
    kind: ResourceKind
    name: str
    resource: str | None
    role: str | None
    since: datetime | None
    at: datetime
    evidence: tuple[Evidence, ...]
    question: str = ""
    answered_by: str = ""

    @property
    def grant(self) -> Grant | None:
        """The grant, once nothing of it is unknown."""
        if self.account is None or self.resource is None or self.role is None:
            return None
        return Grant(account_subject(self.account), Resource(self.kind, self.resource), self.role)

    @property
    def rests_on(self) -> str:
        """Which event it rests on, and who told what the log does not."""
        event = self.evidence[-1]
        name = f"{event.action} {event.document}".strip()
        told = f", and on what {self.answered_by} answered" if self.answered_by else ""
        return f"{name} of {event.at:%Y-%m-%d %H:%M:%S} UTC by {event.actor or 'nobody named'}{told}"
