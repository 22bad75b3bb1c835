"""A run as the journal tells it: true at any moment, a killed process included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.journal import fold
from seatkeeper.model.ids import Digest, RunId
from seatkeeper.model.plan import Change, Plan, Step, StepAction
from seatkeeper.model.run import Entry, Progressed, Result
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Store
from seatkeeper.rules import planfile

RETRIED = frozenset({"invitation_limit", "not_reinstatable", "interrupted"})
"""Codes of refused invitations that a restore sends again: another day, or as a plain one."""


class StepState(NamedTuple):
    """One step and what became of it; `result` is None while there is no outcome.

    `code` is one word for a refusal.
    """

    id: str
    step: Step
    intended: bool
    result: Result | None
    why: str
    at: datetime | None
    code: str = ""


class ChangeState(NamedTuple):
    """One change and how far it got; `until` is the day its invitation expires.

    Behind the plan's own steps come those that following it made necessary:
    an invitation withdrawn, or sent again.
    """

    change: Change
    progressed: Progressed
    steps: tuple[StepState, ...]
    until: datetime | None

    @property
    def unresolved(self) -> bool:
        """True when an intent has no outcome: the forge must be read before anything else."""
        return any(s.intended and s.result is None for s in self.steps)

    @property
    def asked_in(self) -> tuple[StepState, ...]:
        """The invitations that were begun, the latest last."""
        return tuple(s for s in self.steps if s.step.invites and s.intended)


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
    end = next((e for e in entries if e.kind == "run-ended"), None)
    ended = end.at if end else None
    over = end is not None and not (end.payload or {}).get("waiting")
    by_change: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.change:
            by_change.setdefault(entry.change, []).append(entry)
    changes = tuple(_fold_change(digest, c, by_change.get(c.digest, ()), over=over) for c in plan.changes)
    return RunState(run, digest, plan, first.at, ended, changes)


def _fold_change(digest: Digest, change: Change, entries: Iterable[Entry], *, over: bool) -> ChangeState:
    intended: dict[str, Entry] = {}
    outcomes: dict[str, Entry] = {}
    until: datetime | None = None
    for entry in entries:
        if entry.kind == "intent":
            intended[entry.step] = entry
        elif entry.kind == "outcome":
            outcomes[entry.step] = entry
            expires = (entry.payload or {}).get("expires")
            until = datetime.fromisoformat(str(expires)) if expires else until
    steps = []
    for index, step in enumerate((*change.steps, *_added(digest, change, intended))):
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
                str(payload.get("code", "")) if payload else "",
            )
        )
    return ChangeState(change, _progressed(tuple(steps), over=over), tuple(steps), until)


def _added(digest: Digest, change: Change, intended: Mapping[str, Entry]) -> list[Step]:
    """The steps that following made necessary, as their intents tell them, in order."""
    steps: list[Step] = []
    while (entry := intended.get(step_id(digest, change, len(change.steps) + len(steps)))) is not None:
        payload = entry.payload or {}
        action = cast("StepAction", payload.get("action", "withdraw"))
        grants = tuple(sorted(fold.read_grants(payload.get("grants"))))
        steps.append(Step(action, grants, f"{action} {payload.get('login', '')}".strip()))
    return steps


def _progressed(steps: tuple[StepState, ...], *, over: bool) -> Progressed:
    """How far a change got; of several invitations only the latest counts."""
    if any(s.intended and s.result is None for s in steps):
        return "in flight"
    asked = [s for s in steps if s.step.invites]
    counted = [s for s in steps if not s.step.invites and s.step.action != "withdraw"] + asked[-1:]
    if asked and asked[-1].result == "refused" and asked[-1].code in RETRIED:
        return "refused" if all(s.result for s in counted) else "waiting"
    results = {s.result for s in counted}
    for worst in ("unknown", "drifted", "refused"):
        if worst in results:
            return cast("Progressed", worst)
    if None not in results:
        return "confirmed"
    if results == {None}:
        return "refused" if over else "waiting"
    return "pending" if any(s.step.after_acceptance for s in steps) else "waiting"
