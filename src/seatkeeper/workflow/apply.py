"""Apply: carry an approved plan out, one change at a time, in the safe step protocol.

For each change: lease and epoch checked, brake read → **intents** in the
journal, on disk → the account read again and compared with *before* → each
step sent, the brake read between any two → read back → **outcomes** in the
journal, on disk. The steps of one change share their readings; each has an
intent and an outcome of its own.

A step whose effect is already there is confirmed and not sent. So going on
after a crash is the same walk: the intents are there, the account is read,
and only what the reading shows missing is sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from seatkeeper.errors import ForgeError, LeaseLost, RateLimited, Refused, Uncertain
from seatkeeper.journal.fold import write_grants
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import Digest, OrganizationId, RunId
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.run import Draft, Lease, Result
from seatkeeper.model.snapshot import AccountState, Target
from seatkeeper.ports import ForgeWriter
from seatkeeper.workflow.admit import Admission, admit, braked
from seatkeeper.workflow.allowance import allowance
from seatkeeper.workflow.brake import stop
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.drift import consequences, drift, obstacles, shows
from seatkeeper.workflow.owners import keep_owners
from seatkeeper.workflow.pinning import keep_pins
from seatkeeper.workflow.runs import RETRIED, ChangeState, RunState, load_run, run_of_plan, step_id

LEASE = timedelta(minutes=15)
READ_BACK_PAUSES = (0.0, 2.0, 5.0, 15.0)
"""Seconds between readings while a forge that answered yes does not show it yet."""
GLANCE = 300.0
"""Seconds of waiting between two looks at the brake."""
SETTLE = 5.0
"""Seconds for a request that a killed process had in flight to land before it is looked for."""


class Outcome(NamedTuple):
    """What became of one step, and why; `code` is one word for a refusal."""

    result: Result
    why: str
    code: str = ""


@dataclass(slots=True)
class Run:
    """A run in progress: its plan, its lease, and what to tell whoever watches."""

    id: RunId
    plan: Plan
    digest: Digest
    lease: Lease
    told: Callable[[Change, str], None]

    @property
    def organization(self) -> OrganizationId:
        """The organization's id."""
        return self.plan.organization.id


def _silent(_change: Change, _news: str) -> None:
    """Tells nobody."""


def apply(
    desk: Desk,
    writer: ForgeWriter,
    plan: Plan,
    digest: Digest,
    file: bytes,
    *,
    holder: str,
    told: Callable[[Change, str], None] = _silent,
) -> RunState:
    """Carry the plan out, or go on with the run of it that was interrupted; the run as the journal tells it.

    Raises what `admit` raises, `Braked` when a brake is set on the way, and
    `LeaseLost` when another process takes the organization over. Whatever it
    raises, the journal tells how far each change got.
    """
    resumed = run_of_plan(desk.store, plan.organization, digest)
    admission = admit(desk, plan, digest, resumed)
    lease = desk.store.acquire(plan.organization.id, holder, desk.clock.now(), LEASE)
    try:
        run = _start(desk, plan, digest, file, lease, admission, told) if resumed is None else None
        run = run or Run(RunId(str(resumed)), plan, digest, lease, told)
        if resumed is not None:
            desk.clock.sleep(SETTLE)
        _walk(desk, writer, run)
    finally:
        desk.store.release(lease)
    state = load_run(desk.store, run.id)
    if state is None:
        raise LeaseLost(f"The run {run.id} is not in the journal.", remedy="Run: seatkeeper verify")
    return state


def _start(
    desk: Desk,
    plan: Plan,
    digest: Digest,
    file: bytes,
    lease: Lease,
    admission: Admission,
    told: Callable[[Change, str], None],
) -> Run:
    now = desk.clock.now()
    name = RunId(f"{now:%Y%m%dT%H%M%S}-{digest[:8]}")
    payload = {
        "plan": digest,
        "file": file.decode(),
        "proposer": admission.proposer,
        "approvers": list(admission.approvers),
    }
    drafts = [Draft("run-started", plan.organization.id, payload, run=name)]
    desk.store.append([*drafts, *keep_pins(plan, name, admission.proposer, now)], now, lease)
    return Run(name, plan, digest, lease, told)


def _walk(desk: Desk, writer: ForgeWriter, run: Run) -> None:
    state = load_run(desk.store, run.id)
    changes = sorted(state.changes if state else (), key=lambda c: c.change.wave)
    room = allowance(desk, run.plan)
    with desk.progress.task("applying", len(changes)) as moved:
        for wave, members in groupby(changes, key=lambda c: c.change.wave):
            outcomes = []
            for change in members:
                if change.progressed in {"waiting", "in flight"} and room.admits(change):
                    outcomes.append(carry_out(desk, writer, run, change))
                    room.learn(outcomes[-1])
                moved(1)
            _stop_if_wrong(desk, run, wave, outcomes)
    ended: dict[str, object] = {"changes": len(changes), "waiting": _left_waiting(desk, run)}
    desk.store.append([Draft("run-ended", run.organization, ended, run=run.id)], desk.clock.now(), run.lease)


def _left_waiting(desk: Desk, run: Run) -> int:
    """How many changes of a restore wait for another day's invitations; following takes them up."""
    state = load_run(desk.store, run.id) if run.plan.kind == "restore" else None
    return sum(change.progressed == "waiting" for change in state.changes) if state else 0


def _stop_if_wrong(desk: Desk, run: Run, wave: int, outcomes: Sequence[tuple[Outcome, ...]]) -> None:
    """A wave with a step of unknown fate, or with most of its changes undone, sets the brake."""
    unknown = sum(any(o.result == "unknown" for o in change) for change in outcomes)
    undone = sum(
        any(o.result in {"refused", "drifted"} and o.code not in RETRIED for o in change)
        for change in outcomes
    )
    if not unknown and (undone == 1 or undone * 2 <= len(outcomes)):
        return
    reason = f"wave {wave}: {unknown} of {len(outcomes)} changes unknown, {undone} refused or drifted"
    stop(desk, run.plan.organization, f"{reason} (run {run.id})", "seatkeeper apply")
    _checkpoint(desk, run)


def carry_out(
    desk: Desk, writer: ForgeWriter, run: Run, state: ChangeState, *, accepted: bool = False
) -> tuple[Outcome, ...]:
    """Carry out the steps of one change that are due: those for now, or those that waited for acceptance."""
    due = [
        (index, s.step)
        for index, s in enumerate(state.steps)
        if s.result is None and (accepted or not s.step.after_acceptance)
    ]
    if not due:
        return ()
    change = replace(state.change, steps=tuple(s.step for s in state.steps))
    _checkpoint(desk, run)
    begun = any(s.intended for s in state.steps)
    _intend(desk, run, change, [(i, s) for i, s in due if not state.steps[i].intended])
    final = read_again(desk, run.plan, change)
    problem = drift(change, final, begun=begun or accepted) or keep_owners(desk, run.plan, change)
    if problem is not None:
        outcomes = [Outcome("drifted", problem) for _ in due]
    else:
        outcomes, final = _send_all(desk, writer, run, change, [s for _, s in due], final)
    _conclude(desk, run, change, due, outcomes, final)
    run.told(change, outcomes[0].result if outcomes else "confirmed")
    return tuple(outcomes)


def _checkpoint(desk: Desk, run: Run) -> None:
    """Law 10: read before every step whether to stop; and never act without the lease."""
    run.lease = desk.store.renew(run.lease, desk.clock.now(), LEASE)
    brake = desk.brake(run.plan.organization)
    if brake is not None:
        raise braked(brake)


def _intend(desk: Desk, run: Run, change: Change, steps: Sequence[tuple[int, Step]]) -> None:
    """Law 4: what the account is known to have is on disk before the first write."""
    drafts = [
        Draft(
            "intent",
            run.organization,
            {
                "account": change.account,
                "login": change.login,
                "action": step.action,
                "because": change.because,
                "grants": write_grants(step.grants),
                "before": write_grants(change.before),
            },
            run=run.id,
            change=change.digest,
            step=step_id(run.digest, change, index),
        )
        for index, step in steps
    ]
    if drafts:
        desk.store.append(drafts, desk.clock.now(), run.lease)


def target(plan: Plan, change: Change) -> Target:
    """Where to look when the account of a change is read again."""
    resources = {grant.resource for grant in change.before | change.after}
    resources.add(Resource("organization", plan.organization.id))
    return Target(change.account, change.login, {r: plan.names.get(r, "") for r in resources})


def read_again(desk: Desk, plan: Plan, change: Change) -> AccountState:
    """The account of a change as it is now."""
    return desk.reader.accounts([target(plan, change)])[change.account]


def _send_all(
    desk: Desk, writer: ForgeWriter, run: Run, change: Change, steps: Sequence[Step], state: AccountState
) -> tuple[list[Outcome], AccountState]:
    answers: list[Outcome | None] = []
    hindered, sent = obstacles(change, state), False
    for position, step in enumerate(steps):
        if position:
            _checkpoint(desk, run)
        if shows(step, state, change):
            answers.append(Outcome("confirmed", "was already so"))
            continue
        hindrance = next((hindered[g.resource] for g in step.grants if g.resource in hindered), None)
        if hindrance is not None and not step.invites:
            answers.append(Outcome("drifted", hindrance))
            continue
        answer, state = _send(desk, writer, run, change, step, state)
        answers.append(answer)
        sent = True
        if len(steps) > position + 1 and _has_consequences(step):
            state = read_again(desk, run.plan, change)
    if not sent:
        return [answer for answer in answers if answer is not None], state
    return _read_back(desk, run, change, steps, answers)


def _has_consequences(step: Step) -> bool:
    return step.action == "take" and any(g.resource.kind == "organization" for g in step.grants)


def _send(
    desk: Desk, writer: ForgeWriter, run: Run, change: Change, step: Step, state: AccountState
) -> tuple[Outcome | None, AccountState]:
    """Send one step, once; no outcome when only the reading back can tell.

    Where the forge asks for a long wait, nothing was done: the wait is kept
    with an eye on the brake, and the account is read again before the step goes.
    """
    while True:
        try:
            writer.send(step, state)
        except Uncertain:
            return None, state
        except RateLimited as later:
            if later.wait is None:
                return Outcome("refused", later.what), state
            _wait(desk, run, later.wait)
        except ForgeError as no:
            return Outcome("refused", no.what, no.code if isinstance(no, Refused) else ""), state
        else:
            return None, state
        state = read_again(desk, run.plan, change)
        problem = drift(change, state, begun=True)
        if problem is not None:
            return Outcome("drifted", problem), state
        if shows(step, state, change):
            return Outcome("confirmed", "was already so"), state


def _wait(desk: Desk, run: Run, seconds: float) -> None:
    """Wait as long as the forge asks, never longer than a few minutes without a look at brake and lease."""
    while seconds > 0:
        desk.clock.sleep(min(seconds, GLANCE))
        seconds -= GLANCE
        _checkpoint(desk, run)


def _read_back(
    desk: Desk, run: Run, change: Change, steps: Sequence[Step], answers: Sequence[Outcome | None]
) -> tuple[list[Outcome], AccountState]:
    """Law 7: what counts is what the forge shows, not what it answered."""
    state: AccountState | None = None
    for pause in READ_BACK_PAUSES:
        desk.clock.sleep(pause)
        try:
            state = read_again(desk, run.plan, change)
        except ForgeError:
            continue
        if all(shows(s, state, change) for s, a in zip(steps, answers, strict=True) if a is None):
            break
    if state is None:
        return [Outcome("unknown", "the forge could not be read afterwards") for _ in steps], _nothing_read(
            change
        )
    return [_judge(s, a, state, change) for s, a in zip(steps, answers, strict=True)], state


def _nothing_read(change: Change) -> AccountState:
    return AccountState(
        change.account, change.login, exists=True, grants=frozenset(), invitation=None, names={}
    )


def _judge(step: Step, answer: Outcome | None, state: AccountState, change: Change) -> Outcome:
    if shows(step, state, change):
        return answer if answer and answer.result == "confirmed" else Outcome("confirmed", "read back")
    if answer is not None and answer.result in {"refused", "drifted"}:
        return answer
    return Outcome("unknown", "sent, and the forge does not show it")


def _conclude(
    desk: Desk,
    run: Run,
    change: Change,
    due: Sequence[tuple[int, Step]],
    outcomes: Sequence[Outcome],
    state: AccountState,
) -> None:
    drafts = [
        Draft(
            "outcome",
            run.organization,
            _outcome_payload(change, step, outcome, state),
            run=run.id,
            change=change.digest,
            step=step_id(run.digest, change, index),
        )
        for (index, step), outcome in zip(due, outcomes, strict=True)
    ]
    desk.store.append(drafts, desk.clock.now(), run.lease)


def _outcome_payload(change: Change, step: Step, outcome: Outcome, state: AccountState) -> dict[str, object]:
    lost: frozenset[Grant] = frozenset()
    if step.action == "take" and outcome.result in {"confirmed", "unknown"}:
        lost = consequences(change) if _has_consequences(step) else frozenset(step.grants)
        if outcome.result == "confirmed":
            lost -= state.grants
    payload: dict[str, object] = {
        "account": change.account,
        "login": change.login,
        "kind": change.kind,
        "action": step.action,
        "result": outcome.result,
        "why": outcome.why,
        "code": outcome.code,
        "lost": write_grants(lost),
        "gained": write_grants(step.grants if step.action == "give" else ()),
        "foreseen": change.foreseen,
    }
    if step.invites and state.invitation is not None:
        payload["invitation"] = state.invitation.id
        if state.invitation.expires_at is not None:
            payload["expires"] = state.invitation.expires_at.isoformat()
    return payload
