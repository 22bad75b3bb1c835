"""Look: decide once on what is there, with nothing kept: who left and still has access, and what it costs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from seatkeeper.model.decision import Decision
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.snapshot import Organization, Snapshot
from seatkeeper.rules.baseline import WOULD_LEAVE
from seatkeeper.rules.bots import bots
from seatkeeper.rules.decisions import Decisions
from seatkeeper.rules.reasons import LEAVE
from seatkeeper.workflow.check import Status, statuses
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation, read
from seatkeeper.workflow.plan import decide_on


class Found(NamedTuple):
    """An account, why it is told of, and how many grants it holds itself; `seat` when it is billed."""

    login: str
    name: str
    person: str
    why: str
    role: str
    grants: int
    seat: bool


class Money(NamedTuple):
    """Seats as the forge counts them (None: it does not say), and those that leavers hold.

    `price` is for one seat and one month, in whatever currency it was told in.
    """

    bought: int | None
    used: int | None
    leavers: int
    price: Decimal | None

    @property
    def monthly(self) -> Decimal | None:
        """What the seats of leavers cost in a month; None where no price was told."""
        return None if self.price is None else self.leavers * self.price

    def lines(self) -> list[str]:
        """The same as sentences."""
        bought, used = ("an unknown number" if n is None else f"{n:,}" for n in (self.bought, self.used))
        told = [f"Seats: {used} of {bought} seats are used; {self.leavers:,} of them by people who left"]
        if self.monthly is not None:
            year = 12 * self.monthly
            told.append(f"Theirs cost {self.monthly:,.2f} a month, {year:,.2f} a year, at {self.price} each")
        return told


@dataclass(frozen=True, slots=True)
class Look:
    """What one look showed. `doubts` is what was not read whole: there, not listed is not proved absent.

    `leavers` have a confirmed link and left; of the `doubtful` the record says
    so too, but something else stands in between, and `why` names it.
    """

    organization: Organization
    at: datetime
    people: int
    accounts: int
    linked: int
    statuses: Sequence[Status]
    doubts: Sequence[str]
    leavers: Sequence[Found]
    doubtful: Sequence[Found]
    orphans: Sequence[Found]
    ambiguous: Sequence[Found]
    bots: Sequence[Found]
    money: Money


def look(desk: Desk, price: Decimal | None = None) -> Look:
    """Read the people and the forge once, and decide; nothing is written anywhere."""
    seen = read(desk)
    decisions = decide_on(desk, seen)
    try:
        return _look(desk, seen, decisions, price)
    finally:
        decisions.close()


def _look(desk: Desk, seen: Observation, decisions: Decisions, price: Decimal | None) -> Look:
    snapshot, extract = seen.snapshot, seen.extract
    there = _There.of(snapshot, decisions.case.roles)
    leaving, doubtful = _leaving(decisions)
    leavers = there.found(leaving)
    linked, accounts = decisions.linked()
    fitting = decisions.candidates()
    ambiguous = [d for d in decisions.ambiguous() if d.account is not None]
    alone = [bot for bot in bots(decisions, there.roles.keys(), desk.lines) if bot.trouble]
    seats = snapshot.seats
    return Look(
        organization=snapshot.organization,
        at=snapshot.read_at,
        people=extract.rows,
        accounts=accounts,
        linked=linked,
        statuses=statuses(desk.policy, seen.people.to_pylist()),
        doubts=_doubts(seen),
        leavers=leavers,
        doubtful=there.found(doubtful),
        orphans=there.found(decisions.orphans()),
        ambiguous=[there.one(d.account, d.login, d.name, _fit(fitting, d)) for d in ambiguous],
        bots=[there.one(bot.account, bot.login, None, bot.trouble) for bot in alone],
        money=Money(seats.bought, seats.used, sum(one.seat for one in leavers), price),
    )


def _leaving(decisions: Decisions) -> tuple[list[Decision], list[Decision]]:
    """Whose leave is plain, and whose record says so where something stands in between."""
    held = [d for d in decisions.of("hold") if d.account is not None]
    plain = [d for d in decisions.of("leave") if d.account is not None]
    plain += [d for d in held if d.reason in WOULD_LEAVE]
    others = [d for d in held if d.reason not in WOULD_LEAVE and d.person is not None]
    says = decisions.says({d.person for d in others if d.person is not None})
    doubtful = [d for d in others if d.person is not None and says.get(d.person) in LEAVE]
    return sorted(plain, key=lambda d: (d.login or "").casefold()), doubtful


def _fit(fitting: Mapping[AccountId, Sequence[PersonKey]], ambiguous: Decision) -> str:
    people = fitting.get(ambiguous.account or AccountId(""), [])
    return f"fits {', '.join(people)}" if people else ambiguous.because


def _doubts(seen: Observation) -> list[str]:
    coverage, extract = seen.snapshot.coverage, seen.extract
    told = [
        f"{one.collection}: {one.problem or 'not read whole'}" for one in coverage.readings if not one.whole
    ]
    if coverage.unreadable:
        told.append(f"{len(coverage.unreadable):,} teams or repositories could not be read")
    if not extract.whole:
        told.append(f"people: {extract.problem or 'not read whole'}")
    return told


class _There(NamedTuple):
    """What each account is and holds."""

    roles: Mapping[AccountId, str]
    grants: Mapping[AccountId, int]
    people: frozenset[AccountId]

    @classmethod
    def of(cls, snapshot: Snapshot, roles: Mapping[AccountId, str]) -> "_There":
        people = frozenset(account.id for account in snapshot.accounts if account.kind == "person")
        return cls(roles, _held(snapshot.grants), people)

    def found(self, decisions: Iterable[Decision]) -> list[Found]:
        return [self.one(d.account, d.login, d.name, d.because, d.person) for d in decisions]

    def one(
        self,
        account: AccountId | None,
        login: str | None,
        name: str | None,
        why: str,
        person: str | None = None,
    ) -> Found:
        known = account or AccountId("")
        role = self.roles.get(known, "outside")
        seat = known in self.people and role not in {"outside", "suspended"}
        return Found(login or "", name or "", person or "", why, role, self.grants.get(known, 0), seat)


def _held(grants: Iterable[Grant]) -> Mapping[AccountId, int]:
    return Counter(AccountId(g.subject.id) for g in grants if g.subject.kind == "account")
