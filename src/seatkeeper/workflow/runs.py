"""A run as the journal tells it: true at any moment, a killed process included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.model.ids import Digest, InvitationId, RunId
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.run import Entry, Progressed, Result
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Store
from seatkeeper.rules import planfile


class StepState(NamedTuple):
    """One step and what became of it; `result` is None while there is no outcome."""

    id: str
    step: Step
    intended: bool
    result: Result | None
    why: str
    at: datetime | None

    @property
    def in_flight(self) -> bool:
        """True when there is an intent and no outcome: the forge must be read before anything else."""
        return self.intended and self.result is None


class ChangeState(NamedTuple):
    """One change and how far it got; `until` is the day its invitation expires.

    `steps` are those of the plan, then the withdrawals that following added.
    """

    change: Change
    progressed: Progressed
    steps: tuple[StepState, ...]
    until: datetime | None

    @property
    def interrupted(self) -> bool:
        """True when a step of a run, and not one that waited for an acceptance, is in flight."""
        return any(s.in_flight and not s.step.after_acceptance for s in self.steps)


@dataclass(frozen=True, slots=True)
class RunState:
    """A run, its plan, and each change's true state."""

    id: RunId
    digest: Digest
    plan: Plan
    started: datetime
    ended: datetime | None
    changes: tuple[ChangeState, ...]

    def results(self) -> dict[Result, int]:
        """How many steps ended how."""
        counts: dict[Result, int] = {"confirmed": 0, "refused": 0, "drifted": 0, "unknown": 0}
        for state in self.changes:
            for step in state.steps:
                if step.result is not None:
                    counts[step.result] += 1
        return counts

    @property
    def open(self) -> bool:
        """True while a change waits, is in flight or is pending."""
        return any(c.progressed in {"waiting", "in flight", "pending"} for c in self.changes)


def step_id(plan: Digest, change: Change, index: int) -> str:
    """The name of one step everywhere: plan, change, index."""
    return f"{plan[:12]}/{change.digest[:12]}/{index}"


def runs(store: Store, organization: Organization | None = None) -> list[RunId]:
    """The runs of the journal, oldest first."""
    entries = store.entries(kinds={"run-started"}, organization=organization.id if organization else None)
    return [RunId(entry.run) for entry in entries]


def run_of_plan(store: Store, organization: Organization, digest: Digest) -> RunId | None:
    """The run that carries this plan out and has not ended."""
    started = {
        RunId(entry.run)
        for entry in store.entries(kinds={"run-started"}, organization=organization.id)
        if entry.payload and entry.payload.get("plan") == digest
    }
    ended = {RunId(e.run) for e in store.entries(kinds={"run-ended"}, organization=organization.id)}
    return next(iter(sorted(started - ended)), None)


def load_run(store: Store, run: RunId) -> RunState | None:
    """Fold one run; None when the journal has none of that name or its plan was erased."""
    entries = list(store.entries(run=run))
    first = next((e for e in entries if e.kind == "run-started"), None)
    if first is None or first.payload is None:
        return None
    plan = planfile.decode(str(first.payload["file"]).encode())
    digest = Digest(str(first.payload["plan"]))
    ended = next((e.at for e in entries if e.kind == "run-ended"), None)
    by_change: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.change:
            by_change.setdefault(entry.change, []).append(entry)
    changes = tuple(_fold_change(digest, c, by_change.get(c.digest, ()), ended) for c in plan.changes)
    return RunState(run, digest, plan, first.at, ended, changes)


def _fold_change(
    digest: Digest, change: Change, entries: Iterable[Entry], ended: datetime | None
) -> ChangeState:
    intents: dict[str, Entry] = {}
    outcomes: dict[str, Entry] = {}
    until: datetime | None = None
    for entry in entries:
        if entry.kind == "intent":
            intents[entry.step] = entry
        elif entry.kind == "outcome":
            outcomes[entry.step] = entry
            expires = (entry.payload or {}).get("expires")
            until = datetime.fromisoformat(str(expires)) if expires else until
    planned = {step_id(digest, change, index): step for index, step in enumerate(change.steps)}
    added = {name: _withdrawal(entry) for name, entry in intents.items() if name not in planned}
    steps = tuple(
        _fold_step(name, step, intended=name in intents, outcome=outcomes.get(name))
        for name, step in (planned | added).items()
    )
    progressed = _progressed(steps[: len(planned)], steps[len(planned) :], ended)
    return ChangeState(change, progressed, steps, until)


def _withdrawal(intent: Entry) -> Step:
    """A step that is in no plan: an invitation that following withdrew."""
    payload = intent.payload or {}
    return Step(
        "withdraw", (), str(payload.get("call", "")), invitation=InvitationId(str(payload.get("invitation")))
    )


def _fold_step(name: str, step: Step, *, intended: bool, outcome: Entry | None) -> StepState:
    """An outcome whose payload was erased happened all the same: what it was is unknown."""
    if outcome is None:
        return StepState(name, step, intended, None, "", None)
    payload = outcome.payload or {"result": "unknown", "why": "what became of it was erased"}
    result = cast("Result", payload["result"])
    return StepState(name, step, intended, result, str(payload.get("why", "")), outcome.at)


def _progressed(
    steps: tuple[StepState, ...], added: tuple[StepState, ...], ended: datetime | None
) -> Progressed:
    if any(s.in_flight for s in (*steps, *added)):
        return "in flight"
    results = {s.result for s in steps}
    for worst in ("unknown", "drifted", "refused"):
        if worst in results:
            return cast("Progressed", worst)
    if None not in results:
        return "confirmed"
    if all(s.step.after_acceptance for s in steps if s.result is None):
        return "pending"
    return "refused" if ended else "waiting"
