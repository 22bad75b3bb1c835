"""A run as the journal tells it: true at any moment, a killed process included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.model.ids import Digest, RunId
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


class ChangeState(NamedTuple):
    """One change and how far it got; `until` is the day its invitation expires."""

    change: Change
    progressed: Progressed
    steps: tuple[StepState, ...]
    until: datetime | None

    @property
    def unresolved(self) -> bool:
        """True when an intent has no outcome: the forge must be read before anything else."""
        return any(s.intended and s.result is None for s in self.steps)


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
    intended: set[str] = set()
    outcomes: dict[str, Entry] = {}
    until: datetime | None = None
    for entry in entries:
        if entry.kind == "intent":
            intended.add(entry.step)
        elif entry.kind == "outcome":
            outcomes[entry.step] = entry
            expires = (entry.payload or {}).get("expires")
            until = datetime.fromisoformat(str(expires)) if expires else until
    steps = []
    for index, step in enumerate(change.steps):
        name = step_id(digest, change, index)
        outcome = outcomes.get(name)
        payload = outcome.payload if outcome else None
        steps.append(
            StepState(
                name,
                step,
                name in intended,
                cast("Result", payload["result"]) if payload else None,
                str(payload.get("why", "")) if payload else "",
                outcome.at if outcome else None,
            )
        )
    return ChangeState(change, _progressed(tuple(steps), ended), tuple(steps), until)


def _progressed(steps: tuple[StepState, ...], ended: datetime | None) -> Progressed:
    if any(s.intended and s.result is None for s in steps):
        return "in flight"
    results = {s.result for s in steps}
    for worst in ("unknown", "drifted", "refused"):
        if worst in results:
            return cast("Progressed", worst)
    if None not in results:
        return "confirmed"
    if results == {None}:
        return "refused" if ended else "waiting"
    return "pending" if any(s.step.after_acceptance for s in steps) else "waiting"
