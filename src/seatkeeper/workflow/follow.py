"""Follow: move on what waits on a person, until every change is confirmed or its failure is told.

Every delayed write is decided again first: whoever is leaving or pinned out
by now is not let in, and an invitation still open is withdrawn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from seatkeeper.errors import SourceError
from seatkeeper.model.ids import AccountId, RunId
from seatkeeper.model.plan import Step
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import AccountState, Invitation, Organization
from seatkeeper.ports import ForgeWriter
from seatkeeper.rules.steps import joining
from seatkeeper.workflow.allowance import Allowance, allowance
from seatkeeper.workflow.apply import LEASE, SETTLE, Outcome, Run, carry_out, target
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.drift import shows
from seatkeeper.workflow.runs import ChangeState, RunState, StepState, load_run, runs, step_id

Objection = str
"""Why a person may not be let in any more, in words."""


ASKED_AT_MOST = 4
"""Invitations to one person in one restore: four weeks of silence are an answer."""


class Followed(NamedTuple):
    """What following found of one change."""

    run: RunId
    login: str
    news: str


def follow(
    desk: Desk,
    writer: ForgeWriter,
    organization: Organization,
    *,
    holder: str,
    object_to: Callable[[Sequence[tuple[ChangeState, AccountState]]], Mapping[AccountId, Objection]],
) -> list[Followed]:
    """Read every change that waits, send what has become due, and journal what can't come any more.

    `object_to` decides again, on today's data, who may not be let in. A run about which it can't
    decide, because the record of people can't be read, waits, and the others go on;
    `SourceError` when there is no other. Raises `Braked` and `LeaseLost` like `apply`.
    """
    waiting = _waiting(desk, organization)
    if not waiting:
        return []
    lease = desk.store.acquire(organization.id, holder, desk.clock.now(), LEASE)
    try:
        news, unread = [], []
        for state in waiting:
            run = Run(state.id, state.plan, state.digest, lease, lambda _change, _news: None)
            try:
                news += _follow_run(desk, writer, run, state, object_to)
            except SourceError as error:
                unread.append(error)
                news += [Followed(run.id, c.change.login, f"waits: {error.what}") for c in _moving(state)]
            lease = run.lease
        if len(unread) == len(waiting):
            raise unread[0]
        return news
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


def _follow_run(
    desk: Desk,
    writer: ForgeWriter,
    run: Run,
    state: RunState,
    object_to: Callable[[Sequence[tuple[ChangeState, AccountState]]], Mapping[AccountId, Objection]],
) -> list[Followed]:
    moving = _moving(state)
    if any(change.unresolved for change in moving):
        desk.clock.sleep(SETTLE)
    room = allowance(desk, run.plan)
    read = desk.reader.accounts([target(run.plan, c.change) for c in moving])
    objections = object_to([(c, read[c.change.account]) for c in moving])
    news = []
    for change in moving:
        account = read[change.change.account]
        if change.unresolved and state.ended is None:
            told = _resolve(desk, run, change, account)
        elif change.change.account in objections:
            told = _keep_out(desk, writer, run, change, account, objections[change.change.account])
        else:
            told = _move_on(desk, writer, run, change, account, room)
        news.append(Followed(run.id, change.change.login, told))
    return news


def _resolve(desk: Desk, run: Run, change: ChangeState, account: AccountState) -> str:
    """Law 7: an intent without an outcome is resolved by reading, and nothing is sent again."""
    outcomes = {}
    for index, step in enumerate(change.steps):
        if step.intended and step.result is None:
            done = shows(step.step, account, change.change)
            outcomes[index] = (
                Outcome("confirmed", "read after an interruption")
                if done
                else Outcome("refused", "interrupted, and the forge shows nothing of it", "interrupted")
            )
    _journal(desk, run, change, outcomes, account)
    return "resolved after an interruption: " + ", ".join(o.result for o in outcomes.values())


def _keep_out(
    desk: Desk, writer: ForgeWriter, run: Run, change: ChangeState, account: AccountState, why: Objection
) -> str:
    told = f"not let in: {why}"
    if account.invitation is not None and account.invitation.failed is None:
        step = Step("withdraw", (), "", invitation=account.invitation.id)
        outcomes = carry_out(desk, writer, run, _only(*_added(desk, run, change, account, step)))
        told = f"invitation withdrawn ({outcomes[0].result}): {why}"
    _journal(desk, run, change, _left_over(change, Outcome("refused", told)), account)
    return told


def _only(change: ChangeState, index: int) -> ChangeState:
    """The change with every other step out of the way."""
    kept = tuple(
        s if i == index or s.result is not None else s._replace(step=s.step._replace(after_acceptance=True))
        for i, s in enumerate(change.steps)
    )
    return change._replace(steps=kept)


def _move_on(
    desk: Desk,
    writer: ForgeWriter,
    run: Run,
    change: ChangeState,
    account: AccountState,
    room: Allowance,
) -> str:
    member = any(g.resource.kind == "organization" for g in account.grants)
    if member:
        outcomes = carry_out(desk, writer, run, change, accepted=True)
        return "accepted: " + _tally(outcomes)
    if not account.exists:
        return _give_up(desk, run, change, account, "the account does not exist any more")
    if change.unresolved:
        return "gone on after an interruption: " + _tally(carry_out(desk, writer, run, change))
    invitation = account.invitation
    if run.plan.kind == "restore" and _lapsed(desk, change, account):
        return _ask_again(desk, writer, run, change, account, room)
    dead = _dead(desk, invitation)
    if dead is not None or invitation is None:
        return _give_up(desk, run, change, account, dead or "")
    until = f", until {invitation.expires_at:%Y-%m-%d}" if invitation.expires_at else ""
    return f"pending on {account.login}{until}"


def _dead(desk: Desk, invitation: Invitation | None) -> str | None:
    """Why this invitation can't be accepted any more; None while it can."""
    if invitation is None:
        return "the invitation is gone and was not accepted"
    if invitation.failed is not None:
        return f"the invitation failed: {invitation.failed}"
    expired = invitation.expires_at is not None and invitation.expires_at <= desk.clock.now()
    return "the invitation expired" if expired else None


def _lapsed(desk: Desk, change: ChangeState, account: AccountState) -> bool:
    """True when no invitation is out, and the last one was not turned down: it ran out, or never went."""
    if account.invitation is not None and account.invitation.failed is None:
        expires = account.invitation.expires_at
        return expires is not None and expires <= desk.clock.now()
    return change.progressed == "waiting" or (change.until is not None and change.until <= desk.clock.now())


def _ask_again(
    desk: Desk,
    writer: ForgeWriter,
    run: Run,
    change: ChangeState,
    account: AccountState,
    room: Allowance,
) -> str:
    """Send the invitation that could not go, or one for that which ran out, within the day's allowance."""
    if sum(s.result == "confirmed" for s in change.asked_in) >= ASKED_AT_MOST:
        told = f"invited {ASKED_AT_MOST} times, and no invitation was answered"
        return _give_up(desk, run, change, account, told)
    if not room.take():
        return f"{account.login} waits for an invitation: none is left today"
    if change.asked_in:
        change = _only(*_with_invitation(desk, run, change, account))
    outcomes = carry_out(desk, writer, run, change)
    room.learn(outcomes)
    return f"invited again: {_tally(outcomes)}" if change.asked_in else f"invited: {_tally(outcomes)}"


def _with_invitation(
    desk: Desk, run: Run, change: ChangeState, account: AccountState
) -> tuple[ChangeState, int]:
    """The change with one more step: another invitation, which reinstates only while the forge still does."""
    first = next(s.step for s in change.steps if s.step.invites)
    step = first
    if not _still_remembered(desk, run, change):
        step = joining(change.change.before, change.change.after, invites=True)[0]
    return _added(desk, run, change, account, step)


def _still_remembered(desk: Desk, run: Run, change: ChangeState) -> bool:
    days = desk.reader.capabilities.reinstate_days
    if days is None or any(s.code == "not_reinstatable" for s in change.steps):
        return False
    removed = [
        owed.taken_at
        for owed in run.plan.owed
        if owed.account == change.change.account and owed.grant.resource.kind == "organization"
    ]
    return bool(removed) and desk.clock.now() < max(removed) + timedelta(days=days)


def _added(
    desk: Desk, run: Run, change: ChangeState, account: AccountState, step: Step
) -> tuple[ChangeState, int]:
    """The change with one more step behind its own, and that step's place."""
    step = step._replace(call=desk.reader.describe(step, account.login, account.names))
    index = len(change.steps)
    state = StepState(
        step_id(run.digest, change.change, index), step, intended=False, result=None, why="", at=None
    )
    longer = replace(change.change, steps=(*(s.step for s in change.steps), step))
    return change._replace(change=longer, steps=(*change.steps, state)), index


def _give_up(desk: Desk, run: Run, change: ChangeState, account: AccountState, why: str) -> str:
    _journal(desk, run, change, _left_over(change, Outcome("refused", why)), account)
    return why


def _left_over(change: ChangeState, outcome: Outcome) -> dict[int, Outcome]:
    return {i: outcome for i, s in enumerate(change.steps) if s.result is None}


def _tally(outcomes: Sequence[Outcome]) -> str:
    results = [o.result for o in outcomes]
    return ", ".join(f"{results.count(r)} {r}" for r in dict.fromkeys(results)) or "nothing left to do"


def _journal(
    desk: Desk, run: Run, change: ChangeState, outcomes: Mapping[int, Outcome], account: AccountState
) -> None:
    """Outcomes of steps that were not sent now; the intent of each goes beside it where it had none."""
    drafts = []
    for index, outcome in outcomes.items():
        state = change.steps[index]
        payload: dict[str, object] = {
            "account": change.change.account,
            "login": account.login,
            "action": state.step.action,
            "result": outcome.result,
            "why": outcome.why,
            "code": outcome.code,
            "foreseen": change.change.foreseen,
        }
        if not state.intended:
            drafts.append(
                _draft("intent", run, change, state.id, {"account": change.change.account, "sent": False})
            )
        drafts.append(_draft("outcome", run, change, state.id, payload))
    if drafts:
        desk.store.append(drafts, desk.clock.now(), run.lease)


def _draft(kind: str, run: Run, change: ChangeState, step: str, payload: dict[str, object]) -> Draft:
    made: Draft = Draft(
        "intent" if kind == "intent" else "outcome",
        run.organization,
        payload,
        run=run.id,
        change=change.change.digest,
        step=step,
    )
    return made
