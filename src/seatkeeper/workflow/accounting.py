"""Accounting: every grant that a restore owes is confirmed, pending on a named person, or residue.

The three add up to the total at every moment; nothing is called confirmed that was not read back.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from seatkeeper.model.grants import Grant
from seatkeeper.model.plan import Change, Estimate, Owed, Plan
from seatkeeper.rules.residue import SENTENCES, Why, words
from seatkeeper.rules.returns import estimate
from seatkeeper.workflow.allowance import DAY, LIMIT, sent_in_a_day
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import NOT_REINSTATABLE, ChangeState, RunState, StepState

Standing = Literal["confirmed", "pending", "residue"]


class Line(NamedTuple):
    """Where one owed grant stands.

    `on` is whom a pending one waits for and `until` the day their invitation runs
    out, None where it has not gone yet; `why` is the reason of residue, and what a
    pending one waits for.
    """

    login: str
    grant: Grant
    standing: Standing
    why: str
    on: str | None = None
    until: datetime | None = None


class Accounting(NamedTuple):
    """All that a restore owes, line by line."""

    lines: tuple[Line, ...]

    def amounts(self) -> dict[str, int]:
        """How many grants stand how, and the total that they add up to."""
        counted = Counter(line.standing for line in self.lines)
        amounts = {name: counted[name] for name in ("confirmed", "pending", "residue")}
        return amounts | {"total": len(self.lines)}

    def people(self) -> dict[str, int]:
        """How many people have everything back, are waited for, and miss something for good."""
        by_login: dict[str, set[Standing]] = {}
        for line in self.lines:
            by_login.setdefault(line.login, set()).add(line.standing)
        pending = sum("pending" in told for told in by_login.values())
        missing = sum("pending" not in told and "residue" in told for told in by_login.values())
        return {"complete": len(by_login) - pending - missing, "pending": pending, "incomplete": missing}

    def residue(self) -> dict[str, int]:
        """How many grants stay away for which reason, the most frequent first."""
        return dict(Counter(line.why for line in self.lines if line.standing == "residue").most_common())


def account(state: RunState) -> Accounting:
    """Where everything stands that the plan of this run owes."""
    changes: Mapping[str, ChangeState] = {change.change.account: change for change in state.changes}
    return Accounting(tuple(_line(owed, changes.get(owed.account)) for owed in state.plan.owed))


def still_takes(desk: Desk, state: RunState) -> Estimate | None:
    """The estimate again, of what is left to do, by the journal alone; None where nothing is left.

    A forge that refused an invitation for its daily limit sends as many a day as it sent.
    """
    pace = state.plan.pace
    left = [c for c in state.changes if c.progressed in {"waiting", "in flight", "pending"}]
    if state.plan.kind != "restore" or pace is None or not left:
        return None
    now, room = desk.clock.now(), None
    if pace.invitations_per_day is not None:
        sent = sent_in_a_day(desk, state.plan.organization.id)
        room = max(0, pace.invitations_per_day - sent)
        if any(s.code == LIMIT and s.at and s.at > now - DAY for c in left for s in c.steps):
            pace, room = pace._replace(invitations_per_day=max(1, sent)), 0
    changes = [_left(c, state.plan, pace.reinstate_days, now) for c in left]
    out = {c.change.account for c in left if c.progressed == "pending" and (not c.until or c.until > now)}
    told = state.plan.estimate
    whole = told is not None and told.least_writes == told.most_writes
    return estimate(changes, pace, room, state.plan.owed, out, whole=whole)


def remembered(change: ChangeState, plan: Plan, days: int | None, now: datetime) -> bool:
    """Whether the forge still reinstates this person, as far as it has not said no."""
    removed = [
        owed.taken_at
        for owed in plan.owed
        if owed.account == change.change.account and owed.grant.resource.kind == "organization"
    ]
    if days is None or not removed or any(s.code == NOT_REINSTATABLE for s in change.steps):
        return False
    return now < max(removed) + timedelta(days=days)


def _left(state: ChangeState, plan: Plan, days: int | None, now: datetime) -> Change:
    """The change with its latest invitation and the steps that have no outcome yet."""
    invites = [s.step for s in state.steps if s.step.invites][-1:]
    if not remembered(state, plan, days, now):
        invites = [step._replace(action="invite") for step in invites]
    gives = (s.step for s in state.steps if s.step.action == "give" and s.result is None)
    return replace(state.change, steps=(*invites, *gives))


def _line(owed: Owed, change: ChangeState | None) -> Line:
    if owed.reason == "there":
        return Line(owed.login, owed.grant, "confirmed", owed.because)
    if owed.reason or change is None:
        return Line(owed.login, owed.grant, "residue", owed.because or "set aside when the plan was made")
    login = change.change.login
    step = next((s for s in change.steps if s.step.action == "give" and owed.grant in s.step.grants), None)
    if step is None:
        return Line(login, owed.grant, "residue", "the plan has no step that gives it")
    return _by_step(login, owed.grant, change, step)


def _by_step(login: str, grant: Grant, change: ChangeState, step: StepState) -> Line:
    if step.result == "confirmed":
        return Line(login, grant, "confirmed", step.why)
    if step.result is not None:
        return Line(login, grant, "residue", _reason(step))
    if change.progressed in {"refused", "drifted", "unknown"}:
        failed = next((s for s in reversed(change.steps) if s.result not in {None, "confirmed"}), None)
        return Line(login, grant, "residue", _reason(failed) if failed else "the run ended before it")
    if change.progressed == "pending":
        return Line(login, grant, "pending", f"until {login} accepts", login, change.until)
    return Line(login, grant, "pending", f"{login} has not been asked yet", login, None)


def _reason(step: StepState) -> str:
    """The refusal in plain words where its code has some, else as it was told."""
    return words(Why(step.code)) if step.code in SENTENCES else step.why or "refused"
