"""Follow: move on what waits on a person, until every change is confirmed or its failure is told.

Every delayed write is decided again first: whoever is leaving or pinned out
by now is not let in, and an invitation still open is withdrawn. Where today's
data does not tell, nothing is given and nothing is taken back. A restore's
invitations that ran out, or could not go yet, are sent within the day's allowance:
whoever says that they are blocked first, then whoever a restore marked, then all others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from seatkeeper.errors import ForgeError, SourceError
from seatkeeper.model.ids import AccountId, RunId
from seatkeeper.model.plan import Step
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import AccountState, Invitation, Organization
from seatkeeper.ports import ForgeWriter
from seatkeeper.rules.steps import joining
from seatkeeper.workflow.accounting import remembered
from seatkeeper.workflow.admit import stopping
from seatkeeper.workflow.again import Objection
from seatkeeper.workflow.allowance import Allowance, allowance
from seatkeeper.workflow.answer import blocked
from seatkeeper.workflow.compare import member, shows, target, untold
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.protocol import LEASE, UNREAD_IN_A_ROW, carry_out, resolve
from seatkeeper.workflow.record import Due, Outcome, Run, conclude
from seatkeeper.workflow.runs import ChangeState, RunState, StepState, load_run, runs, step_id

ObjectTo = Callable[[Sequence[tuple[ChangeState, AccountState]]], Mapping[AccountId, Objection]]
"""Decides again, on today's data, who of those waiting may not be let in."""
ASKED_AT_MOST = 4
"""Invitations to one person in one restore: four weeks of silence are an answer."""


class Followed(NamedTuple):
    """What following found of one change."""

    run: RunId
    login: str
    news: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One change that waits, its account as it was just read, and what is left of the day's invitations."""

    desk: Desk
    run: Run
    state: ChangeState
    account: AccountState
    room: Allowance


class _Turn(NamedTuple):
    """One that waits, and why it may not be let in, if so."""

    waiting: _Waiting
    objection: Objection | None


def follow(
    desk: Desk, writer: ForgeWriter, organization: Organization, *, holder: str, object_to: ObjectTo
) -> list[Followed]:
    """Read every change that waits, send what has become due, and journal what can't come any more.

    What an interrupted run left in flight is resolved first, by reading alone,
    a brake or not. A run about which `object_to` can't decide, because the record
    of people can't be read, waits, and the others go on; `SourceError` when there is
    no other. Raises `Braked` and `LeaseLost` like `apply`.
    """
    if not _waiting(desk, organization):
        return []
    lease = desk.store.acquire(organization.id, holder, desk.clock.now(), LEASE)
    try:
        news: list[Followed] = []
        undecided: list[SourceError] = []
        turns: list[_Turn] = []
        waiting = _waiting(desk, organization)
        restores = [state.plan for state in waiting if state.plan.kind == "restore"]
        room = allowance(desk, restores[0]) if restores else Allowance(None)
        for state in waiting:
            run = Run(state.id, state.plan, state.digest, lease, writer.send, lambda _change, _news: None)
            for change, outcomes in resolve(desk, run, state):
                told = ", ".join(o.result for o in outcomes) or "not yet: the account could not be read"
                news.append(Followed(run.id, change.change.login, f"resolved after an interruption: {told}"))
            try:
                found, unread = _look(desk, run, room, object_to)
            except SourceError as error:
                undecided.append(error)
                unread = [Followed(run.id, c.change.login, f"waits: {error.what}") for c in _moving(state)]
            else:
                turns += found
            news += unread
        if undecided and len(undecided) == len(waiting):
            raise undecided[0]
        return [*news, *_take_turns(desk, organization, turns)]
    finally:
        desk.store.release(lease)


def _waiting(desk: Desk, organization: Organization) -> list[RunState]:
    loaded = (load_run(desk.store, run) for run in runs(desk.store, organization))
    return [state for state in loaded if state and _moving(state)]


def _moving(state: RunState) -> list[ChangeState]:
    """The changes that wait on a person, and those of a restore that wait for another day's invitations."""
    later = state.plan.kind == "restore" and state.ended is not None
    wait = {"pending", "in flight", "waiting"} if later else {"pending", "in flight"}
    return [change for change in state.changes if change.progressed in wait]


def _look(desk: Desk, run: Run, room: Allowance, object_to: ObjectTo) -> tuple[list[_Turn], list[Followed]]:
    """What waits in this run, each read and decided again; and what could not be read."""
    state = load_run(desk.store, run.id)
    moving = [c for c in (_moving(state) if state else ()) if not c.interrupted]
    if not moving:
        return [], []
    read, unread = _read(desk, run, moving)
    ready = [(c, read[c.change.account]) for c in moving if c.change.account in read]
    objections = object_to(ready)
    turns = [_Turn(_Waiting(desk, run, c, seen, room), objections.get(seen.account)) for c, seen in ready]
    return turns, [Followed(run.id, c.change.login, why) for c, why in unread]


def _take_turns(desk: Desk, organization: Organization, turns: Sequence[_Turn]) -> list[Followed]:
    """Move each on, the most urgent first, whichever restore they wait in."""
    urgent = {account: n for n, account in enumerate(blocked(desk, organization))}

    def urgency(turn: _Turn) -> tuple[int, bool]:
        account, plan = turn.waiting.account.account, turn.waiting.run.plan
        return urgent.get(account, len(urgent)), account not in plan.first

    news = []
    for waiting, objection in sorted(turns, key=urgency):
        told = _move_on(waiting) if objection is None else _object(waiting, objection)
        news.append(Followed(waiting.run.id, waiting.state.change.login, told))
    return news


def _read(
    desk: Desk, run: Run, moving: Sequence[ChangeState]
) -> tuple[Mapping[AccountId, AccountState], list[tuple[ChangeState, str]]]:
    """All in one call; where that fails, one by one, so that one bad account is alone with it."""
    try:
        return desk.reader.accounts([target(run.plan, c.change) for c in moving]), []
    except ForgeError as error:
        if len(moving) == 1:
            return {}, [(moving[0], f"could not be read: {error.what}")]
    read: dict[AccountId, AccountState] = {}
    unread: list[tuple[ChangeState, str]] = []
    row = 0
    for change in moving:
        try:
            read.update(desk.reader.accounts([target(run.plan, change.change)]))
        except ForgeError as error:
            unread.append((change, f"could not be read: {error.what}"))
            row += 1
            if row >= UNREAD_IN_A_ROW:
                raise
        else:
            row = 0
    return read, unread


def _object(waiting: _Waiting, objection: Objection) -> str:
    """Let nobody further in; take back what is offered only where it is certain."""
    inside = member(waiting.account)
    if not objection.certain:
        gone = None if inside else _gone(waiting)
        if gone is not None:
            return _close(waiting, gone)
        return ("accepted, " if inside else "") + f"nothing more is given for now: {objection.why}"
    if inside:
        return _close(waiting, f"had accepted before; nothing more is given: {objection.why}")
    open_invitation = waiting.account.invitation
    if open_invitation is None or open_invitation.failed is not None:
        return _close(waiting, f"not let in: {objection.why}")
    return _withdraw(waiting, open_invitation, objection)


def _withdraw(waiting: _Waiting, invitation: Invitation, objection: Objection) -> str:
    """Cancel the open invitation in a step of its own after the plan's; not while nothing is taken."""
    withdrawal = _only(waiting, Step("withdraw", (), "", invitation=invitation.id))
    brake = stopping(waiting.desk, waiting.run.plan, [withdrawal.change])
    if brake is not None and brake.scope == "leaves":
        return f"the invitation stays while nothing is taken ({brake.reason}): {objection.why}"
    outcome = carry_out(waiting.desk, waiting.run, withdrawal)[0]
    if outcome.result != "confirmed":
        return f"the invitation could not be withdrawn ({outcome.result}: {outcome.why}): {objection.why}"
    return _close(waiting, f"invitation withdrawn: {objection.why}")


def _only(waiting: _Waiting, step: Step) -> ChangeState:
    """The change with one more step behind its own, and every other one out of the way."""
    change, account = waiting.state, waiting.account
    step = step._replace(call=waiting.desk.reader.describe(step, account.login, account.names))
    name = step_id(waiting.run.digest, change.change, len(change.steps))
    added = StepState(name, step, intended=None, result=None, why="", at=None)
    others = tuple(s._replace(step=s.step._replace(after_acceptance=True)) for s in change.steps)
    longer = replace(change.change, steps=(*(s.step for s in change.steps), step))
    return change._replace(change=longer, steps=(*others, added))


def _move_on(waiting: _Waiting) -> str:
    if member(waiting.account):
        outcomes = carry_out(waiting.desk, waiting.run, waiting.state, accepted=True)
        return "accepted: " + _tally(outcomes)
    if waiting.run.plan.kind == "restore" and _lapsed(waiting):
        return _ask_again(waiting)
    gone = _gone(waiting)
    if gone is not None:
        return _close(waiting, gone)
    invitation = waiting.account.invitation
    until = f", until {invitation.expires_at:%Y-%m-%d}" if invitation and invitation.expires_at else ""
    return f"pending on {waiting.account.login}{until}"


def _lapsed(waiting: _Waiting) -> bool:
    """True when no invitation is out, and the last one was not turned down: it ran out, or never went."""
    change, account, now = waiting.state, waiting.account, waiting.desk.clock.now()
    if not account.exists or untold(account):
        return False
    if account.invitation is not None and account.invitation.failed is None:
        expires = account.invitation.expires_at
        return expires is not None and expires <= now
    return change.progressed == "waiting" or (change.until is not None and change.until <= now)


def _ask_again(waiting: _Waiting) -> str:
    """Send the invitation that could not go, or one for that which ran out, within the day's allowance."""
    asked = waiting.state.asked_in
    if sum(s.result == "confirmed" for s in asked) >= ASKED_AT_MOST:
        return _close(waiting, f"invited {ASKED_AT_MOST} times, and no invitation was answered")
    if not waiting.room.take():
        return f"{waiting.account.login} waits for an invitation: none is left today"
    change = _only(waiting, _invitation(waiting)) if asked else waiting.state
    outcomes = carry_out(waiting.desk, waiting.run, change)
    waiting.room.learn(outcomes)
    return f"invited{' again' if asked else ''}: {_tally(outcomes)}"


def _invitation(waiting: _Waiting) -> Step:
    """Another invitation, which reinstates only while the forge still does."""
    can, change = waiting.desk.reader.capabilities, waiting.state.change
    if remembered(waiting.state, waiting.run.plan, can.reinstate_days, waiting.desk.clock.now()):
        return next(s.step for s in waiting.state.steps if s.step.invites)
    return joining(change.before, change.after, can)[0]


def _gone(waiting: _Waiting) -> str | None:
    """Why nobody can accept any more, or None: an invitation that could not be read is not gone."""
    account, invitation = waiting.account, waiting.account.invitation
    if not account.exists:
        return "the account does not exist any more"
    if invitation is None:
        return None if untold(account) else "the invitation is gone and was not accepted"
    if invitation.failed is not None:
        return f"the invitation failed: {invitation.failed}"
    if invitation.expires_at is not None and invitation.expires_at <= waiting.desk.clock.now():
        return "the invitation expired"
    return None


def _close(waiting: _Waiting, why: str) -> str:
    """Outcomes of the steps that will not be sent any more, and the intents of those that had none.

    What the invitation had brought by then is there, and told as that.
    """
    desk, run, change, seen = waiting.desk, waiting.run, waiting.state.change, waiting.account
    open_steps = [(i, s) for i, s in enumerate(waiting.state.steps) if s.result is None]
    _say_unsent(desk, run, waiting.state, (s for _, s in open_steps if not s.intended))
    due = [Due(index, s.step, s.intended) for index, s in open_steps]
    brought = Outcome("confirmed", "was already so", found=True)
    outcomes = [brought if shows(one.step, seen, change) else Outcome("refused", why) for one in due]
    conclude(desk, run, change, due, outcomes, seen)
    return why


def _say_unsent(desk: Desk, run: Run, state: ChangeState, steps: Iterable[StepState]) -> None:
    payload: dict[str, object] = {"account": state.change.account, "sent": False}
    drafts = [
        Draft("intent", run.organization, payload, run=run.id, change=state.change.digest, step=s.id)
        for s in steps
    ]
    if drafts:
        desk.store.append(drafts, desk.clock.now(), run.lease)


def _tally(outcomes: Sequence[Outcome]) -> str:
    results = [o.result for o in outcomes]
    return ", ".join(f"{results.count(r)} {r}" for r in dict.fromkeys(results)) or "not read; in flight"
