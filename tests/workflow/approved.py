"""An approved plan with a joiner, a mover and leavers: built once, copied for each story.

The mover lacks a place the record gives and holds one in a managed team that
the record does not, so that a move gives and takes.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from seatkeeper.bootstrap import Office, open_office
from seatkeeper.cli.plans import write_plan
from seatkeeper.cli.progress import Silent
from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.stage import CAST, Stage
from seatkeeper.forges.simulator.regime import settle
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, Digest, TeamId
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.run import Entry
from seatkeeper.model.snapshot import AccountState
from seatkeeper.ports import ForgeWriter
from seatkeeper.rules import planfile
from seatkeeper.workflow.again import objections
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.brake import Released, release, stop
from seatkeeper.workflow.follow import Followed, follow
from seatkeeper.workflow.revoke import revoke
from seatkeeper.workflow.runs import ChangeState, RunState, load_run, runs
from tests.workflow.place import REPOSITORIES, TEAMS, workplace

ANA, BEN, CHLOE = CAST
SEATS, SEED = 60, 7


class Prepared(NamedTuple):
    """A folder whose plan is approved and may be carried out."""

    folder: Path
    company: Company
    url: str
    computed: float
    store: str | None = None
    server: bool = False


def unsettle(world: World, company: Company) -> str:
    """Give one person a place too many and one too few; the slug of the team with one too many."""
    places: dict[AccountId, list[TeamId]] = {}
    for grant in company.grants:
        if grant.subject.kind == "account" and grant.resource.kind == "team":
            places.setdefault(AccountId(grant.subject.id), []).append(TeamId(grant.resource.id))
    busy = company.truth.leavers
    settled = {p.github_login for p in company.people if p.status == "active" and p.end_date is None}
    mover = next(
        a.id
        for a in company.members()
        if company.roles[a.id] == "member"
        and a.login in settled
        and a.login not in busy
        and a.login not in company.truth.held
        and a.login not in company.truth.kept
        and len(places.get(a.id, ())) > 1
    )
    surplus = next(t for t in company.teams if t.id not in places[mover])
    with world.lock:
        world.place(mover, surplus.id)
        world.displace(mover, places[mover][0])
    return surplus.slug


def prepare(folder: Path, store: str | None = None, *, server: bool = False) -> Prepared:
    """Adopt, plan, propose and approve, on a `server` if so; every story works on a copy."""
    folder.mkdir(exist_ok=True)
    company = invent(SEATS, TEAMS, REPOSITORIES, seed=SEED)
    slug = unsettle(company.world(), company)
    edits = (("manages: []", f"manages: [{slug}]"),)
    with workplace(folder, seats=SEATS, seed=SEED, edits=edits, store=store, server=server) as place:
        place.adopt()
        unsettle(place.forge.world, place.company)
        computed = place.sign(place.plan())
        assert {c.kind for c in computed.plan.changes} == {"join", "move", "leave"}
        write_plan(folder / "plan.json", computed.file)
        seconds = (place.forge.world.now() - company.world().now()).total_seconds()
        return Prepared(folder, company, place.forge.url, seconds, store, server)


class Watched:
    """A writer that lets a story happen just before or after a step is sent, and counts."""

    def __init__(self, writer: ForgeWriter, before: Callable[[Step, AccountState], None]) -> None:
        self._writer = writer
        self._before = before

    def send(self, step: Step, state: AccountState) -> None:
        """See `ports.ForgeWriter`."""
        self._before(step, state)
        self._writer.send(step, state)

    def close(self) -> None:
        """See `ports.ForgeWriter`."""


@dataclass
class Approved:
    """A copy of the prepared folder beside a forge of its own. Verbs read like the story they tell."""

    folder: Path
    company: Company
    forge: Simulator
    office: Office
    plan: Plan
    file: bytes
    digest: Digest
    environ: Mapping[str, str]

    @property
    def world(self) -> World:
        """The forge's world."""
        return self.forge.world

    def change(self, kind: str) -> Change:
        """The first change of this kind with the most steps."""
        return max((c for c in self.plan.changes if c.kind == kind), key=lambda c: len(c.steps))

    def apply(self, *, before: Callable[[Step, AccountState], None] | None = None) -> RunState:
        """Carry the plan out; `before` happens before each step is sent."""
        writer = self.office.writer if before is None else Watched(self.office.writer, before)
        return apply(self.office.desk, writer, self.plan, self.digest, self.file, holder="story")

    def follow(self) -> dict[str, str]:
        """Move on what waits; the last news of each login."""
        desk, organization = self.office.desk, self.plan.organization
        told: list[Followed] = follow(
            desk, self.office.writer, organization, holder="story", object_to=lambda w: objections(desk, w)
        )
        return {item.login: item.news for item in told}

    def revoke(
        self,
        name: str,
        *,
        by: str = CHLOE,
        before: Callable[[Step, AccountState], None] | None = None,
        holder: str = "security",
    ) -> tuple[RunState, ...]:
        """Chloe of security presses the button; the runs it took."""
        desk = self.office.desk
        writer = self.office.writer if before is None else Watched(self.office.writer, before)

        def carry_out(plan: Plan, digest: Digest, file: bytes) -> RunState:
            return apply(desk, writer, plan, digest, file, holder=holder)

        return revoke(desk, name, "a stolen laptop", Stage(self.folder).key(by), carry_out).runs

    def stop(self) -> None:
        """Somebody sets the brake."""
        stop(self.office.desk, self.plan.organization, "wrong list", "chloe")

    def release(self) -> Released:
        """Chloe lets go of the brake."""
        return release(self.office.desk, self.plan.organization, "looked at", Stage(self.folder).key(CHLOE))

    def sign(self, plan: Plan, digest: Digest) -> None:
        """Ana proposes, Ben approves."""
        propose(self.office.desk, plan, digest, Stage(self.folder).key(ANA))
        approve(self.office.desk, plan, digest, Stage(self.folder).key(BEN))

    def carry_out(self, plan: Plan, digest: Digest, file: bytes) -> RunState:
        """Carry another plan out."""
        return apply(self.office.desk, self.office.writer, plan, digest, file, holder="story")

    def run(self) -> RunState:
        """The last run, as the journal tells it."""
        state = load_run(self.office.desk.store, runs(self.office.desk.store)[-1])
        assert state is not None
        return state

    def of(self, change: Change) -> ChangeState:
        """How far one change of the last run got."""
        return next(c for c in self.run().changes if c.change.digest == change.digest)

    def outcomes(self) -> list[Entry]:
        """Every outcome there is."""
        return list(self.office.desk.store.entries(kinds={"outcome"}))

    def entries(self, change: Change, kind: str) -> list[Entry]:
        """The entries of one change of this kind."""
        found = self.office.desk.store.entries(change=change.digest)
        return [entry for entry in found if entry.kind == kind]

    def held(self, account: AccountId) -> frozenset[Grant]:
        """What an account truly holds."""
        with self.world.lock:
            on_server = self.world.signing_in() if self.world.regime == "ghes" else frozenset()
            return frozenset(g for g in self.world.grants() | on_server if g.subject == ("account", account))

    def effects(self, account: AccountId, kind: str | None = None) -> list[tuple[str, str]]:
        """What truly happened to an account by anybody's call."""
        return [
            (e.kind, e.what)
            for e in self.world.log.effects
            if e.account == account and kind in {None, e.kind}
        ]

    def says(self, key: str, status: str) -> None:
        """The record says this of a person from now on."""
        self.record("UPDATE people SET status = ? WHERE id = ?", status, key)

    def record(self, statement: str, *values: str) -> None:
        """Change the people database."""
        with closing(sqlite3.connect(Stage(self.folder).database)) as people, people:
            people.execute(statement, values)

    def pin(self, login: str, kind: str) -> None:
        """Somebody writes a pin into the policy; whoever opens the place anew reads it."""
        config = self.folder / "seatkeeper.yaml"
        told = f"account: {login}, pin: {kind}, owner: {ANA}, reason: wait, until: 2030-01-31"
        text = config.read_text("utf-8")
        assert "\n  pins: []" in text
        config.write_text(text.replace("\n  pins: []", f"\n  pins: [{{{told}}}]"), "utf-8")

    @contextmanager
    def reopened(self) -> Iterator["Approved"]:
        """The same folder through a new process's eyes."""
        with open_office(self.folder / "seatkeeper.yaml", self.environ, Silent()) as office:
            yield Approved(
                self.folder, self.company, self.forge, office, self.plan, self.file, self.digest, self.environ
            )


@contextmanager
def approved(prepared: Prepared, folder: Path) -> Iterator[Approved]:
    """A copy of the folder, and the same company on a forge of its own a minute later."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    world = prepared.company.world()
    if prepared.server:
        settle(world, "ghes")
    unsettle(world, prepared.company)
    world.advance(prepared.computed + 60)
    world.log.effects.clear()
    with Simulator(world, site_admin=prepared.server) as forge:
        config = folder / "seatkeeper.yaml"
        config.write_text(config.read_text(encoding="utf-8").replace(prepared.url, forge.url), "utf-8")
        file = (folder / "plan.json").read_bytes()
        environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
        if prepared.store is not None:
            environ["STORE"] = prepared.store
        with open_office(config, environ, Silent()) as office:
            plan = planfile.decode(file)
            yield Approved(
                folder, prepared.company, forge, office, plan, file, planfile.digest(file), environ
            )
