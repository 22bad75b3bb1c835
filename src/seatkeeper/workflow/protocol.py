"""The safe step protocol: how one change is walked, and how one that was interrupted is resolved.

Lease and epoch checked, brake read → **intents** in the journal, on disk →
the account read again and compared with *before* → lease and brake once more,
and each step sent → read back → **outcomes** in the journal, on disk. The
steps of one change share their readings; each has an intent and an outcome of
its own.

A step whose effect is already there is confirmed and not sent. So going on
after a crash is the same walk: the intents are there, the account is read,
and only what the reading shows missing is sent.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from seatkeeper.errors import Braked, ForgeError, RateLimited, Uncertain
from seatkeeper.journal.fold import write_grants
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import Digest, OrganizationId, RunId
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.run import Draft, Lease, Result
from seatkeeper.model.snapshot import AccountState
from seatkeeper.rules.effects import loss
from seatkeeper.workflow.admit import braked
from seatkeeper.workflow.compare import consequences, drift, nothing_read, read_again, shows, takes_membership
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.owners import keep_owners
from seatkeeper.workflow.runs import ChangeState, RunState, step_id

LEASE = timedelta(minutes=15)
READ_BACK_PAUSES = (0.0, 2.0, 5.0, 15.0)
"""Seconds between readings while a forge that answered yes does not show it yet."""
GLANCE = 300.0
"""Seconds of waiting between two looks at the brake."""
SETTLE = 5.0
"""Seconds for a request that a killed process had in flight to land before it is looked for."""
UNREAD_IN_A_ROW = 3
"""One account that can't be read is held alone; so many in a row, and it is the forge."""

Send = Callable[[Step, AccountState], None]
"""The one call that writes, as the doors tell it."""


class Outcome(NamedTuple):
    """What became of one step, and why."""

    result: Result
    why: str


class Due(NamedTuple):
    """A step whose turn it is; `begun` where an earlier process may have sent it."""

    number: int
    step: Step
    begun: bool


@dataclass(slots=True)
class Run:
    """A run in progress: its plan, its lease, its way to write, and what to tell whoever watches.

    `unread` counts the accounts in a row that could not be read.
    """

    id: RunId
    plan: Plan
    digest: Digest
    lease: Lease
    send: Send
    told: Callable[[Change, str], None]
    unread: int = 0

    @property
    def organization(self) -> OrganizationId:
        """The organization's id."""
        return self.plan.organization.id


def checkpoint(desk: Desk, run: Run) -> None:
    """Law 10: read before every step whether to stop; and never act without the lease."""
    run.lease = desk.store.renew(run.lease, desk.clock.now(), LEASE)
    brake = desk.brake(run.plan.organization)
    if brake is not None:
        raise braked(brake)


def carry_out(desk: Desk, run: Run, state: ChangeState, *, accepted: bool = False) -> tuple[Outcome, ...]:
    """Carry out the steps of one change that are due: those for now, or those that waited for acceptance.

    Empty when none is due, or when an earlier process may have sent one and
    the account can't be read: that stays in flight.
    """
    due = [
        Due(index, s.step, s.intended)
        for index, s in enumerate(state.steps)
        if s.result is None and (accepted or not s.step.after_acceptance)
    ]
    if not due:
        return ()
    change = state.change
    begun = accepted or any(s.intended for s in state.steps)
    checkpoint(desk, run)
    _intend(desk, run, change, [d for d in due if not d.begun])
    try:
        seen = read_again(desk, run.plan, change)
        problem = drift(change, [d.step for d in due], seen, begun=begun)
        problem = problem or keep_owners(desk, run.plan, change)
    except ForgeError as unread:
        return _unread(desk, run, change, due, unread)
    run.unread = 0
    if problem is not None:
        outcomes = [_held(d, seen, change, problem) for d in due]
    else:
        outcomes, seen = _send_all(desk, run, change, due, seen)
    conclude(desk, run, change, due, outcomes, seen)
    run.told(change, worst(outcomes))
    return tuple(outcomes)


def worst(outcomes: Collection[Outcome]) -> Result:
    """What to tell of several steps in one word: never better than the worst of them."""
    ranked: tuple[Result, ...] = ("unknown", "drifted", "refused")
    results = {o.result for o in outcomes}
    return next((r for r in ranked if r in results), "confirmed")


def _unread(
    desk: Desk, run: Run, change: Change, due: Sequence[Due], error: ForgeError
) -> tuple[Outcome, ...]:
    """One account that can't be read holds alone; several in a row stop the run, which can go on later."""
    never_sent = [d for d in due if not d.begun]
    outcomes = [Outcome("refused", f"nothing was sent: {error.what}") for _ in never_sent]
    conclude(desk, run, change, never_sent, outcomes, nothing_read(change))
    run.unread += 1
    if run.unread >= UNREAD_IN_A_ROW:
        raise error
    run.told(change, "refused" if outcomes else "in flight")
    return tuple(outcomes)


def _held(due: Due, seen: AccountState, change: Change, problem: str) -> Outcome:
    """What to say of a step that will not be sent, and that an earlier process may have sent."""
    if not due.begun:
        return Outcome("drifted", problem)
    shown = shows(due.step, seen, change)
    if shown:
        return Outcome("confirmed", "read after an interruption")
    return Outcome("unknown" if shown is None else "drifted", problem)


def _send_all(
    desk: Desk, run: Run, change: Change, due: Sequence[Due], seen: AccountState
) -> tuple[list[Outcome], AccountState]:
    steps = [d.step for d in due]
    answers: list[Outcome | None] = []
    unsent = owed = ""
    try:
        for step in steps:
            if unsent or (owed and step.action == "take"):
                answers.append(Outcome("refused", unsent or owed))
                continue
            if shows(step, seen, change):
                answers.append(Outcome("confirmed", "was already so"))
                continue
            answer, seen = _send(desk, run, change, step, seen)
            answers.append(answer)
            if len(answers) == len(steps) or (answer is None and not takes_membership(step)):
                continue
            try:
                seen = read_again(desk, run.plan, change)
            except ForgeError as unread:
                unsent = f"not sent, since the account could not be read after the step before: {unread.what}"
            if step.action == "give" and not shows(step, seen, change):
                owed = "not taken, since what was to be given first was not"
    except Braked:
        if answers:
            outcomes, seen = _read_back(desk, run, change, steps[: len(answers)], answers)
            conclude(desk, run, change, due[: len(answers)], outcomes, seen)
        raise
    return _read_back(desk, run, change, steps, answers)


def _send(
    desk: Desk, run: Run, change: Change, step: Step, seen: AccountState
) -> tuple[Outcome | None, AccountState]:
    """Send one step, once; no outcome when only the reading back can tell.

    Where the forge asks for a long wait, nothing was done: the wait is kept
    with an eye on the brake, and the account is read again before the step goes.
    """
    while True:
        checkpoint(desk, run)
        try:
            run.send(step, seen)
        except Uncertain as lost:
            return Outcome("unknown", lost.what), seen
        except RateLimited as later:
            if later.wait is None:
                return Outcome("refused", later.what), seen
            _wait(desk, run, later.wait)
        except ForgeError as no:
            return Outcome("refused", no.what), seen
        else:
            return None, seen
        met, seen = _met_after_wait(desk, run, change, step, seen)
        if met is not None:
            return met, seen


def _met_after_wait(
    desk: Desk, run: Run, change: Change, step: Step, seen: AccountState
) -> tuple[Outcome | None, AccountState]:
    """Why a step that has waited need not or may not be sent any more; None: it goes."""
    try:
        seen = read_again(desk, run.plan, change)
    except ForgeError as unread:
        return Outcome("refused", f"nothing was sent: {unread.what}"), seen
    problem = drift(change, [step], seen, begun=True)
    if problem is not None:
        return Outcome("drifted", problem), seen
    return (Outcome("confirmed", "was already so") if shows(step, seen, change) else None), seen


def _wait(desk: Desk, run: Run, seconds: float) -> None:
    """Wait as long as the forge asks, never longer than a few minutes without a look at brake and lease."""
    while seconds > 0:
        desk.clock.sleep(min(seconds, GLANCE))
        seconds -= GLANCE
        checkpoint(desk, run)


def _read_back(
    desk: Desk, run: Run, change: Change, steps: Sequence[Step], answers: Sequence[Outcome | None]
) -> tuple[list[Outcome], AccountState]:
    """Law 7: what counts is what the forge shows, not what it answered."""
    seen = nothing_read(change)
    told = list(zip(steps, answers, strict=True))
    sent = [step for step, answer in told if answer is None or answer.result == "unknown"]
    for pause in READ_BACK_PAUSES:
        desk.clock.sleep(pause)
        try:
            seen = read_again(desk, run.plan, change)
        except ForgeError:
            continue
        if all(shows(step, seen, change) for step in sent):
            break
    return [_judge(step, answer, seen, change) for step, answer in told], seen


def _judge(step: Step, answer: Outcome | None, seen: AccountState, change: Change) -> Outcome:
    shown = shows(step, seen, change)
    if answer is not None and answer.result == "confirmed":
        return answer if shown is not False else Outcome("drifted", "was already so, and then no more")
    if shown:
        return Outcome("confirmed", "read back")
    if answer is not None and answer.result in {"refused", "drifted"}:
        return answer
    afterwards = "could not be read afterwards" if shown is None else "the forge does not show it"
    return Outcome("unknown", f"sent, and {afterwards}" + (f": {answer.why}" if answer else ""))


def resolve(desk: Desk, run: Run, state: RunState) -> list[tuple[ChangeState, list[Outcome]]]:
    """Law 7: an intent without an outcome is resolved by reading, and nothing is sent again.

    What can't be read stays in flight. Steps that wait for an acceptance are
    not looked at: `follow` goes on with them.
    """
    found = []
    interrupted = [change for change in state.changes if change.interrupted]
    desk.clock.sleep(SETTLE if interrupted else 0)
    for change in interrupted:
        run.lease = desk.store.renew(run.lease, desk.clock.now(), LEASE)
        try:
            seen = read_again(desk, run.plan, change.change)
        except ForgeError:
            seen = nothing_read(change.change)
        told = {
            Due(index, s.step, begun=True): shows(s.step, seen, change.change)
            for index, s in enumerate(change.steps)
            if s.in_flight and not s.step.after_acceptance
        }
        due = [step for step, shown in told.items() if shown is not None]
        outcomes = [_interrupted(shown=told[step] is True) for step in due]
        conclude(desk, run, change.change, due, outcomes, seen)
        found.append((change, outcomes))
    return found


def _interrupted(*, shown: bool) -> Outcome:
    if shown:
        return Outcome("confirmed", "read after an interruption")
    return Outcome("refused", "interrupted, and the forge shows nothing of it")


def _intend(desk: Desk, run: Run, change: Change, due: Sequence[Due]) -> None:
    """Law 4: what the account is known to have is on disk before the first write."""
    drafts = []
    for index, step, _ in due:
        payload: dict[str, object] = {
            "account": change.account,
            "login": change.login,
            "action": step.action,
            "because": change.because,
            "grants": write_grants(step.grants),
            "before": write_grants(change.before),
        }
        if step.invitation is not None:
            payload |= {"invitation": step.invitation, "call": step.call}
        name = step_id(run.digest, change, index)
        drafts.append(Draft("intent", run.organization, payload, run=run.id, change=change.digest, step=name))
    if drafts:
        desk.store.append(drafts, desk.clock.now(), run.lease)


def conclude(
    desk: Desk,
    run: Run,
    change: Change,
    due: Sequence[Due],
    outcomes: Sequence[Outcome],
    seen: AccountState,
) -> None:
    """The outcomes of these steps in the journal, on disk, together."""
    drafts = [
        Draft(
            "outcome",
            run.organization,
            _told(change, step, outcome, seen),
            run=run.id,
            change=change.digest,
            step=step_id(run.digest, change, index),
        )
        for (index, step, _), outcome in zip(due, outcomes, strict=True)
    ]
    if drafts:
        desk.store.append(drafts, desk.clock.now(), run.lease)


def _told(change: Change, step: Step, outcome: Outcome, seen: AccountState) -> dict[str, object]:
    given = step.grants if step.action == "give" and outcome.result == "confirmed" else ()
    payload: dict[str, object] = {
        "account": change.account,
        "login": change.login,
        "action": step.action,
        "result": outcome.result,
        "why": outcome.why,
        "lost": write_grants(_lost(change, step, outcome, seen)),
        "gained": write_grants(given),
        "foreseen": change.foreseen,
    }
    if step.action == "invite" and seen.invitation is not None:
        payload["invitation"] = seen.invitation.id
        if seen.invitation.expires_at is not None:
            payload["expires"] = seen.invitation.expires_at.isoformat()
    return payload


def _lost(change: Change, step: Step, outcome: Outcome, seen: AccountState) -> frozenset[Grant]:
    """Law 11: what this step cost the account, a role replaced by a lesser one too; unknown counts."""
    if outcome.result not in {"confirmed", "unknown"}:
        return frozenset()
    if step.action == "take":
        lost = consequences(change) if takes_membership(step) else frozenset(step.grants)
    elif step.action == "give":
        places = {g.resource for g in step.grants}
        lost = frozenset(g for g in loss(change) if g.resource in places)
    else:
        return frozenset()
    return lost - seen.grants if outcome.result == "confirmed" else lost
