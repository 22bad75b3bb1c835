"""A run as the journal tells it: true at any moment, a killed process included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.journal.fold import read_grants
from seatkeeper.model.ids import Digest, InvitationId, RunId
from seatkeeper.model.plan import Change, Plan, Step, StepAction
from seatkeeper.model.run import Entry, Progressed, Result
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Store
from seatkeeper.rules import planfile

INTERRUPTED = "interrupted"
NOT_REINSTATABLE = "not_reinstatable"
RETRIED = frozenset({"invitation_limit", NOT_REINSTATABLE, INTERRUPTED})
"""Codes of refused invitations that a restore sends again: another day, or as a plain one."""


class StepState(NamedTuple):
    """One step and what became of it; `result` is None while there is no outcome.

    `intended` is when its intent was written, None while there is none. `code` is one word for a refusal.
    `reinstated_until` is when the forge stops reinstating whom it removed; None where it removed nobody.
    """

    id: str
    step: Step
    intended: datetime | None
    result: Result | None
    why: str
    at: datetime | None
    code: str = ""
    reinstated_until: datetime | None = None

    @property
    def in_flight(self) -> bool:
        """True when there is an intent and no outcome: the forge must be read before anything else."""
        return self.intended is not None and self.result is None


class ChangeState(NamedTuple):
    """One change and how far it got; `until` is the day its invitation expires.

    `steps` are those of the plan, then those that following it made necessary:
    an invitation withdrawn, or sent again.
    """

    change: Change
    progressed: Progressed
    steps: tuple[StepState, ...]
    until: datetime | None

    @property
    def interrupted(self) -> bool:
        """True when a step of a run, and not one that waited for an acceptance, is in flight."""
        return any(s.in_flight and not s.step.after_acceptance for s in self.steps)

    @property
    def reinstated_until(self) -> datetime | None:
        """When the forge stops reinstating whom this change removed; None where it removed nobody."""
        return next((s.reinstated_until for s in self.steps if s.reinstated_until), None)

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


def run_of_plan(
    store: Store, organization: Organization, digest: Digest, *, ended: bool = False
) -> RunId | None:
    """The run that carries this plan out and has not ended; with `ended` the one that did."""
    started = {
        RunId(entry.run)
        for entry in store.entries(kinds={"run-started"}, organization=organization.id)
        if entry.payload and entry.payload.get("plan") == digest
    }
    over = {RunId(e.run) for e in store.entries(kinds={"run-ended"}, organization=organization.id)}
    return next(iter(sorted(started & over if ended else started - over)), None)


def load_run(store: Store, run: RunId) -> RunState | None:
    """Fold one run; None when the journal has none of that name or its plan was erased."""
    entries = list(store.entries(run=run))
    first = next((e for e in entries if e.kind == "run-started"), None)
    if first is None or first.payload is None:
        return None
    plan = planfile.decode(str(first.payload["file"]).encode())
    digest = Digest(str(first.payload["plan"]))
    end = next((e for e in entries if e.kind == "run-ended"), None)
    over = end is not None and not (end.payload or {}).get("waiting")
    by_change: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.change:
            by_change.setdefault(entry.change, []).append(entry)
    changes = tuple(_fold_change(digest, c, by_change.get(c.digest, ()), over=over) for c in plan.changes)
    return RunState(run, digest, plan, first.at, end.at if end else None, changes)


def _fold_change(digest: Digest, change: Change, entries: Iterable[Entry], *, over: bool) -> ChangeState:
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
    added = {name: _added(entry) for name, entry in intents.items() if name not in planned}
    steps = tuple(
        _fold_step(name, step, intents.get(name), outcomes.get(name))
        for name, step in (planned | added).items()
    )
    return ChangeState(change, _progressed(change, steps, over=over), steps, until)


def _added(intent: Entry) -> Step:
    """A step that is in no plan, as its intent tells it: an invitation that was withdrawn, or sent again."""
    payload = intent.payload or {}
    action = cast("StepAction", payload.get("action", "withdraw"))
    grants = tuple(sorted(read_grants(payload.get("grants"))))
    told = payload.get("invitation")
    call = str(payload.get("call", f"{action} {payload.get('login', '')}".strip()))
    return Step(action, grants, call, invitation=InvitationId(str(told)) if told is not None else None)


def _fold_step(name: str, step: Step, intent: Entry | None, outcome: Entry | None) -> StepState:
    """An outcome whose payload was erased happened all the same: what it was is unknown."""
    intended = intent.at if intent is not None else None
    if outcome is None:
        return StepState(name, step, intended, None, "", None)
    payload = outcome.payload or {"result": "unknown", "why": "what became of it was erased"}
    result = cast("Result", payload["result"])
    why, code, until = (str(payload.get(name, "")) for name in ("why", "code", "reinstated_until"))
    remembered = datetime.fromisoformat(until) if until else None
    return StepState(name, step, intended, result, why, outcome.at, code, remembered)


def _progressed(change: Change, steps: tuple[StepState, ...], *, over: bool) -> Progressed:
    """How far a change got, by the plan's own steps; of several invitations only the latest counts."""
    if any(s.in_flight for s in steps):
        return "in flight"
    planned, again = steps[: len(change.steps)], [s for s in steps[len(change.steps) :] if s.step.invites]
    counted = [*(s for s in planned if not (again and s.step.invites)), *again[-1:]]
    results = {s.result for s in counted}
    if change.kind == "restore" and None in results and any(_to_retry(s) for s in counted):
        return "waiting"
    for worst in ("unknown", "drifted", "refused"):
        if worst in results:
            return cast("Progressed", worst)
    if None not in results:
        return "confirmed"
    if all(s.step.after_acceptance for s in counted if s.result is None):
        return "pending"
    return "refused" if over else "waiting"


def _to_retry(state: StepState) -> bool:
    return state.step.invites and state.result == "refused" and state.code in RETRIED
