"""A simulated world as reader, writer and clock at once, without any wire: for a thousand worlds."""

import functools
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from seatkeeper.cli.progress import Silent
from seatkeeper.errors import ApprovalError, Refused, SourceError
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.forges.simulator.records import InvitationRecord, InvitedRole, MemberRole, TeamRole
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant, Resource, account_subject
from seatkeeper.model.ids import AccountId, Digest, ForgeName, InvitationId, RepositoryId, TeamId
from seatkeeper.model.limits import DEFAULT_LIMITS
from seatkeeper.model.people import Extract
from seatkeeper.model.plan import Step
from seatkeeper.model.policy import Policy
from seatkeeper.model.run import Draft, Entry, Lease
from seatkeeper.model.snapshot import (
    Account,
    AccountState,
    Coverage,
    Credential,
    Intake,
    Invitation,
    Organization,
    Place,
    Reading,
    Seats,
    Snapshot,
    Target,
)
from seatkeeper.ports import Clock, ForgeReader, ForgeWriter, IdentitySource, Progress
from seatkeeper.workflow.desk import Desk
from tests.perfect_reader import perfect_snapshot

CODES = {
    "invitation-limit": "invitation_limit",
    "no-seat": "no_seat",
    "blocked": "blocked",
    "not-reinstatable": "not_reinstatable",
}
POLICY = Policy(Digest("0" * 64), None, None, None, None, (), frozenset(), (), ())


class Forge(ForgeReader, ForgeWriter, Protocol):
    """A reader and a writer in one, the world behind them, and what was sent."""

    world: World
    capabilities: Capabilities
    writes: list[Step]


@dataclass
class MemoryForge:
    """Answers as a perfect connector would; `before_write` may do anything just before a write, or die."""

    world: World
    capabilities: Capabilities = GITHUB
    before_write: Callable[[Step], None] = lambda _step: None
    after_write: Callable[[Step], None] = lambda _step: None
    writes: list[Step] = field(default_factory=list)

    def organization(self) -> Organization:
        return self.world.organization()

    def whoami(self) -> Account:
        return Account(AccountId("0"), "seatkeeper-operator", "bot")

    def credential(self) -> Credential:
        return Credential(self.whoami())

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        del progress, activity
        seen = perfect_snapshot(self.world)
        if self.capabilities.suspends_without_loss:
            told = Reading("suspensions", True, len(self.world.members))
            seen = replace(seen, coverage=Coverage((*seen.coverage.readings, told)))
        return replace(seen, grants=self.grants())

    def grants(self) -> frozenset[Grant]:
        """Everything that is held, and on a server that suspends who may sign in."""
        told = self.capabilities.suspends_without_loss
        return self.world.grants() | (self.world.signing_in() if told else frozenset())

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        truth: dict[str, set[Grant]] = {}
        for grant in self.grants():
            if grant.subject.kind == "account":
                truth.setdefault(grant.subject.id, set()).add(grant)
        return {target.account: self._state(target, truth.get(target.account, set())) for target in targets}

    def _state(self, target: Target, held: set[Grant]) -> AccountState:
        world = self.world
        record = world.accounts.get(target.account)
        names = {r: n for r in target.resources if (n := self._name(r)) is not None}
        gone = frozenset(r for r in target.resources if r.kind == "repository" and r not in names)
        if record is None:
            everything = frozenset(target.resources)
            return AccountState(target.account, target.login, False, frozenset(), None, {}, everything)
        pending = world.pending(target.account)
        return AccountState(
            target.account,
            record.login,
            exists=True,
            grants=frozenset(g for g in held if g.resource in target.resources),
            invitation=self._invitation(pending[0]) if pending else None,
            names=names,
            unread=gone,
        )

    def _name(self, resource: Resource) -> str | None:
        world = self.world
        if resource.kind in ("organization", "server"):
            return world.organization_login
        if resource.kind == "team":
            team = world.teams.get(TeamId(resource.id))
            return team.slug if team else None
        repository = world.repositories.get(RepositoryId(resource.id))
        return repository.name if repository else None

    def _invitation(self, record: InvitationRecord) -> Invitation:
        return Invitation(
            record.id,
            record.account,
            None,
            record.email,
            record.role,
            tuple(record.teams),
            record.created_at,
            record.expires_at,
        )

    def intake(self) -> Intake:
        found = tuple(self._invitation(record) for record in self.world.pending())
        return Intake(self.organization(), Seats(*self.world.seats()), found)

    def find(self, resources: Collection[Resource]) -> Mapping[Resource, Place]:
        found = {}
        for resource in resources:
            repository = self.world.repositories.get(RepositoryId(resource.id))
            archived = resource.kind == "repository" and repository is not None and repository.archived
            found[resource] = Place(self._name(resource), archived=archived)
        return found

    def managed(self) -> Mapping[Resource, str]:
        teams = self.world.teams.values()
        return {Resource("team", t.id): t.managed_by for t in teams if t.managed_by is not None}

    def lookup(self, logins: Iterable[str]) -> Mapping[str, Account | None]:
        records = {login: self.world.by_login(login) for login in logins}
        return {login: Account(r.id, r.login) if r else None for login, r in records.items()}

    def describe(self, step: Step, login: str, names: Mapping[Resource, str]) -> str:
        return f"{step.action} {login} {len(names)}"

    def close(self) -> None:
        """Nothing to let go of."""

    def send(self, step: Step, state: AccountState) -> None:
        """Make the step true, or refuse it as the forge would."""
        self.before_write(step)
        self.writes.append(step)
        self.world.advance(self.capabilities.write_seconds)
        try:
            self._send(step, state.account)
        except Refusal as no:
            raise Refused(no.words, status=422, code=CODES.get(no.code, no.code)) from None
        self.after_write(step)

    def _send(self, step: Step, account: AccountId) -> None:
        world = self.world
        if step.action == "withdraw":
            world.cancel(InvitationId(str(step.invitation)))
        elif step.invites:
            role = next(g.role for g in step.grants if g.resource.kind == "organization")
            asked = "reinstate" if step.action == "reinstate" else role
            teams = [TeamId(g.resource.id) for g in step.grants if g.resource.kind == "team"]
            if any(world.teams[team].managed_by for team in teams):
                raise Refused("Team can't be joined", status=422)
            world.invite(account, role=cast("InvitedRole", asked), teams=teams)
        elif step.action == "give":
            self._give(step.grants[0], account)
        else:
            self._take(step.grants[0], account)

    def _give(self, grant: Grant, account: AccountId) -> None:
        world, (kind, number) = self.world, grant.resource
        assert account in world.members, "a grant to no member would be one more invitation"
        if kind == "server":
            world.suspended.discard(account)
        elif kind == "organization":
            world.member(account, cast("MemberRole", grant.role))
        elif kind == "team":
            world.place(account, TeamId(number), cast("TeamRole", grant.role))
        else:
            repository = world.repositories[RepositoryId(number)]
            if repository.archived:
                raise Refused("archived", status=403, code="archived")
            if world.base_role and world.rank(grant.role) < world.rank(world.base_role):
                raise Refused("below the default", status=422, code="below_default")
            world.direct(account, repository.id, grant.role)

    def _take(self, grant: Grant, account: AccountId) -> None:
        world, (kind, number) = self.world, grant.resource
        if kind == "server":
            world.suspended.add(account)
        elif kind == "organization":
            world.remove_member(account)
        elif kind == "team":
            world.displace(account, TeamId(number))
        else:
            world.take_direct(account, RepositoryId(number))


class Mortal(SqlStore):
    """A journal that another store's entries lie in, and at which a process may die as it writes."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store.database)
        self.before_write: Callable[[], None] = lambda: None
        self.after_write: Callable[[], None] = lambda: None

    def append(self, drafts: Sequence[Draft], at: datetime, lease: Lease | None = None) -> list[Entry]:
        self.before_write()
        entries = super().append(drafts, at, lease)
        self.after_write()
        return entries


@dataclass(frozen=True)
class WorldClock:
    """The world's time; sleeping moves it on."""

    world: World

    def now(self) -> datetime:
        return self.world.now()

    def sleep(self, seconds: float) -> None:
        self.world.advance(max(0.0, seconds))

    def worker(self) -> AbstractContextManager[None]:
        return nullcontext()


class Signed:
    """Keys are names: who signs is who says so."""

    def sign(self, message: bytes, key: str) -> str:
        del message
        return key

    def person(self, message: bytes, signature: str, at: datetime) -> str:
        del message, at
        if not signature:
            raise ApprovalError("nobody signed")
        return signature


class NoRecord:
    """The record of people is gone: nothing is known of anybody, and nobody is kept out for it."""

    name = "hr"

    def read(self) -> tuple[Extract, object]:
        raise SourceError("the people database is gone")


def desk_of(forge: Forge, store: SqlStore, clock: Clock) -> Desk:
    """A desk on this forge with this journal, and no record of people."""
    return Desk(
        forge=ForgeName("acme"),
        build_reader=lambda: forge,
        build_source=lambda: cast("IdentitySource", NoRecord()),
        build_signatures=Signed,
        store=store,
        clock=clock,
        progress=Silent(),
        policy=POLICY,
        limits=DEFAULT_LIMITS,
        lines=(),
        zone="UTC",
    )


@functools.cache
def _empty() -> bytes:
    """A journal in which nothing is written yet: to make its tables anew costs more than a world does."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/journal.db").close()
        return Path(folder, "journal.db").read_bytes()


@contextmanager
def journal(folder: Path) -> Iterator[SqlStore]:
    """A store in that folder; several organizations may share it."""
    (folder / "journal.db").write_bytes(_empty())
    store = open_store(f"sqlite:///{folder}/journal.db")
    try:
        yield store
    finally:
        store.close()


def held(world: World, account: AccountId) -> frozenset[Grant]:
    """What an account truly holds."""
    return frozenset(g for g in world.grants() if g.subject == account_subject(account))
