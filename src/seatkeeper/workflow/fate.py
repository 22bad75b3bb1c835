"""Fate: what today's record of people says of accounts that come back, a restore's own pins left aside.

Only positive evidence keeps anybody out: a record that can't be read, or that
is missing something, says nothing against them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from seatkeeper.errors import SourceError
from seatkeeper.model.decision import Decision, Verb
from seatkeeper.model.grants import membership
from seatkeeper.model.ids import AccountId, Digest, PersonKey
from seatkeeper.model.people import Extract
from seatkeeper.model.policy import Pin
from seatkeeper.model.snapshot import Account, Coverage, Organization, Reading, Snapshot
from seatkeeper.rules.access import Entitlement
from seatkeeper.rules.decide import decide
from seatkeeper.rules.pins import speaks_of
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation
from seatkeeper.workflow.plan import case_of

LEAVING = frozenset({"status-leave", "rule-leave", "first-seen"})
"""Reasons that speak of somebody's going; the last waits for a second extract, and does to keep them out."""


NAMED = "restore-named"
"""The reason of a change of somebody whom today's record says leaves, and whom the restore names."""


@dataclass(frozen=True)
class Fates:
    """The decisions about some accounts, as a plan wants them; empty where the record can't be read.

    `extract` is the reading they rest on, and `problem` why there is none.
    """

    told: Mapping[AccountId, Decision] = field(default_factory=dict)
    extract: Extract | None = None
    problem: str | None = None

    def leaving(self, account: AccountId) -> str | None:
        """Why the record says that whoever holds this account leaves; None where it does not."""
        decision = self.told.get(account)
        return decision.because if decision is not None and decision.reason in LEAVING else None

    def pinned_out(self, pins: Sequence[Pin], account: AccountId, login: str, today: date) -> str | None:
        """Why a pin keeps this account, or the person it is of, out today; None where none does."""
        decision = self.told.get(account)
        person = decision.person if decision is not None else None
        for pin in pins:
            if pin.kind == "out" and pin.until >= today and speaks_of(pin, account, login, person):
                return f"a pin keeps this account out: {pin.reason} ({pin.owner})"
        return None

    def counts(self) -> Mapping[Verb, int]:
        """How many decisions of each verb."""
        verbs: tuple[Verb, ...] = ("join", "move", "leave", "keep", "hold")
        return {verb: len(self.of(verb)) for verb in verbs}

    def of(self, *verbs: Verb) -> Sequence[Decision]:
        """The decisions of these verbs."""
        return [decision for decision in self.told.values() if decision.verb in verbs]

    def entitled(self, person: PersonKey) -> Sequence[Entitlement]:
        """Nothing: what comes back is what was taken, whatever the rules give."""
        del person
        return ()

    def linked(self) -> tuple[int, int]:
        """How many of these accounts have a person, and how many there are."""
        return sum(d.person is not None for d in self.told.values()), len(self.told)


def fates(
    desk: Desk, organization: Organization, accounts: Sequence[Account], pins: Sequence[Pin] | None = None
) -> Fates:
    """What would be decided of these accounts today if they were members, under these pins.

    None: all but those that restores have set.
    """
    try:
        extract, people = desk.source.read()
    except SourceError as error:
        return Fates(problem=error.what)
    now = desk.clock.now()
    snapshot = Snapshot(
        forge=desk.forge,
        organization=organization,
        started_at=now,
        read_at=now,
        accounts=tuple(accounts),
        teams=(),
        repositories=(),
        grants=frozenset(membership(account.id, organization.id) for account in accounts),
        coverage=Coverage((Reading("members", whole=True, seen=len(accounts)),)),
    )
    case = case_of(desk, Observation(snapshot, Digest(""), extract, people, 0))
    heard = desk.pins(organization, of_restores=False) if pins is None else tuple(pins)
    decisions = decide(replace(case, pins=heard))
    try:
        found = {d.account: d for d in decisions.of("leave", "move", "keep", "hold") if d.account is not None}
    finally:
        decisions.close()
    wanted = {account.id for account in accounts}
    return Fates({account: d for account, d in found.items() if account in wanted}, extract)
