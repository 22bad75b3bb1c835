"""What behaviours stand on: the doors of one connector, scratch accounts, and what was made for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal, NamedTuple, Protocol

from seatkeeper.errors import Refused
from seatkeeper.model.capabilities import Capabilities, Fact
from seatkeeper.model.grants import (
    Grant,
    Resource,
    direct,
    membership,
    signing_in,
    team_place,
)
from seatkeeper.model.ids import AccountId, InvitationId, RepositoryId, TeamId
from seatkeeper.model.plan import Step, StepAction
from seatkeeper.model.snapshot import AccountState, Organization, Snapshot, Target
from seatkeeper.ports import Clock, ForgeReader, Progress
from seatkeeper.rules.steps import joining, leaving, moving

Need = Literal[
    "membership is ours",
    "acceptance",
    "invitations",
    "teams in invitations",
    "no acceptance",
    "reinstatement",
    "suspension",
    "leave to suspend",
    "removal takes all",
    "second account",
    "low base role",
    "plainly scratch",
]
NO_INVITATION = InvitationId("0")
"""An id that is no invitation's, anywhere."""
ROLES = ("read", "triage", "write", "maintain", "admin")
CLOCKS_APART = timedelta(minutes=10)
"""How far the forge's clock may be from ours."""
PAUSES = (0.0, 1.0, 2.0, 5.0)
"""Seconds between readings while a forge that said yes does not show it yet."""


class Hands(Protocol):
    """What may change the scratch organization; it lets nothing else through."""

    def send(self, step: Step, state: AccountState) -> None:
        """Make the one call of a step, if it touches nothing but what is ours."""
        ...

    def make(
        self, kind: Literal["team", "repository"], name: str, parent: Resource | None = None
    ) -> Resource:
        """Make a team or a repository, and remember it as ours."""
        ...

    def archive(self, repository: Resource) -> None:
        """Have a repository of ours take no more changes."""
        ...

    def entitle(self, grant: Grant) -> None:
        """Give a team of ours its role on a repository of ours."""
        ...

    def remove(self, resource: Resource) -> None:
        """Remove a team or repository of ours."""
        ...


class Person(NamedTuple):
    """A scratch account; `accept` says yes with its own credential, None where there is none."""

    account: AccountId
    login: str
    accept: Callable[[], None] | None


@dataclass
class Furniture:
    """The teams and repositories that were made, by the words scenes call them, and their names."""

    teams: dict[str, TeamId] = field(default_factory=dict)
    repositories: dict[str, RepositoryId] = field(default_factory=dict)
    names: dict[Resource, str] = field(default_factory=dict)


@dataclass
class Ground:
    """One scratch organization under one connector.

    `plain`: nobody and nothing else is in it. `suspends`: the first account may be suspended, which shuts it
    out of the whole server for a moment. `found` are the recalled facts as they were found so far.
    """

    reader: ForgeReader
    hands: Hands
    organization: Organization
    people: tuple[Person, ...]
    furniture: Furniture
    clock: Clock
    progress: Progress
    plain: bool = False
    suspends: bool = False
    found: dict[Fact, bool] = field(default_factory=dict)

    @property
    def can(self) -> Capabilities:
        """What the connector says it can do, without what was found not to be so."""
        return self.reader.capabilities.knowing(self.found)

    @property
    def first(self) -> Person:
        """The account that most is done to."""
        return self.people[0]

    @property
    def second(self) -> Person:
        """Another one; scenes that use it need a second account."""
        return self.people[1]

    def lacks(self, need: Need) -> str | None:
        """Why something is not to be had here; None where it is."""
        can = self.can
        quiet = can.needs_acceptance and any(person.accept is None for person in self.people)
        base = self.organization.base_role
        reasons: Mapping[Need, tuple[bool, str]] = {
            "membership is ours": (can.membership_owner is None, f"{can.membership_owner} owns membership"),
            "acceptance": (not quiet, "a scratch account has no token of its own, so nobody can accept"),
            "invitations": (can.needs_acceptance, "nobody is ever invited here"),
            "teams in invitations": (can.asks_with_teams, "an invitation brings no teams here"),
            "no acceptance": (not can.needs_acceptance, "whoever comes in must accept first"),
            "reinstatement": (can.reinstate_days is not None, "the forge reinstates nobody here"),
            "suspension": (can.suspends_without_loss, "nobody can be suspended here without loss"),
            "leave to suspend": (self.suspends, "nobody said that an account may be suspended: --suspend"),
            "removal takes all": (can.membership_takes_all, "a removal leaves team places"),
            "second account": (len(self.people) > 1, "the configuration names one scratch account only"),
            "low base role": (base in {None, "read"}, f"every member holds {base} everywhere"),
            "plainly scratch": (self.plain, "other people are in this organization"),
        }
        there, why = reasons[need]
        return None if there else why

    def team(self, word: str) -> Resource:
        """A team that was made."""
        return Resource("team", self.furniture.teams[word])

    def repository(self, word: str) -> Resource:
        """A repository that was made."""
        return Resource("repository", self.furniture.repositories[word])

    def membership(self, person: Person, role: str = "member") -> Grant:
        """The person's place in the organization."""
        return membership(person.account, self.organization.id, role)

    def active(self, person: Person) -> Grant:
        """The person's being let in on the server."""
        return signing_in(person.account, self.organization.id)

    def place(self, person: Person, team: str, role: str = "member") -> Grant:
        """The person's place in a team."""
        return team_place(person.account, self.furniture.teams[team], role)

    def direct(self, person: Person, repository: str, role: str) -> Grant:
        """The person's own role on a repository."""
        return direct(person.account, self.furniture.repositories[repository], role)

    def target(self, person: Person, *resources: Resource) -> Target:
        """The person, with all the furniture or with just these resources."""
        names = self.furniture.names
        asked = {resource: names[resource] for resource in resources} if resources else dict(names)
        if self.reader.capabilities.suspends_without_loss:
            server = Resource("server", self.organization.id)
            asked[server] = f"of {self.organization.login}"
        return Target(person.account, person.login, asked)

    def state(self, person: Person, *resources: Resource) -> AccountState:
        """What the person holds now."""
        target = self.target(person, *resources)
        return self.reader.accounts([target])[person.account]

    def shut_out(self, person: Person) -> bool:
        """Whether the person is suspended, or may be for all that is told."""
        return self.can.suspends_without_loss and self.active(person) not in self.state(person).grants

    def state_when(self, person: Person, shows: Callable[[AccountState], bool]) -> AccountState:
        """The same once it shows something; else the last of a few readings."""
        for pause in PAUSES:
            self.clock.sleep(pause)
            state = self.state(person)
            if shows(state):
                break
        return state

    def snapshot(self) -> Snapshot:
        """The whole organization, read once."""
        return self.reader.snapshot(self.progress)

    def send(
        self,
        action: StepAction,
        person: Person,
        *grants: Grant,
        invitation: InvitationId | None = None,
        state: AccountState | None = None,
    ) -> None:
        """Make one call about the person, with the names of a fresh reading unless another is given."""
        self.hands.send(Step(action, grants, "", invitation=invitation), state or self.state(person))

    def give(self, person: Person, *grants: Grant) -> AccountState:
        """Give each of these, and read back until they are there."""
        for grant in grants:
            self.send("give", person, grant)
        return self.state_when(person, lambda state: state.grants.issuperset(grants))

    def take(self, person: Person, *grants: Grant) -> AccountState:
        """Take each of these, and read back until they are gone."""
        for grant in grants:
            self.send("take", person, grant)
        return self.state_when(person, lambda state: state.grants.isdisjoint(grants))

    def refusal(self, action: StepAction, person: Person, *grants: Grant, **how: object) -> Refused | None:
        """The forge's no to one call; None where it said yes."""
        try:
            self.send(action, person, *grants, **how)  # type: ignore[arg-type]  # the words of `send`
        except Refused as no:
            return no
        return None

    def out(self, *people: Person) -> None:
        """Have these people hold nothing here, and be asked in nowhere."""
        for person in people:
            self.settle(person, frozenset())

    def settle(self, person: Person, wanted: Iterable[Grant]) -> AccountState:
        """Bring the person from whatever is so to exactly this, by the steps that plans are made of."""
        after, can = frozenset(wanted), self.can
        state = self._without_invitation(person)
        if can.suspends_without_loss:  # being let in is no part of what scenes ask for
            state = self._signing_in(person, state)
        now = held(state)
        inside = self.membership(person).resource
        if not any(grant.resource == inside for grant in after):
            steps = leaving(now - after, can) if now - after else []
        elif any(grant.resource == inside for grant in now):
            steps = moving(now, after)
        else:
            steps = joining(now, after, can)
        for step in steps:
            self._walk(person, step)
        return self.state_when(person, lambda read: held(read) == after)

    def _walk(self, person: Person, step: Step) -> None:
        if step.invites:
            self.hands.send(step, self.state(person))
            self.accept(person)
            return
        state = self.state(person)
        if (step.grants[0] in state.grants) != (step.action == "give"):
            self.hands.send(step, state)

    def accept(self, person: Person) -> AccountState:
        """The person says yes, where anybody asks."""
        if person.accept is not None and self.state(person).invitation is not None:
            person.accept()
        return self.state_when(person, lambda state: state.invitation is None)

    def _without_invitation(self, person: Person) -> AccountState:
        state = self.state(person)
        if state.invitation is not None:
            self.send("withdraw", person, invitation=state.invitation.id, state=state)
            state = self.state_when(person, lambda read: read.invitation is None)
        return state

    def _signing_in(self, person: Person, state: AccountState) -> AccountState:
        active = self.active(person)
        return state if active in state.grants else self.give(person, active)


def held(state: AccountState) -> frozenset[Grant]:
    """What somebody holds in the organization, whether or not they are let in on the server."""
    return frozenset(grant for grant in state.grants if grant.resource.kind != "server")


def of(person: Person, grants: Iterable[Grant]) -> frozenset[Grant]:
    """Those of the grants that are this person's."""
    return frozenset(grant for grant in grants if grant.subject == ("account", person.account))


def nobody(state: AccountState) -> AccountState:
    """A state that says the account is nobody's any more."""
    return replace(state, exists=False)
