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

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from seatkeeper.errors import Braked, ForgeError, RateLimited, Refused, Uncertain
from seatkeeper.model.plan import Change, Step
from seatkeeper.model.snapshot import AccountState
from seatkeeper.workflow.admit import braked, stopping
from seatkeeper.workflow.compare import drift, nothing_read, obstacles, read_again, shows, takes_membership
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.owners import keep_owners
from seatkeeper.workflow.record import Due, Outcome, Run, conclude, intend, worst
from seatkeeper.workflow.runs import INTERRUPTED, ChangeState, RunState

LEASE = timedelta(minutes=15)
READ_BACK_PAUSES = (0.0, 2.0, 5.0, 15.0)
"""Seconds between readings while a forge that answered yes does not show it yet."""
GLANCE = 300.0
"""Seconds of waiting between two looks at the brake."""
SETTLE = 5.0
"""Seconds for a request that a killed process had in flight to land before it is looked for."""
UNREAD_IN_A_ROW = 3
"""One account that can't be read is held alone; so many in a row, and it is the forge."""


def checkpoint(desk: Desk, run: Run, change: Change | None = None) -> None:
    """Law 10: read before every step whether to stop; and never act without the lease.

    Of a run that is under way only this change is asked about, so that a brake on leaves stops takers alone.
    """
    run.lease = desk.store.renew(run.lease, desk.clock.now(), LEASE)
    brake = stopping(desk, run.plan, None if change is None else [change])
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
    change = replace(state.change, steps=tuple(s.step for s in state.steps))
    begun = accepted or any(s.intended for s in state.steps)
    checkpoint(desk, run, replace(change, steps=tuple(d.step for d in due)))
    now_begun = intend(desk, run, change, due)
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
        outcomes, seen = _send_all(desk, run, change, due, seen, now_begun)
    conclude(desk, run, change, due, outcomes, seen, now_begun)
    run.told(change, worst(outcomes))
    return tuple(outcomes)


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
        return Outcome("confirmed", "read after an interruption", found=True)
    return Outcome("unknown" if shown is None else "drifted", problem)


def _send_all(
    desk: Desk, run: Run, change: Change, due: Sequence[Due], seen: AccountState, now_begun: datetime
) -> tuple[list[Outcome], AccountState]:
    steps = [d.step for d in due]
    answers: list[Outcome | None] = []
    unsent, owed, sent = "", "", False
    try:
        for step in steps:
            known = _known_before(step, seen, change, unsent or (owed if step.action == "take" else ""))
            if known is not None:
                answers.append(known)
                continue
            sent = True
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
            conclude(desk, run, change, due[: len(answers)], outcomes, seen, now_begun)
        raise
    if not sent:  # the reading that told so is the latest there can be
        return [answer for answer in answers if answer is not None], seen
    return _read_back(desk, run, change, steps, answers)


def _known_before(step: Step, seen: AccountState, change: Change, unsent: str) -> Outcome | None:
    """What became of a step that is not sent; None: it goes."""
    if unsent:
        return Outcome("refused", unsent)
    if shows(step, seen, change):
        return Outcome("confirmed", "was already so", found=True)
    hindered = {} if step.invites else obstacles(change, seen)
    hindrance = next((hindered[g.resource] for g in step.grants if g.resource in hindered), None)
    return Outcome("drifted", hindrance) if hindrance is not None else None


def _send(
    desk: Desk, run: Run, change: Change, step: Step, seen: AccountState
) -> tuple[Outcome | None, AccountState]:
    """Send one step, once; no outcome when only the reading back can tell.

    Where the forge asks for a long wait, nothing was done: the wait is kept
    with an eye on the brake, and the account is read again before the step goes.
    """
    while True:
        checkpoint(desk, run, replace(change, steps=(step,)))
        try:
            run.send(step, seen)
        except Uncertain as lost:
            return Outcome("unknown", lost.what), seen
        except RateLimited as later:
            if later.wait is None:
                return Outcome("refused", later.what), seen
            wait(desk, run, later.wait, replace(change, steps=(step,)))
        except ForgeError as no:
            return Outcome("refused", no.what, no.code if isinstance(no, Refused) else ""), seen
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
    return (Outcome("confirmed", "was already so", found=True) if shows(step, seen, change) else None), seen


def wait(desk: Desk, run: Run, seconds: float, change: Change | None = None) -> None:
    """Wait so long, but never longer than a few minutes without a look at brake and lease."""
    while seconds > 0:
        desk.clock.sleep(min(seconds, GLANCE))
        seconds -= GLANCE
        checkpoint(desk, run, change)


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
            Due(index, s.step, s.intended): shows(s.step, seen, change.change)
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
        return Outcome("confirmed", "read after an interruption", found=True)
    return Outcome("refused", "interrupted, and the forge shows nothing of it", INTERRUPTED)
