"""Conform: fill a scratch organization, show there what every connector must, and empty it again.

Nobody can lose anything by it: it begins only where the scratch accounts hold
nothing and nobody else is there (or the organization is named once more), and
every write passes a fence that knows those accounts and what this made itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeVar

from seatkeeper.conformance.behaviour import Behaviour, Judged
from seatkeeper.conformance.furniture import furnish
from seatkeeper.conformance.ground import NO_INVITATION, Furniture, Ground, Person
from seatkeeper.conformance.walk import Walk
from seatkeeper.errors import RateLimited, Refused, SeatkeeperError, UsageError
from seatkeeper.model.capabilities import Fact
from seatkeeper.model.grants import Grant, Resource, Subject, account_subject
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.plan import Step
from seatkeeper.model.run import Draft, Lease
from seatkeeper.model.snapshot import AccountState, Organization
from seatkeeper.ports import ForgeFurnisher, ForgeGuest, ForgeWriter
from seatkeeper.rules.words import count, listed
from seatkeeper.workflow.admit import braked
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.scratch import (
    EMPTY,
    changed,
    left_earlier,
    refuse_unless_scratch,
    scratch_people,
    strangers,
)

PREFIX = "seatkeeper-conformance-"
LEASE = timedelta(minutes=15)
GLANCE = 300.0
"""Seconds of waiting between two looks at the brake."""

Answer = TypeVar("Answer")


class Doors(NamedTuple):
    """The doors to a scratch organization beside the desk's reader.

    `guests` are the scratch accounts by login. `kind` and `api` say which forge it is, so that what is
    learnt there is believed of that forge alone.
    """

    writer: ForgeWriter
    furnisher: ForgeFurnisher
    guests: Mapping[str, ForgeGuest | None]
    kind: str
    api: str


class Conformed(NamedTuple):
    """What a run showed; `left` says what is not as it was before, and is empty when everything is."""

    organization: Organization
    regime: str
    judged: tuple[Judged, ...]
    learnt: Mapping[Fact, bool]
    left: tuple[str, ...]
    writes: int
    began: datetime
    ended: datetime


@dataclass
class Fence:
    """Lets through what touches these accounts and what was made for them, and nothing else."""

    desk: Desk
    doors: Doors
    organization: Organization
    lease: Lease
    accounts: Mapping[AccountId, str]
    furniture: Furniture = field(default_factory=Furniture)
    suspends: bool = False
    writes: int = 0

    def send(self, step: Step, state: AccountState) -> None:
        """Make the one call of a step about our own; `UsageError` for any other, and nothing is sent."""
        ours = {account_subject(account) for account in self.accounts}
        ours |= {Subject("team", one.id) for one in self.furniture.names if one.kind == "team"}
        home = {Resource("organization", self.organization.id), Resource("server", self.organization.id)}
        login = self.accounts.get(state.account)
        suspends = step.action == "take" and any(g.resource.kind == "server" for g in step.grants)
        asked = {None, NO_INVITATION, state.invitation.id if state.invitation else None}
        about_ours = (
            login is not None
            and step.invitation in asked
            and (self.suspends or not suspends)
            and login.casefold() == state.login.casefold()
            and all(
                g.subject in ours and g.resource in home | self.furniture.names.keys() for g in step.grants
            )
            and all(
                state.names.get(resource, name) == name for resource, name in self.furniture.names.items()
            )
        )
        if not about_ours:
            raise UsageError(f"A step to {step.action} is not about what is ours here; nothing was sent.")
        self._write(lambda: self.doors.writer.send(step, state))

    def make(
        self, kind: Literal["team", "repository"], name: str, parent: Resource | None = None
    ) -> Resource:
        """Make a team or repository under our prefix, and journal that it is ours."""
        called = PREFIX + name
        made = self._write(lambda: self.doors.furnisher.make(kind, called, parent))
        self.journal({"made": kind, "id": made.id, "name": called})
        self.furniture.names[made] = called
        if kind == "team":
            self.furniture.teams[name] = TeamId(made.id)
        else:
            self.furniture.repositories[name] = RepositoryId(made.id)
        return made

    def archive(self, repository: Resource) -> None:
        """Have a repository of ours take no more changes."""
        called = self.furniture.names[repository]
        self._write(lambda: self.doors.furnisher.archive(called))

    def entitle(self, grant: Grant) -> None:
        """Give a team of ours its role on a repository of ours."""
        self._write(lambda: self.doors.furnisher.entitle(grant, self.furniture.names))

    def remove(self, resource: Resource) -> None:
        """Remove what is ours, once its id has shown that its name still means it."""
        called = self.furniture.names[resource]
        today = self.desk.reader.find([resource])[resource].name
        if today is not None and today != called:
            raise Refused(f"{called} is called {today} now, so it is left", status=0, code="renamed")
        if today is not None:
            self._write(lambda: self.doors.furnisher.remove(resource, called))
        self.journal({"removed": resource.kind, "id": resource.id, "name": called})
        del self.furniture.names[resource]

    def journal(self, payload: Mapping[str, object]) -> None:
        """Write down what is ours, so that a run that was killed can be cleared away after."""
        self.desk.store.append([Draft("scratch", self.organization.id, payload)], self.desk.clock.now())

    def _write(self, write: Callable[[], Answer]) -> Answer:
        """Write once; again only where the forge did not take it and asked to come back later."""
        while True:
            self._may_write()
            try:
                answer = write()
            except RateLimited as later:
                self._wait(later.wait or GLANCE)
                continue
            self.writes += 1
            return answer

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            self.desk.clock.sleep(min(seconds, GLANCE))
            seconds -= GLANCE
            self._may_write()

    def _may_write(self) -> None:
        self.lease = self.desk.store.renew(self.lease, self.desk.clock.now(), LEASE)
        brake = self.desk.brake(self.organization)
        if brake is not None:
            raise braked(brake)


def conform(
    desk: Desk,
    doors: Doors,
    behaviours: Sequence[Behaviour],
    *,
    holder: str,
    named: str | None = None,
    suspends: bool = False,
) -> Conformed:
    """Show these behaviours on the desk's organization, and empty it.

    `named` is its login once more, from somebody who knows that other people are in it; `suspends`: a
    scratch account may be shut out of the whole server for a moment. What was found out is kept where
    everything that applies was shown: of a connector that shows something else nothing is believed. Raises
    before anything is written where the organization or an account is not one to be tried on.
    """
    with _open(desk, doors, holder) as (ground, fence):
        earlier = left_earlier(desk, ground.organization)
        if earlier.made or earlier.accounts:
            names = listed(earlier.made.values(), most=5) or "accounts that were let in"
            raise UsageError(
                f"An earlier run was not emptied: {names}.",
                arithmetic=count(len(earlier.made), "thing is left", "things are left"),
                remedy=f"First {EMPTY}",
            )
        began, before = desk.clock.now(), desk.reader.snapshot(desk.progress)
        others = strangers(desk, before, ground.people)
        shut = [person.login for person in ground.people if ground.shut_out(person)]
        refuse_unless_scratch(before, ground.people, shut, others, named)
        ground.plain, ground.suspends, fence.suspends = not others, suspends, suspends
        walk = Walk(ground)
        fence.journal({"accounts": sorted(fence.accounts)})
        try:
            furnish(ground)
            walk.through(behaviours)
        finally:
            left = _emptied(ground, fence) or changed(desk, before)
            fence.journal({"accounts": sorted(fence.accounts) if left else []})
        sound = all(one.verdict != "not shown" for one in walk.judged)
        learnt = dict(ground.found) if sound else {}
        regime = desk.reader.capabilities.regime
        _learn(desk, doors, ground.organization, regime, learnt)
        told = tuple(walk.judged), learnt, left, fence.writes, began, desk.clock.now()
        return Conformed(ground.organization, regime, *told)


def empty(desk: Desk, doors: Doors, *, holder: str) -> tuple[int, tuple[str, ...]]:
    """Take away what a run that was killed left: how much that was, and what could not be."""
    with _open(desk, doors, holder) as (ground, fence):
        earlier = left_earlier(desk, ground.organization)
        ground.people = tuple(p for p in ground.people if p.account in earlier.accounts)
        fence.accounts = {p.account: p.login for p in ground.people}
        fence.furniture.names.update(earlier.made)
        unnamed = sorted(set(earlier.accounts) - fence.accounts.keys())
        left = _emptied(ground, fence)
        left += tuple(f"account {one} was let in, and the configuration names it no more" for one in unnamed)
        fence.journal({"accounts": sorted(earlier.accounts) if left else []})
        return len(earlier.made), left


@contextmanager
def _open(desk: Desk, doors: Doors, holder: str) -> Iterator[tuple[Ground, Fence]]:
    """The ground and its fence, with the lease of the organization; nothing is written yet."""
    organization = desk.reader.organization()
    people = scratch_people(desk, doors.guests)
    lease = desk.store.acquire(organization.id, holder, desk.clock.now(), LEASE)
    fence = Fence(desk, doors, organization, lease, {p.account: p.login for p in people})
    try:
        yield (
            Ground(desk.reader, fence, organization, people, fence.furniture, desk.clock, desk.progress),
            fence,
        )
    finally:
        desk.store.release(fence.lease)


def _emptied(ground: Ground, fence: Fence) -> tuple[str, ...]:
    """Take away what is ours: repositories, then people, then teams, the nested first. What stayed."""
    made = list(fence.furniture.names)
    repositories = [one for one in made if one.kind == "repository"]
    order: list[Resource | Person] = [*repositories, *ground.people]
    order += reversed([one for one in made if one.kind == "team"])
    left = []
    with ground.progress.task("emptying", len(order)) as moved:
        for one in order:
            try:
                ground.out(one) if isinstance(one, Person) else fence.remove(one)
            except SeatkeeperError as error:
                name = one.login if isinstance(one, Person) else fence.furniture.names[one]
                left.append(f"{name}: {error.what}")
            moved(1)
    return tuple(left)


def _learn(
    desk: Desk, doors: Doors, organization: Organization, regime: str, learnt: Mapping[Fact, bool]
) -> None:
    payload: dict[str, object] = {"kind": doors.kind, "api": doors.api, "regime": regime, "facts": {**learnt}}
    if learnt:
        desk.store.append([Draft("learnt", organization.id, payload)], desk.clock.now())
