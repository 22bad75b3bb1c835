"""Apply: carry an approved plan out, wave by wave, one change at a time (`protocol` walks each).

Who may do what is asked once, as a run starts or goes on: an approval that
expires on the way does not stop a run between two people. What is asked
before every single step is the brake, the lease and the account itself.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from seatkeeper.errors import (
    ApprovalError,
    Braked,
    GuardTripped,
    JournalError,
    LeaseLost,
    NotCovered,
    PlanRefused,
    SeatkeeperError,
)
from seatkeeper.model.ids import Digest, RunId
from seatkeeper.model.incident import Cause
from seatkeeper.model.plan import Change, Plan
from seatkeeper.model.run import Draft, Lease
from seatkeeper.model.schedule import Work
from seatkeeper.ports import ForgeWriter
from seatkeeper.workflow.admit import Admission, admit
from seatkeeper.workflow.allowance import allowance
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.incident import of_mass_restore, open_incident, stopping_scope
from seatkeeper.workflow.pinning import run_pins
from seatkeeper.workflow.protocol import LEASE, SETTLE, carry_out, checkpoint, resolve
from seatkeeper.workflow.record import Outcome, Run, worst
from seatkeeper.workflow.refusal import journal_refusal
from seatkeeper.workflow.runs import RETRIED, RunState, load_run, run_of_plan
from seatkeeper.workflow.word import word_before

HERE = "seatkeeper apply"


def _silent(_change: Change, _news: str) -> None:
    """Tells nobody."""


def _nobody() -> None:
    """Sends nothing."""


def apply(
    desk: Desk,
    writer: ForgeWriter,
    plan: Plan,
    digest: Digest,
    file: bytes,
    *,
    holder: str,
    told: Callable[[Change, str], None] = _silent,
    send: Callable[[], object] = _nobody,
    work: Work | None = None,
) -> RunState:
    """Carry the plan out, or go on with the run of it that was interrupted; the run as the journal tells it.

    With `work` it is the schedule that carries out, under a standing approval; `send` sends notices
    that are due, where the run has to wait for a veto.
    Raises what `admit` raises, `Braked` when a brake is set on the way, and
    `LeaseLost` when another process takes the organization over. Whatever it
    raises, the journal tells how far each change got.
    """
    lease = _lease(desk, plan, digest, holder)
    try:
        resumed = run_of_plan(desk.store, plan.organization, digest)
        run = Run(resumed or _name(desk, digest), plan, digest, lease, writer.send, told)
        try:
            admission = admit(desk, plan, digest, resumed, work)
        except SeatkeeperError as refusal:
            _refused(desk, run, refusal, resumed)
            raise
        if resumed is None:
            _start(desk, run, file, admission)
        else:
            desk.clock.sleep(SETTLE)
        word_before(desk, run, _known(desk, run).started, send)
        _walk(desk, run)
        return _known(desk, run)
    finally:
        desk.store.release(lease)


def _lease(desk: Desk, plan: Plan, digest: Digest, holder: str) -> Lease:
    """The right to write here; that a second one asked while another has it is in the journal."""
    try:
        return desk.store.acquire(plan.organization.id, holder, desk.clock.now(), LEASE)
    except LeaseLost as refusal:
        journal_refusal(desk, plan.organization.id, "apply", refusal, plan=digest)
        raise


def _name(desk: Desk, digest: Digest) -> RunId:
    return RunId(f"{desk.clock.now():%Y%m%dT%H%M%S}-{digest[:8]}")


def _start(desk: Desk, run: Run, file: bytes, admission: Admission) -> None:
    payload: dict[str, object] = {
        "plan": run.digest,
        "file": file.decode(),
        "proposer": admission.proposer,
        "approvers": list(admission.approvers),
    }
    now = desk.clock.now()
    started = Draft("run-started", run.organization, payload, run=run.id)
    pins = run_pins(run.plan, run.id, admission.proposer, now)
    desk.store.append([started, *pins, *of_mass_restore(desk, run.plan, run.id)], now, run.lease)


def _known(desk: Desk, run: Run) -> RunState:
    state = load_run(desk.store, run.id)
    if state is None:
        raise JournalError(
            f"The journal does not tell the plan of run {run.id}.", remedy="Run: seatkeeper verify"
        )
    return state


def _refused(desk: Desk, run: Run, refusal: SeatkeeperError, resumed: RunId | None) -> None:
    """A plan that may not start, or a run that may not go on.

    A guard that trips opens an incident. What an interrupted run has in flight is
    resolved by reading, and a run whose plan can never go on is ended.
    """
    journal_refusal(desk, run.organization, "apply", refusal, plan=run.digest)
    if isinstance(refusal, GuardTripped | NotCovered):
        payload: dict[str, object] = {"plan": run.digest, "what": refusal.what, "sum": refusal.arithmetic}
        desk.store.append([Draft("trip", run.organization, payload)], desk.clock.now())
        _open(desk, run, "a tripped guard", f"{refusal.what} {refusal.arithmetic}", ())
    settles = isinstance(refusal, Braked | ApprovalError | PlanRefused | GuardTripped | NotCovered)
    if resumed is None or not settles or desk.reader.organization().id != run.organization:
        return
    resolve(desk, run, _known(desk, run))
    if isinstance(refusal, PlanRefused):
        _end(desk, run)


def _open(desk: Desk, run: Run, cause: Cause, reason: str, about: Sequence[str]) -> None:
    scope = stopping_scope(run.plan)
    open_incident(desk, run.plan.organization, cause, reason, HERE, about=about, scope=scope)


def _walk(desk: Desk, run: Run) -> None:
    changes = sorted(_known(desk, run).changes, key=lambda c: c.change.wave)
    room = allowance(desk, run.plan)
    with desk.progress.task("applying", len(changes)) as moved:
        for wave, members in groupby(changes, key=lambda c: c.change.wave):
            outcomes = []
            for change in members:
                if change.progressed in {"waiting", "in flight"} and room.admits(change):
                    outcomes.append(carry_out(desk, run, change))
                    room.learn(outcomes[-1])
                moved(1)
            _stop_if_wrong(desk, run, wave, [o for o in outcomes if o])
    _end(desk, run, others_later=run.plan.kind == "restore")


def _end(desk: Desk, run: Run, *, others_later: bool = False) -> None:
    """Say that nothing more will be begun; not while something is still in flight.

    With `others_later` following takes up the changes that wait for another day's invitations.
    """
    state = _known(desk, run)
    if any(change.interrupted for change in state.changes):
        return
    waiting = sum(change.progressed == "waiting" for change in state.changes) if others_later else 0
    ended: dict[str, object] = {"changes": len(state.changes), "waiting": waiting}
    draft = Draft("run-ended", run.organization, ended, run=run.id)
    desk.store.append([draft], desk.clock.now(), run.lease)


def _stop_if_wrong(desk: Desk, run: Run, wave: int, outcomes: Sequence[tuple[Outcome, ...]]) -> None:
    """A wave with a step of unknown fate, or with most of its changes undone, is an incident."""
    passing = RETRIED if run.plan.kind == "restore" else ()
    results = [worst([o for o in change if o.code not in passing]) for change in outcomes]
    unknown = results.count("unknown")
    undone = results.count("refused") + results.count("drifted")
    if not unknown and (undone == 1 or undone * 2 <= len(outcomes)):
        return
    reason = f"wave {wave}: {unknown} of {len(outcomes)} changes unknown, {undone} refused or drifted"
    _open(desk, run, "the circuit breaker", f"{reason} (run {run.id})", [run.id])
    checkpoint(desk, run)
