"""What the journal keeps of a plan being carried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, Digest

EntryKind = Literal[
    "observation",
    "extract",
    "planned",
    "adopted",
    "proposal",
    "approval",
    "standing",
    "waiver",
    "refusal",
    "run-started",
    "intent",
    "outcome",
    "run-ended",
    "trip",
    "brake",
    "release",
    "pin",
    "pin-lifted",
    "link",
    "checkpoint",
    "erasure",
    "reconstructed",
    "notice",
    "notice-claimed",
    "notice-told",
    "answer",
    "scratch",
    "learnt",
]

Result = Literal["confirmed", "refused", "drifted", "unknown"]
"""What became of a step, as the forge was read afterwards. An invitation that is out is a confirmed
step; that its change still waits on a person is told by the change's state."""

Progressed = Literal["waiting", "in flight", "pending", "confirmed", "refused", "drifted", "unknown"]
"""The state of a whole change. ``waiting``: nothing was begun. ``in flight``: an intent has no outcome
yet, so the forge must be read. ``pending``: waits on a named person."""

Json = Mapping[str, object]


class Draft(NamedTuple):
    """An entry before it has a place in the chain. `payload` may hold personal data; the rest may not."""

    kind: EntryKind
    organization: str
    payload: Json
    run: str = ""
    change: str = ""
    step: str = ""


class Entry(NamedTuple):
    """An entry in the chain; `payload` is None once it has been erased.

    `hash` covers `previous`, `seq`, `at`, the fields of the draft and
    `payload_digest`, which is salted, so that erasing a payload breaks nothing.
    """

    seq: int
    at: datetime
    kind: EntryKind
    organization: str
    run: str
    change: str
    step: str
    epoch: int
    payload: Json | None
    payload_digest: Digest
    previous: Digest
    hash: Digest


class Lease(NamedTuple):
    """The right to write to one organization; a stale epoch is refused by the database itself."""

    organization: str
    holder: str
    epoch: int
    until: datetime


Scope = Literal["all", "leaves"]
"""What a brake stops: everything, or only whatever takes something from somebody."""


class Brake(NamedTuple):
    """What stops: why, by whom, since when, until when (None: until released)."""

    organization: str
    reason: str
    by: str
    since: datetime
    until: datetime | None
    scope: Scope = "all"


class Fault(NamedTuple):
    """Where a journal does not verify, and how."""

    seq: int
    what: str


class Checkpoint(NamedTuple):
    """The seq and hash of an entry, and the signature of both in hexadecimal; it holds nothing personal."""

    seq: int
    head: Digest
    signature: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of walking the whole chain; `checkpoint` is the last that a configured key has signed."""

    entries: int
    head: Digest
    erased: int
    faults: tuple[Fault, ...]
    checkpoint: Checkpoint | None = None

    @property
    def verifies(self) -> bool:
        """True when no fault was found."""
        return not self.faults


class LossEvent(NamedTuple):
    """One account that lost something by our hand, for the windows of the limits."""

    at: datetime
    account: AccountId
    lost: frozenset[Grant]
    foreseen: bool


class Taking(NamedTuple):
    """One grant that a run of ours took, at some time between `begun` and `at`.

    `kind` is its change's, `rests_on` the event of a reconstructed one.
    """

    begun: datetime
    at: datetime
    run: str
    account: AccountId
    login: str
    grant: Grant
    kind: str
    rests_on: str | None = None


class Giving(NamedTuple):
    """One grant that a run of ours gave and read back."""

    at: datetime
    account: AccountId
    grant: Grant
