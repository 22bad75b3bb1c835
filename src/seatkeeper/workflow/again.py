"""Decide again: before a delayed write, whether today's data still lets this person in."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account, AccountState
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import decide
from seatkeeper.rules.reasons import LEAVE
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.fate import NAMED, fates
from seatkeeper.workflow.plan import people_problem
from seatkeeper.workflow.runs import ChangeState

LETS_IN = frozenset({"join", "keep", "move"})
KEEPS_OUT = frozenset({*LEAVE, "first-seen", "pinned-out"})
"""Positive evidence: what is offered is taken back. Anything else that is not certain waits."""


class Objection(NamedTuple):
    """Why a person may not be let in, in words; `certain` when what was offered is to be taken back."""

    why: str
    certain: bool


def objections(
    desk: Desk, waiting: Sequence[tuple[ChangeState, AccountState]]
) -> Mapping[AccountId, Objection]:
    """Why some of these may not be let in now: leaving, pinned out, or not known to belong.

    Nobody new is let in on the word of a reading that is not whole, and nobody's
    invitation is taken back on it either: missing is not gone. Whoever comes
    back was taken by us, so only positive evidence keeps them out.
    """
    back = [(change, state) for change, state in waiting if change.change.kind == "restore"]
    new = [state for change, state in waiting if change.change.kind != "restore"]
    return {**(_against_new(desk, new) if new else {}), **(_against_return(desk, back) if back else {})}


def _against_return(
    desk: Desk, waiting: Sequence[tuple[ChangeState, AccountState]]
) -> Mapping[AccountId, Objection]:
    organization = desk.reader.organization()
    told = fates(desk, organization, [Account(state.account, state.login) for _, state in waiting])
    pins = desk.pins(organization, of_restores=False)
    today = desk.clock.now().date()
    found = {}
    for change, state in waiting:
        leaving = told.leaving(state.account) if change.change.reason != NAMED else None
        why = told.pinned_out(pins, state.account, state.login, today) or leaving
        if why is not None:
            found[state.account] = Objection(why, certain=True)
    return found


def _against_new(desk: Desk, states: Sequence[AccountState]) -> Mapping[AccountId, Objection]:
    extract, people = desk.source.read()
    organization = desk.reader.organization()
    decisions = decide(
        Case(
            people=people,
            columns=extract.columns,
            key=extract.key,
            policy=desk.policy,
            accounts=tuple(Account(s.account, s.login) for s in states),
            roles={s.account: "member" for s in states},
            grants=frozenset(g for s in states for g in s.grants),
            names={Resource("organization", organization.id): organization.login},
            lines=desk.lines,
            pins=desk.pins(organization),
            as_of=desk.clock.now(),
            zone=desk.zone,
            problem=people_problem(desk, extract),
            members_problem=None,
        )
    )
    found = {}
    for state in states:
        decision = decisions.account(state.account)
        if decision is None:
            found[state.account] = Objection("no person is known for this account", certain=False)
        elif decision.verb not in LETS_IN or decision.reason == "orphan":
            found[state.account] = Objection(decision.because, certain=decision.reason in KEEPS_OUT)
    decisions.close()
    return found
