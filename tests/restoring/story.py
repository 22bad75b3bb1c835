"""Verbs for telling what is taken and given back, on a desk over a world in memory."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from seatkeeper.journal.store import SqlStore
from seatkeeper.model.grants import Grant, Resource, account_subject
from seatkeeper.model.ids import AccountId, Digest, RunId
from seatkeeper.model.plan import Basis, Plan
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Account
from seatkeeper.ports import Clock
from seatkeeper.rules import planfile
from seatkeeper.rules.effects import letting_in
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.planner import assemble, make_change
from seatkeeper.rules.steps import leaving, moving
from seatkeeper.workflow.accounting import Accounting, account
from seatkeeper.workflow.again import objections
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.fate import Fates
from seatkeeper.workflow.follow import Followed, follow
from seatkeeper.workflow.observe import snapshot_digest
from seatkeeper.workflow.plan import planned
from seatkeeper.workflow.restore import Restoration, restore
from seatkeeper.workflow.runs import RunState, load_run, runs
from seatkeeper.workflow.takings import Selection
from tests.restoring.memory import Forge, desk_of


@dataclass
class Story:
    """A forge, its journal, and what is done to both."""

    forge: Forge
    store: SqlStore
    clock: Clock

    def __post_init__(self) -> None:
        organization = self.forge.organization().id
        self.desk: Desk = desk_of(self.forge, self.store, self.clock)
        self.store.append([Draft("adopted", organization, {})], self.desk.clock.now())

    def observe(self) -> None:
        """Read everything and keep it."""
        self.desk.clock.sleep(0.001)
        snapshot = self.forge.snapshot(self.desk.progress)
        self.store.observe(snapshot, snapshot_digest(snapshot))

    def take(
        self,
        accounts: Collection[AccountId],
        *,
        only: Collection[Resource] | None = None,
        kind: str = "leave",
    ) -> RunState:
        """A run of ours takes everything (or what is held on `only` these) from each."""
        return self.carry_out(self.removal(accounts, only=only, kind=kind))

    def removal(
        self,
        accounts: Collection[AccountId],
        *,
        only: Collection[Resource] | None = None,
        kind: str = "leave",
    ) -> Plan:
        """The plan of such a run."""
        facts = self._facts()
        changes = []
        for one in sorted(accounts):
            before = facts.held.get(one, frozenset())
            lost = letting_in(before) or before
            after = before - lost if only is None else frozenset(g for g in before if g.resource not in only)
            if before == after:
                continue
            steps = leaving(before - after, facts.capabilities) if only is None else moving(before, after)
            login = self.forge.world.accounts[one].login
            changes.append(
                make_change(
                    "leave" if only is None else "move",
                    Account(one, login),
                    facts,
                    before=before,
                    after=after,
                    steps=steps,
                    reason="wrong",
                    because="a rule selected them",
                )
            )
        facts = replace(facts, backlog=frozenset(), named=frozenset(accounts))
        changes = [replace(c, kind=kind) for c in changes]  # type: ignore[arg-type]  # a word of ChangeKind
        return _waived(assemble(changes, (), facts, kind="daily"))

    def _facts(self) -> Facts:
        snapshot = self.forge.snapshot(self.desk.progress)
        nothing, now = Digest("0" * 64), self.desk.clock.now()
        last = self.store.last_outcome(snapshot.organization.id)
        return Facts(
            snapshot=snapshot,
            capabilities=self.forge.capabilities,
            policy=replace(self.desk.policy, manages=frozenset(t.slug for t in snapshot.teams)),
            decisions=Fates(),
            basis=Basis(last, nothing, now, nothing, now, nothing, None),
            computed_at=now,
            describe=self.forge.describe,
            rows=100,
            adopted=True,
        )

    def restore(self, **told: Any) -> Restoration:
        """Plan to give back; `first` and `keep_days` aside, what is told selects."""
        options = {name: told.pop(name) for name in ("first", "keep_days") if name in told}
        return restore(self.desk, self.forge.organization(), Selection(**told), **options)

    def carry_out(self, plan: Plan) -> RunState:
        """Propose, approve and apply."""
        self.sign(plan)
        return self.go_on(plan)

    def sign(self, plan: Plan) -> None:
        """Propose and approve."""
        file = planfile.encode(plan)
        digest = planfile.digest(file)
        self.store.append([planned(plan, digest)], self.desk.clock.now())
        propose(self.desk, plan, digest, "ana")
        approve(self.desk, plan, digest, "ben")

    def go_on(self, plan: Plan) -> RunState:
        """Apply, or go on with what was interrupted."""
        file = planfile.encode(plan)
        return apply(self.desk, self.forge, plan, planfile.digest(file), file, holder="test")

    def run_of(self, plan: Plan) -> RunId | None:
        """The run that carried this plan out to its end; None while none has."""
        digest = planfile.digest(planfile.encode(plan))
        states = (load_run(self.store, run) for run in runs(self.store, plan.organization))
        return next((s.id for s in states if s and s.digest == digest and s.ended), None)

    def follow(self) -> list[Followed]:
        """Move on what waits."""
        organization = self.forge.organization()
        return follow(
            self.desk,
            self.forge,
            organization,
            holder="test",
            object_to=lambda waiting: objections(self.desk, waiting),
        )

    def accounting(self, run: RunId) -> Accounting:
        """How everything that the run owes stands."""
        state = load_run(self.store, run)
        assert state is not None
        told = account(state)
        amounts = told.amounts()
        assert amounts["confirmed"] + amounts["pending"] + amounts["residue"] == amounts["total"]
        return told

    def accept(self, accounts: Collection[AccountId]) -> None:
        """Whoever is asked in accepts."""
        for one in accounts:
            self.forge.world.accept(one)

    def held(self, one: AccountId) -> frozenset[Grant]:
        """What the account truly holds."""
        return frozenset(g for g in self.forge.world.grants() if g.subject == account_subject(one))


def _waived(plan: Plan) -> Plan:
    """The plan as if every limit had let it pass: what is told here is about giving back."""
    assert not plan.holds, plan.holds
    return replace(plan, verdicts=tuple(v._replace(ruling="passes") for v in plan.verdicts))
