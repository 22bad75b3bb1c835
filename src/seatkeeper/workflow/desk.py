"""What a verb works with: the doors and the facts of one organization. It holds nothing that can write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from seatkeeper.journal import fold
from seatkeeper.model.ids import AccountId, ForgeName
from seatkeeper.model.incident import NO_INCIDENT_RULES, IncidentRules
from seatkeeper.model.limits import Limits
from seatkeeper.model.notice import NO_NOTICES, NoticeRules
from seatkeeper.model.policy import LinkLine, Pin, Policy
from seatkeeper.model.run import Brake, LossEvent
from seatkeeper.model.schedule import Work
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Clock, ForgeReader, IdentitySource, Progress, Signatures, Store
from seatkeeper.rules.windows import DAY, WEEK


@dataclass(frozen=True)
class Desk:
    """One organization, one identity source, one journal, and the rules that hold between them.

    Reader, source and signatures are built when first asked for, so that a
    command that only looks into the journal needs no credential.
    `credential_owner` is the person behind the forge credential, who may not
    approve; None where the configuration names nobody. `look_at_copy` reads
    the second place back: what to call it, through which entry it holds the
    journal, and in how many pieces; None where there is no second place.
    `invitation_page` is where a person accepts an invitation of this forge. `schedule` says in five fields
    of cron when each work is due that is not switched off.
    """

    forge: ForgeName
    build_reader: Callable[[], ForgeReader]
    build_source: Callable[[], IdentitySource]
    build_signatures: Callable[[], Signatures]
    store: Store
    clock: Clock
    progress: Progress
    policy: Policy
    limits: Limits
    lines: tuple[LinkLine, ...]
    zone: str
    credential_owner: str | None = None
    look_at_copy: Callable[[], tuple[str, int, int]] | None = None
    notices: NoticeRules = NO_NOTICES
    incidents: IncidentRules = NO_INCIDENT_RULES
    invitation_page: str = ""
    source_called: str | None = None
    schedule: Mapping[Work, str] = field(default_factory=dict)

    @property
    def source_name(self) -> str:
        """What the source is called; the configuration tells it without the credential that reads it."""
        return self.source_called or self.source.name

    @cached_property
    def reader(self) -> ForgeReader:
        """Reads the forge, with a credential that need not be able to write."""
        return self.build_reader()

    @cached_property
    def source(self) -> IdentitySource:
        """Where the company records its people."""
        return self.build_source()

    @cached_property
    def signatures(self) -> Signatures:
        """Who signs, and who signed."""
        return self.build_signatures()

    @property
    def today(self) -> date:
        """The day it is in the company's zone, by which pins end."""
        return self.clock.now().astimezone(ZoneInfo(self.zone)).date()

    def under(self, policy: Policy) -> "Desk":
        """The same desk, with the same doors, under another policy."""
        return replace(
            self,
            policy=policy,
            build_reader=lambda: self.reader,
            build_source=lambda: self.source,
            build_signatures=lambda: self.signatures,
        )

    def brake(self, organization: Organization) -> Brake | None:
        """The brake that holds now, if one does."""
        entries = self.store.entries(kinds={"brake", "release"}, organization=organization.id)
        return fold.brake(entries, self.clock.now())

    def losses(self, organization: Organization) -> tuple[LossEvent, ...]:
        """Everybody who lost something by our hand in a little more than the longest window of the limits."""
        since = self.clock.now() - WEEK - DAY
        return fold.losses(
            self.store.entries(
                kinds={"intent", "outcome"}, organization=organization.id, since=since, unanswered=True
            )
        )

    def pins(self, organization: Organization, *, of_restores: bool = True) -> tuple[Pin, ...]:
        """The policy's pins and those that live in the journal; those that restores set can be left out."""
        entries = self.store.entries(kinds={"pin", "pin-lifted"}, organization=organization.id)
        told = (e for e in entries if of_restores or not (e.payload and e.payload.get("restore")))
        return (*self.policy.pins, *fold.pins(told))

    def adopted(self, organization: Organization) -> bool:
        """True once a baseline of this organization has been approved."""
        return any(True for _ in self.store.entries(kinds={"adopted"}, organization=organization.id))

    def backlog(self, organization: Organization) -> frozenset[AccountId]:
        """The leavers that the baseline named as the backlog."""
        return fold.backlog(self.store.entries(kinds={"adopted"}, organization=organization.id))
