"""Situation: where each person stands after our runs took from them or gave back, as the journal tells it.

Notices and status pages both speak from this and from nothing else. What only a fresh reading can say
(somebody is back, an invitation is open) is said after `confirmed` has read the accounts again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, RunId
from seatkeeper.model.plan import Change, Plan
from seatkeeper.model.run import Progressed
from seatkeeper.model.snapshot import AccountState, Organization
from seatkeeper.rules.render import summary
from seatkeeper.workflow.accounting import Line, account
from seatkeeper.workflow.compare import member, target, untold
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import ChangeState, RunState, load_run, runs

KEPT = timedelta(days=90)
"""How long after a run somebody may still ask where they stand."""
SHOWN = 100
HOUR = 3_600.0

State = Literal["removed", "restoring", "invited", "back", "stuck"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where one account stands.

    `held` are the grants read back, `missing` those still to come, `residue` those that stay away, each with
    its reason. `before` people come first, `expected` is when their turn is, and `until` the invitation's
    last moment. `read_at` is a reading newer than our last write, None where there was none yet.
    """

    state: State
    run: RunId
    plan: Plan
    change: Change
    since: datetime
    event: str
    held: frozenset[Grant] = frozenset()
    missing: frozenset[Grant] = frozenset()
    residue: tuple[tuple[str, str], ...] = ()
    why: str = ""
    until: datetime | None = None
    before: int = 0
    expected: datetime | None = None
    read_at: datetime | None = None

    def listed(self, grants: Iterable[Grant]) -> list[str]:
        """Grants as a person reads them."""
        return summary(grants, self.plan.names, SHOWN)


def situations(
    desk: Desk, organization: Organization, one: AccountId | None = None
) -> Mapping[AccountId, Situation]:
    """Where everybody stands whom a run of the last months took from or gave back; or only this one.

    Whoever was taken from by a person's button (revoke) is not told by us; that person tells them.
    """
    found: dict[AccountId, Situation] = {}
    for state in _states(desk, organization, one):
        waiting = [c.change.account for c in state.changes if c.progressed == "waiting"]
        lines = _by_account(state) if state.plan.kind == "restore" else {}
        for change in state.changes:
            if one is not None and change.change.account != one:
                continue
            told = _stands(desk, state, change, lines.get(change.change.account, ()), waiting)
            if told is not None:
                found[change.change.account] = told
            elif change.change.kind == "join" and change.progressed == "confirmed":
                found.pop(change.change.account, None)
    return found


def _states(desk: Desk, organization: Organization, one: AccountId | None) -> Iterator[RunState]:
    since = desk.clock.now() - KEPT
    known = runs(desk.store, organization)
    if one is not None:
        touching = desk.store.entries(
            kinds={"intent", "outcome", "pin"}, organization=organization.id, since=since, accounts={one}
        )
        wanted = {entry.run for entry in touching}
        known = [run for run in known if run in wanted]
    for run in known:
        state = load_run(desk.store, run)
        if state is not None and state.started >= since:
            yield state


def _by_account(state: RunState) -> Mapping[AccountId, Sequence[Line]]:
    found: dict[AccountId, list[Line]] = {}
    for owed, line in zip(state.plan.owed, account(state).lines, strict=True):
        found.setdefault(owed.account, []).append(line)
    return found


def _stands(
    desk: Desk, state: RunState, told: ChangeState, lines: Sequence[Line], waiting: Sequence[AccountId]
) -> Situation | None:
    change = told.change
    word = _word(told)
    if word is None:
        return None
    event = f"{word}/{len(told.asked_in)}" if word == "invited" else word
    left = [line for line in lines if line.standing == "residue"]
    stands = Situation(
        state=word,
        run=state.id,
        plan=state.plan,
        change=change,
        since=max((s.at for s in told.steps if s.at is not None), default=state.started),
        event=f"{state.id}/{change.digest[:12]}/{event}",
        held=frozenset(line.grant for line in lines if line.standing == "confirmed"),
        missing=frozenset(line.grant for line in lines if line.standing == "pending"),
        residue=tuple((summary([line.grant], state.plan.names)[0], line.why) for line in left),
        until=told.until if word == "invited" else None,
    )
    if word == "restoring":
        before = waiting.index(change.account)
        expected = _turn(desk.reader.capabilities, desk.clock.now(), before, later=state.ended is not None)
        return replace(stands, before=before, expected=expected)
    if word == "stuck":
        wrong = (s.why for s in reversed(told.steps) if s.result not in {None, "confirmed"})
        return replace(stands, why=next(wrong, ""))
    if change.kind == "restore":
        return stands
    return replace(stands, missing=change.gained if change.kind == "join" else change.lost)


def _word(told: ChangeState) -> State | None:
    """What there is to say of a change; nothing while it is in flight: the forge must be read first."""
    change = told.change
    if change.kind == "restore":
        return _OF_RESTORES.get(told.progressed)
    if change.kind == "join":
        return "invited" if told.progressed == "pending" else None
    taken = any(s.result == "confirmed" and s.step.action == "take" for s in told.steps)
    return "removed" if taken and change.kind in {"leave", "move"} and change.lost else None


_OF_RESTORES: Mapping[Progressed, State] = {
    "waiting": "restoring",
    "pending": "invited",
    "confirmed": "back",
    "refused": "stuck",
    "drifted": "stuck",
    "unknown": "stuck",
}


def _turn(can: Capabilities, now: datetime, before: int, *, later: bool) -> datetime:
    """When somebody's invitation can go, with so many before them, under the forge's limits."""
    if later and can.invitations_per_day:
        return now + timedelta(days=before // can.invitations_per_day + 1)
    hourly = HOUR / can.mailed_per_hour if can.mailed_per_hour else 0.0
    return now + timedelta(seconds=(before + 1) * max(can.write_seconds, hourly))


def confirmed(desk: Desk, found: Sequence[Situation]) -> Iterator[Situation]:
    """Those of these situations that a reading made now bears out; `ForgeError` where none can be made.

    Law 9: somebody is back when everything that we say they hold was there, newer than our last write.
    """
    read_at = desk.clock.now()
    states = desk.reader.accounts([target(one.plan, one.change) for one in found]) if found else {}
    for one in found:
        if _borne_out(one, states[one.change.account], read_at):
            yield replace(one, read_at=read_at)


def _borne_out(one: Situation, seen: AccountState, now: datetime) -> bool:
    if not seen.exists or untold(seen):
        return False
    if one.state == "back":
        return member(seen) and one.held <= seen.grants
    if one.state == "invited":
        out = seen.invitation
        still = out is not None and (out.expires_at is None or out.expires_at > now)
        return still and out is not None and out.failed is None and not member(seen)
    return not member(seen) or one.plan.kind != "restore"
