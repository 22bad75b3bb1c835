"""A small company on a simulated forge, with keys and a journal: what workflow tests begin with."""

import sqlite3
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from seatkeeper.bootstrap import Office, open_office, people_as_of
from seatkeeper.cli.plans import write_plan
from seatkeeper.cli.progress import Silent
from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.stage import CAST, Stage, starter
from seatkeeper.forges.simulator.regime import settle
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.journal.fold import Standing
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, RunId
from seatkeeper.model.plan import Plan
from seatkeeper.model.schedule import Work
from seatkeeper.workflow.again import objections
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.follow import Followed, follow
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.restore import Restoration, restore
from seatkeeper.workflow.runs import RunState, load_run
from seatkeeper.workflow.scheduled import Scheduled, scheduled
from seatkeeper.workflow.standing import stand
from seatkeeper.workflow.takings import Selection

ANA, BEN, CHLOE = CAST
Signable = TypeVar("Signable", Computed, Restoration)
SEATS, TEAMS, REPOSITORIES = 120, 12, 30


@dataclass
class Workroom:
    """An office on a simulated forge, with the cast's keys. Verbs read like the story they tell."""

    forge: Simulator
    stage: Stage
    config: Path
    environ: dict[str, str]
    office: Office = field(repr=False)

    def plan(self) -> Computed:
        """Observe and plan, as every night."""
        computed = compute(self.office.desk, observe(self.office.desk))
        computed.decisions.close()
        return computed

    def sign(self, computed: Signable) -> Signable:
        """Ana proposes, Ben approves."""
        propose(self.office.desk, computed.plan, computed.digest, self.stage.key(ANA))
        approve(self.office.desk, computed.plan, computed.digest, self.stage.key(BEN))
        return computed

    def adopt(self) -> None:
        """Approve the baseline."""
        self.sign(self.plan())

    def apply(self, computed: Computed | Restoration) -> RunState:
        """Carry the plan out."""
        return apply(
            self.office.desk,
            self.office.writer,
            computed.plan,
            computed.digest,
            computed.file,
            holder="test",
        )

    def commit(self) -> None:
        """The configuration and the approvers, as they are, on the branch main."""
        told = (
            "-c",
            "user.name=ana",
            "-c",
            f"user.email={ANA}",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "now",
        )
        files = (self.config.name, "approvers.allowed_signers")
        for words in (("init", "-q", "-b", "main"), ("add", *files), told):
            subprocess.run(["git", *words], cwd=self.config.parent, check=True, capture_output=True)

    def stand(self, *works: Work, person: str = BEN) -> Standing:
        """Ben approves the schedule's small plans of today's policy."""
        desk, organization = self.office.desk, self.office.known_organization()
        return stand(desk, organization, works or ("leave", "join"), self.stage.key(person))

    def scheduled(self, work: Work) -> Scheduled:
        """The schedule's work is due."""
        desk, writer = self.office.desk, self.office.writer

        def carry_out(c: Computed) -> RunState:
            return apply(desk, writer, c.plan, c.digest, c.file, holder="schedule", work=work)

        keep = partial(write_plan, self.config.parent / f"plan-{work}.json")
        return scheduled(desk, self.office.settings.switched(work), keep, carry_out)

    def refusals(self) -> list[str]:
        """What the journal tells of everything that was refused."""
        return [str(e.payload["why"]) for e in self.office.desk.store.entries(kinds={"refusal"}) if e.payload]

    def follow(self) -> list[Followed]:
        """Move on what waits."""
        desk = self.office.desk
        organization = desk.reader.organization()
        return follow(
            desk, self.office.writer, organization, holder="test", object_to=lambda w: objections(desk, w)
        )

    def restore(self, **selection: Any) -> Restoration:
        """Plan to give back what our runs took."""
        told = {name: selection.pop(name) for name in ("first", "keep_days") if name in selection}
        organization = self.office.known_organization()
        return restore(self.office.desk, organization, Selection(**selection), **told)

    def held(self, accounts: Collection[str]) -> frozenset[Grant]:
        """What these accounts truly hold."""
        return frozenset(g for g in self.forge.world.grants() if g.subject.id in set(accounts))

    def status(self, run: RunId) -> RunState:
        """The run as the journal tells it now."""
        state = load_run(self.office.desk.store, run)
        assert state is not None
        return state

    def believe_them(self, accounts: Collection[str]) -> None:
        """The record says again that these accounts' people are active and stay: what it said was wrong."""
        logins = {self.forge.world.accounts[AccountId(a)].login.casefold() for a in accounts}
        with sqlite3.connect(self.stage.database) as people:
            for login in logins:
                people.execute(
                    "UPDATE people SET status = 'active', end_date = NULL WHERE lower(github_login) = ?",
                    (login,),
                )
        people.close()

    def logins(self, plan: Plan, kind: str) -> set[str]:
        """Whose change is of this kind."""
        return {change.login for change in plan.changes if change.kind == kind}

    @contextmanager
    def reopened(self) -> Iterator[Self]:
        """The same place through a new process's eyes: everything read anew from disk."""
        with open_office(self.config, self.environ, Silent()) as office:
            yield replace(self, office=office)


@dataclass
class Workplace(Workroom):
    """A workroom with a company around it."""

    company: Company

    def only_one_has_left(self) -> None:
        """The record believes every leaver but the first by login to be still there."""
        staying = sorted(self.company.truth.leavers)[1:]
        self.believe_them([one.id for login in staying if (one := self.forge.world.by_login(login))])

    def left_long_ago(self, people: int) -> set[AccountId]:
        """The record says of so many more members that they left, and has not said so before."""
        roles = self.company.roles
        members = {a.login: a.id for a in self.company.members() if roles[a.id] == "member"}
        staying = "SELECT github_login FROM people WHERE status = 'active' AND end_date IS NULL ORDER BY id"
        with sqlite3.connect(self.stage.database) as record:
            chosen = [login for (login,) in record.execute(staying) if login in members][:people]
            for login in chosen:
                record.execute("UPDATE people SET end_date = '2020-01-31' WHERE github_login = ?", (login,))
        record.close()
        return {members[login] for login in chosen}


@contextmanager
def workplace(
    folder: Path,
    *,
    seats: int = SEATS,
    seed: int = 7,
    edits: tuple[tuple[str, str], ...] = (),
    store: str | None = None,
    server: bool = False,
    secrets: Mapping[str, str] | None = None,
) -> Iterator[Workplace]:
    """A company invented from a seed, its record read a week ago and yesterday, not adopted yet.

    On a `server` of the company's own, where the credential that writes is a site administrator's.
    `store` is the journal's URL, which may hold a password; a file in `folder` when there is none.
    `secrets` are further variables that the configuration names.
    """
    company = invent(seats, TEAMS, REPOSITORIES, seed=seed)
    stage = Stage(folder)
    stage.make_keys()
    world = settle(company.world(), "ghes") if server else company.world()
    edits = (*edits, ('"${GH_WRITE}"}', '"${GH_WRITE}", site_admin: true}')) if server else edits
    with Simulator(world, site_admin=server) as forge:
        told = replace(starter(company, forge.url), keep=("active", "on_leave", "contractor"))
        told = replace(told, store="${STORE}" if store else told.store)
        config = stage.configure("seatkeeper.yaml", told, *edits)
        environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token, "STORE": store or ""}
        environ |= secrets or {}
        with open_office(config, environ, Silent()) as office:
            for days in (8, 1):
                stage.load(company, days)
                source = people_as_of(office, company.now - timedelta(days=days))
                office.desk.store.keep_extract(*source.read())
            stage.load(company, 0)
            yield Workplace(forge, stage, config, environ, office, company)
