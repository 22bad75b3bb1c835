"""Decide again: before a delayed write, whether today's data still lets this person in."""

from collections.abc import Mapping, Sequence

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account, AccountState
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import decide
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.fate import NAMED, fates, pinned_out
from seatkeeper.workflow.runs import ChangeState

LETS_IN = frozenset({"join", "keep", "move"})


def objections(desk: Desk, waiting: Sequence[tuple[ChangeState, AccountState]]) -> Mapping[AccountId, str]:
    """Why some of these may not be let in any more: leaving, pinned out, or no longer known to belong.

    Nobody new is let in on the word of a reading that is not whole. Whoever
    comes back was taken by us, so only positive evidence keeps them out.
    """
    back = [(change, state) for change, state in waiting if change.change.kind == "restore"]
    new = [(change, state) for change, state in waiting if change.change.kind != "restore"]
    return {**(_against_new(desk, new) if new else {}), **(_against_return(desk, back) if back else {})}


def _against_return(
    desk: Desk, waiting: Sequence[tuple[ChangeState, AccountState]]
) -> Mapping[AccountId, str]:
    organization = desk.reader.organization()
    told = fates(desk, organization, [Account(state.account, state.login) for _, state in waiting])
    pins = desk.pins(organization, of_restores=False)
    today = desk.clock.now().date()
    found = {}
    for change, state in waiting:
        leaving = told.leaving(state.account) if change.change.reason != NAMED else None
        why = pinned_out(pins, state.account, state.login, today) or leaving
        if why is not None:
            found[state.account] = why
    return found


def _against_new(desk: Desk, waiting: Sequence[tuple[ChangeState, AccountState]]) -> Mapping[AccountId, str]:
    extract, people = desk.source.read()
    organization = desk.reader.organization()
    states = [state for _, state in waiting]
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
            problem=None if extract.whole else extract.problem,
            members_problem=None,
        )
    )
    found = {}
    for state in states:
        decision = decisions.account(state.account)
        if decision is None or decision.verb not in LETS_IN or decision.reason == "orphan":
            found[state.account] = decision.because if decision else "no person is known for this account"
    decisions.close()
    return found
