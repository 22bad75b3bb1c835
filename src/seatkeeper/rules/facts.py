"""Everything a plan is computed from, and the views of it that planner and guards share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.decision import Decision, Verb
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, PersonKey, TeamId
from seatkeeper.model.limits import DEFAULT_LIMITS, Limits
from seatkeeper.model.plan import Basis, Step
from seatkeeper.model.policy import Pin, Policy
from seatkeeper.model.run import LossEvent
from seatkeeper.model.schedule import Work
from seatkeeper.model.snapshot import Account, Snapshot, Team
from seatkeeper.rules.access import Entitlement, by_name

Describe = Callable[[Step, str, Mapping[Resource, str]], str]
"""The request a step will make, in words: a connector's `describe`."""


class DecisionSource(Protocol):
    """What planner and guards ask of the decisions; the table behind it is its own affair."""

    def counts(self) -> Mapping[Verb, int]:
        """How many decisions of each verb."""
        ...

    def of(self, *verbs: Verb) -> Sequence[Decision]:
        """The decisions of these verbs."""
        ...

    def entitled(self, person: PersonKey) -> Sequence[Entitlement]:
        """What the access rules give this person."""
        ...

    def linked(self) -> tuple[int, int]:
        """How many person accounts have a confirmed link, and how many person accounts there are."""
        ...


class Trailing(NamedTuple):
    """What earlier readings looked like, as medians; None where there are none yet."""

    median_rows: float | None = None
    hold_share: float | None = None
    link_share: float | None = None


class Problems(NamedTuple):
    """Why the people, or the snapshot, may cost nobody access; None where they may."""

    people: str | None = None
    snapshot: str | None = None


NO_TRAILING = Trailing()
NO_PROBLEMS = Problems()


@dataclass(frozen=True)
class Facts:
    """What a plan is computed from, and what its guards are run against.

    The same type serves twice: when a plan is made, and again, with fresh
    readings, when it is about to be applied.

    * `found`: the accounts that joiners' logins are today, keys as the decisions spell them.
    * `losses`: who lost something by our hand in the last 7 days.
    * `protected`: the credential's owner and the account behind it.
    * `adopted`: the organization's baseline was approved.
    * `rows`: how many people the extract holds.
    * `ends_seen`: the first day a whole extract showed each person's present end date.
    * `shielded`: accounts that may hold something on a resource that could not be read.
    * `named`: accounts a person asked for by name: guards that would set them aside until an
      approver looks ask for that approver instead, as the decisions do.
    * `backlog`: leavers met at adoption; they have their own plan and their own budget.
    * `clears`: the plan is that one, of nobody else.
    * `pins`: the policy's and the journal's.
    * `invited_today`: invitations sent in the last 24 hours.
    * `restores`: the plan is a restore, which only gives and was read for its accounts alone.
    * `work`: the schedule's work, where nobody is there to be asked: only its changes are planned, and
      the accounts a guard would ask about wait.
    * `unseen`: how many more are placed in each team than the snapshot tells of, where it tells of some.
    * `first`: accounts that a restore brings back before all others.
    """

    snapshot: Snapshot
    capabilities: Capabilities
    policy: Policy
    decisions: DecisionSource
    basis: Basis
    computed_at: datetime
    describe: Describe
    rows: int
    limits: Limits = DEFAULT_LIMITS
    adopted: bool = False
    found: Mapping[str, Account | None] = field(default_factory=dict)
    losses: tuple[LossEvent, ...] = ()
    protected: frozenset[AccountId] = frozenset()
    trailing: Trailing = NO_TRAILING
    problems: Problems = NO_PROBLEMS
    ends_seen: Mapping[PersonKey, date] = field(default_factory=dict)
    shielded: frozenset[AccountId] = frozenset()
    named: frozenset[AccountId] = frozenset()
    backlog: frozenset[AccountId] = frozenset()
    clears: bool = False
    pins: tuple[Pin, ...] = ()
    invited_today: int = 0
    restores: bool = False
    work: Work | None = None
    first: frozenset[AccountId] = frozenset()
    unseen: Mapping[TeamId, int] = field(default_factory=dict)

    def under(self, **other: Any) -> "Facts":  # noqa: ANN401  # fields of this very type
        """The same snapshot with some other facts; what is worked out of it is worked out once."""
        facts = replace(self, **other)
        vars(facts).update({name: getattr(self, name) for name in VIEWS})
        return facts

    @cached_property
    def accounts(self) -> Mapping[AccountId, Account]:
        """Members and outside collaborators by id."""
        return {account.id: account for account in self.snapshot.accounts}

    @cached_property
    def held(self) -> Mapping[AccountId, frozenset[Grant]]:
        """What each account holds itself."""
        held: defaultdict[AccountId, list[Grant]] = defaultdict(list)
        for grant in self.snapshot.grants:
            kind, account = grant.subject
            if kind == "account":
                held[AccountId(account)].append(grant)
        return {account: frozenset(grants) for account, grants in held.items()}

    @cached_property
    def organization(self) -> Resource:
        """The organization as a resource."""
        return Resource("organization", self.snapshot.organization.id)

    @cached_property
    def roles(self) -> Mapping[AccountId, str]:
        """The organization role of every member, bots included."""
        return self.snapshot.roles

    @cached_property
    def seated(self) -> frozenset[AccountId]:
        """The person accounts that hold a seat, as the suspended do not: what every share is a share of."""
        others = {account.id for account in self.snapshot.accounts if account.kind != "person"}
        return frozenset(self.roles.keys() - self.suspended - others)

    @cached_property
    def suspended(self) -> frozenset[AccountId]:
        """The members who may not sign in."""
        return self.snapshot.suspended

    @cached_property
    def placed(self) -> Mapping[TeamId, frozenset[AccountId]]:
        """Who has a place of any use in each team, itself and not through a child team."""
        placed: defaultdict[TeamId, set[AccountId]] = defaultdict(set)
        for (holder, account), (kind, team), _ in self.snapshot.grants:
            if kind == "team" and holder == "account":
                placed[TeamId(team)].add(AccountId(account))
        return {team: frozenset(accounts - self.suspended) for team, accounts in placed.items()}

    @cached_property
    def teams(self) -> Mapping[TeamId, Team]:
        """The teams by id."""
        return {team.id: team for team in self.snapshot.teams}

    @cached_property
    def archived(self) -> frozenset[Resource]:
        """The repositories that are read-only, so that no grant on them can be taken or given."""
        return frozenset(Resource("repository", r.id) for r in self.snapshot.repositories if r.archived)

    @cached_property
    def names(self) -> Mapping[Resource, str]:
        """What each resource was called when it was read."""
        return self.snapshot.names()

    @cached_property
    def givable(self) -> Mapping[tuple[str, str], Resource]:
        """Resources by kind and name, without the teams whose people an identity provider decides."""
        elsewhere = {("team", team.slug) for team in self.snapshot.teams if team.managed_by is not None}
        return {name: resource for name, resource in by_name(self.names).items() if name not in elsewhere}

    def size(self, team: TeamId, besides: frozenset[AccountId] = frozenset()) -> int:
        """How many people a team has, counting those `besides` who are no longer in it."""
        return len(self.placed.get(team, frozenset()) | besides) + self.unseen.get(team, 0)

    def beneath(self, team: TeamId) -> frozenset[AccountId]:
        """Everybody placed in the team or in a team below it: who loses when the team does."""
        seen = {team}
        grown = True
        while grown:
            below = {t.id for t in self.snapshot.teams if t.parent in seen} - seen
            seen |= below
            grown = bool(below)
        return frozenset(account for t in seen for account in self.placed.get(t, frozenset()))

    def foreseen(self, person: PersonKey | None, end: date | None) -> bool:
        """True when this end date has come, and stood in a whole extract long enough before."""
        if person is None or end is None or end > self.computed_at.date():
            return False
        seen = self.ends_seen.get(person)
        days = timedelta(days=self.limits.foreseen_days)
        return seen is not None and seen <= (self.computed_at - days).date()


VIEWS = (
    "accounts",
    "held",
    "organization",
    "roles",
    "seated",
    "suspended",
    "placed",
    "teams",
    "archived",
    "names",
    "givable",
)


def hold_share(counts: Mapping[Verb, int]) -> float | None:
    """Which share of all decisions are holds; None when nothing was decided."""
    total = sum(counts.values())
    return counts.get("hold", 0) / total if total else None


def link_share(linked: int, accounts: int) -> float | None:
    """Which share of the person accounts have a confirmed link; None when there are no accounts."""
    return linked / accounts if accounts else None


def resources(facts: Facts, names: Collection[str]) -> frozenset[Resource]:
    """The teams and repositories with these names, in any case."""
    wanted = {name.casefold() for name in names}
    return frozenset(r for r, name in facts.names.items() if name.casefold() in wanted)
