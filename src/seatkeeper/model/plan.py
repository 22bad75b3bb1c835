"""A plan: what is to change, what the guards say of it, and the readings it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from seatkeeper.model.capabilities import Pace
from seatkeeper.model.decision import Atom
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, Digest, ForgeName, InvitationId, PersonKey
from seatkeeper.model.snapshot import Organization

PLAN_FORMAT = 1

ChangeKind = Literal["join", "move", "leave", "restore", "revoke"]
PlanKind = Literal["daily", "adoption", "backlog", "restore", "revoke"]
"""``adoption`` is a baseline without a change, ``backlog`` the leavers that were met there."""
Ruling = Literal["passes", "asks", "holds", "trips"]
StepAction = Literal["invite", "reinstate", "withdraw", "give", "take"]

LATER = {"left_out_when_empty": True}
"""Marks a field that the first plan files did not have: where it is empty, a file says nothing of it."""


class Step(NamedTuple):
    """One call to the forge.

    ``invite`` offers all of `grants` at once (a membership and team places);
    ``reinstate`` does the same and asks the forge to give a former member back
    what they had; ``withdraw`` cancels the invitation `invitation`; ``give`` and ``take``
    are about exactly one grant. `after_acceptance` steps wait for the person.
    `call` is the request as the connector will make it, for the reader.
    """

    action: StepAction
    grants: tuple[Grant, ...]
    call: str
    after_acceptance: bool = False
    invitation: InvitationId | None = None

    @property
    def invites(self) -> bool:
        """True when the step sends an invitation, which the person must accept."""
        return self.action in {"invite", "reinstate"}


@dataclass(frozen=True, slots=True)
class Change:
    """One account's before and after, and the steps that get there.

    `before` and `after` hold only grants of this account. `digest` is over
    organization, account, before, after and reason: what an approval covers.
    """

    digest: Digest
    kind: ChangeKind
    account: AccountId
    login: str
    person: PersonKey | None
    name: str | None
    before: frozenset[Grant]
    after: frozenset[Grant]
    steps: tuple[Step, ...]
    reason: str
    because: str
    evidence: tuple[Atom, ...] = ()
    foreseen: bool = False
    wave: int = 0

    @property
    def lost(self) -> frozenset[Grant]:
        """The grants this change takes."""
        return self.before - self.after

    @property
    def gained(self) -> frozenset[Grant]:
        """The grants this change gives."""
        return self.after - self.before


class Verdict(NamedTuple):
    """What one guard says of a plan, with its arithmetic.

    `accounts` are those a ``holds`` sets aside. `waivable` is False for hard
    floors. `exit_code` is what a trip of this guard ends a command with. `used`
    and `allowed` are the two figures of its arithmetic, where it has two.
    """

    guard: str
    ruling: Ruling
    arithmetic: str
    accounts: tuple[AccountId, ...] = ()
    waivable: bool = True
    exit_code: int = 4
    used: int | None = None
    allowed: int | None = None


class Hold(NamedTuple):
    """An account or person about whom nothing is done, and what would end that."""

    account: AccountId | None
    login: str | None
    person: PersonKey | None
    name: str | None
    reason: str
    because: str
    column: str | None = None
    atoms: tuple[Atom, ...] = ()


class SeatForecast(NamedTuple):
    """Seats before and after, and the joiners who wait for one, in order of start date."""

    bought: int | None
    before: int
    after: int
    waiting: tuple[str, ...] = ()


class Cost(NamedTuple):
    """What carrying the plan out takes under the forge's limits."""

    calls: int
    invitations: int
    seconds: float


class Basis(NamedTuple):
    """What a plan was computed from; a plan is stale when any of it moved on."""

    journal_seq: int
    snapshot_digest: Digest
    snapshot_at: datetime
    extract_digest: Digest
    extract_at: datetime
    policy_digest: Digest
    policy_commit: str | None


class Owed(NamedTuple):
    """One grant that our runs took and a restore accounts for.

    `reason` is empty where the plan gives it back, ``there`` where it is held
    already, and otherwise the code of why it stays residue; `because` is that in
    plain words. `rests_on` names the event where the loss was reconstructed.
    """

    account: AccountId
    login: str
    grant: Grant
    run: str
    taken_at: datetime
    reason: str = ""
    because: str = ""
    rests_on: str | None = None


class Estimate(NamedTuple):
    """What a restore takes: the least where the forge's own reinstatement is whole, the most where it is not.

    Seconds are for the forge's pace and daily allowance; people's acceptance comes on
    top, `acceptance_days` at most. `native_until` is the first day on which the forge stops
    reinstating one of these people.
    """

    least_writes: int
    most_writes: int
    invitations: int
    left_today: int | None
    days: int
    least_seconds: float
    most_seconds: float
    acceptance_days: int | None
    native_until: datetime | None


class Baseline(NamedTuple):
    """What an organization was like when it was met: how many person accounts are linked; logins and slugs.

    `leavers` had left already; more of them than `ordinary`, which one approver may allow in a run, are
    a backlog.
    """

    linked: int
    accounts: int
    orphans: tuple[str, ...]
    bots: tuple[str, ...]
    owners: tuple[str, ...]
    unmanaged: tuple[str, ...]
    leavers: tuple[AccountId, ...]
    ordinary: int

    @property
    def backlog(self) -> tuple[AccountId, ...]:
        """The leavers that have a plan and a budget of their own; none where an ordinary plan has them."""
        return self.leavers if len(self.leavers) > self.ordinary else ()


class Task(NamedTuple):
    """What a person has to look at and no plan does by itself: what it is, and what to type."""

    kind: Literal["bot", "earlier-access"]
    account: AccountId
    login: str
    told: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it lies in its file; the digest is the file's own sha256 and not part of it.

    `owed`, `estimate`, `keep_days` (how long whoever comes back is pinned) and `first` (who comes
    back before all others) are a restore's, `baseline` an adoption's.
    """

    format: int
    kind: PlanKind
    forge: ForgeName
    organization: Organization
    computed_at: datetime
    basis: Basis
    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    verdicts: tuple[Verdict, ...]
    holds: tuple[Hold, ...]
    seats: SeatForecast
    cost: Cost
    names: Mapping[Resource, str]
    owed: tuple[Owed, ...] = field(default=(), metadata=LATER)
    estimate: Estimate | None = field(default=None, metadata=LATER)
    keep_days: int = field(default=0, metadata=LATER)
    baseline: Baseline | None = field(default=None, metadata=LATER)
    first: tuple[AccountId, ...] = field(default=(), metadata=LATER)
    pace: Pace | None = field(default=None, metadata=LATER)
    tasks: tuple[Task, ...] = field(default=(), metadata=LATER)

    @property
    def tripped(self) -> tuple[Verdict, ...]:
        """The verdicts that stop the plan."""
        return tuple(v for v in self.verdicts if v.ruling == "trips")

    @property
    def asks(self) -> tuple[Verdict, ...]:
        """The verdicts that need an approver."""
        return tuple(v for v in self.verdicts if v.ruling == "asks")
