"""Drift: whether an account is still what a change was approved for, and whether a step's effect is there."""

from collections.abc import Mapping

from seatkeeper.model.grants import Grant, Resource, account_subject, diff
from seatkeeper.model.plan import Change, Step
from seatkeeper.model.snapshot import AccountState


def drift(change: Change, state: AccountState, *, begun: bool) -> str | None:
    """Law 6: why this change may not go on, or None.

    A change not yet begun must find exactly its *before*. One that was
    begun may find any part of its own effect, and nothing else.
    """
    if not state.exists:
        return f"the account {change.account} ({change.login}) does not exist any more"
    if change.kind == "restore":
        return _can_not_come_back(change, state, begun=begun)
    if state.unread:
        names = ", ".join(sorted(f"{r.kind} {state.names.get(r, r.id)}" for r in state.unread))
        return f"could not be read again: {names}"
    moved = diff(change.before, state.grants)
    if begun:
        moved = moved._replace(lost=moved.lost - change.lost, gained=moved.gained - change.gained)
        moved = moved._replace(lost=moved.lost - consequences(change))
    elif state.invitation is not None and any(s.invites for s in change.steps):
        return f"an invitation from {state.invitation.created_at:%Y-%m-%d %H:%M} UTC is already out"
    if moved.empty:
        return None
    return f"{len(moved.lost)} grants gone and {len(moved.gained)} new since the plan was computed"


def consequences(change: Change) -> frozenset[Grant]:
    """What taking a membership takes along by itself."""
    takes_membership = any(g.resource.kind == "organization" for g in change.lost)
    return change.before if takes_membership else frozenset()


def _can_not_come_back(change: Change, state: AccountState, *, begun: bool) -> str | None:
    """A restore only gives, so what else moved is left alone; each of its steps has its own obstacles."""
    if not begun and state.invitation is not None and any(s.invites for s in change.steps):
        return f"an invitation from {state.invitation.created_at:%Y-%m-%d %H:%M} UTC is already out"
    seat = {g.resource for g in change.before if g.resource.kind == "organization"}
    if seat and not any(g.resource in seat for g in state.grants):
        return "no member any more: somebody removed them since the plan was computed"
    return None


def obstacles(change: Change, state: AccountState) -> Mapping[Resource, str]:
    """Where a step of a restore may not go: what a person changed meanwhile stays, and so does the unread."""
    if change.kind != "restore":
        return {}
    offered = {g for step in change.steps if step.invites for g in step.grants}
    brought = offered | {g._replace(role="member") for g in offered}
    others = {g.resource: g.role for g in state.grants - change.before - change.after - brought}
    found = {}
    for grant in change.gained:
        if grant.resource in state.unread:
            found[grant.resource] = "could not be read again: gone, or hidden from the credential"
        elif grant.resource in others:
            role = others[grant.resource]
            found[grant.resource] = f"the role there is {role} by now, and what a person changed stays"
    return found


def shows(step: Step, state: AccountState, change: Change) -> bool:
    """Whether the effect of a step is there in a reading of the account."""
    if step.invites:
        member = any(g.resource.kind == "organization" for g in state.grants)
        return member or (state.invitation is not None and state.invitation.failed is None)
    if step.action == "withdraw":
        return state.invitation is None
    subject = account_subject(change.account)
    if step.action == "give":
        return all(g in state.grants for g in step.grants)
    held = {(g.subject, g.resource) for g in state.grants}
    return all((subject, g.resource) not in held for g in step.grants)
