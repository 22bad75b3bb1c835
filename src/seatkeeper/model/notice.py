"""Notices: what is to be told to whom, and how far each telling got."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal, NamedTuple

from seatkeeper.model.ids import NoticeId
from seatkeeper.model.schedule import Switch

NoticeKind = Literal[
    "leaving",
    "removed",
    "restoring",
    "invited",
    "back",
    "stuck",
    "held",
    "pin-lapsing",
    "plan-waiting",
    "tripped",
    "missed",
    "digest",
    "before-the-act",
    "incident",
]

Audience = Literal["person", "manager", "owner", "admins"]
"""Whom a notice addresses; ``admins`` are told where the configuration says, the others by mail."""

FACTS: Final[Mapping[NoticeKind, frozenset[str]]] = {
    "leaving": frozenset({"login", "name", "last_day"}),
    "removed": frozenset({"login", "name", "at", "lost"}),
    "restoring": frozenset({"login", "name", "lost", "before", "expected"}),
    "invited": frozenset({"login", "name", "until", "accept", "missing", "returns"}),
    "back": frozenset({"login", "name", "read_at", "held", "residue"}),
    "stuck": frozenset({"login", "name", "why", "missing"}),
    "held": frozenset({"login", "name", "columns", "since", "number", "times"}),
    "pin-lapsing": frozenset({"login", "pin", "owner", "until", "reason"}),
    "plan-waiting": frozenset({"plan", "kind", "changes", "joins", "moves", "leaves", "held", "losing"}),
    "tripped": frozenset({"what", "guards"}),
    "missed": frozenset({"work", "due"}),
    "digest": frozenset(
        {"day", "since", "until", "left", "joined", "moved", "restores", "failed", "invited", "held"}
        | {"planned_at", "waiting", "tripped", "missed", "braked", "next", "needs"}
    ),
    "before-the-act": frozenset({"run", "losing", "first", "until"}),
    "incident": frozenset({"incident", "cause", "reason", "affected"}),
}
"""What each kind must be told with, so that its template never lacks a word."""

URGENT: Final = frozenset({"tripped", "before-the-act", "incident", "missed", "invited", "back"})
"""Kinds that quiet hours do not keep back: somebody waits for them."""

TellResult = Literal["accepted", "failed", "refused", "overtaken"]
"""``accepted``: the server took it, which is not delivery. ``failed`` is tried again, ``refused`` is not;
``overtaken``: something newer is true by now, so it was not sent."""

TellState = Literal["due", "claimed", "accepted", "failed", "refused", "overtaken"]


class Word(NamedTuple):
    """What somebody asks to be told. `event` is the same text whenever the same event is told again.

    `to` are mail addresses, and none for ``admins``. Words with the same `about` are one thread of mail.
    """

    kind: NoticeKind
    event: str
    facts: Mapping[str, object]
    audience: Audience = "admins"
    to: tuple[str, ...] = ()
    about: str = ""
    language: str = ""


class Notice(NamedTuple):
    """A word in the outbox, with the id that its event gives it; one id is one Message-ID for ever."""

    id: NoticeId
    organization: str
    queued_at: datetime
    word: Word


class Telling(NamedTuple):
    """How far a notice got with one target: an address, or the name of a channel."""

    state: TellState
    at: datetime
    attempts: int = 0
    why: str = ""


class Posted(NamedTuple):
    """A notice and its tellings by target; no target appears before it was tried."""

    notice: Notice
    told: Mapping[str, Telling]


class Message(NamedTuple):
    """A notice in words. `id` and `answers` (the first of its thread) are Message-IDs without brackets."""

    id: str
    answers: str | None
    at: datetime
    subject: str
    text: str
    html: str


class Chase(NamedTuple):
    """How missing data is worked off: a reminder `every` so long, so many `times`, and then the admins."""

    every: timedelta
    times: int


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """What the configuration says of notices.

    `admins` are addresses and names of channels. `address` and `language` are columns of the source.
    `page` is the root of the status pages, and `valid` how long a link to one is good. People hear of their
    last day so long `ahead`, and owners of pins of theirs by `nag`. A run that takes from
    more people than `word` says waits as long as it says. Nobody is reminded of missing data without a
    `chase`. At `digest` of every day admins get one message about the last one. Nothing leaves unless
    `switch` is ``apply``.
    """

    switch: Switch = "off"
    admins: tuple[str, ...] = ()
    address: str | None = None
    language: str | None = None
    default_language: str = "en"
    domain: str = "seatkeeper.invalid"
    page: str | None = None
    valid: timedelta = timedelta(days=14)
    quiet: tuple[time, time] | None = None
    ahead: timedelta = timedelta(days=7)
    nag: timedelta = timedelta(days=14)
    word: tuple[int, timedelta] | None = None
    chase: Chase | None = None
    digest: time | None = None


NO_NOTICES: Final = NoticeRules()
