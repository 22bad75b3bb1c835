"""Compare: what a fresh reading of one account says about its change and its steps."""

from collections.abc import Sequence

from seatkeeper.model.grants import Grant, Resource, account_subject, diff
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.snapshot import AccountState, Target
from seatkeeper.workflow.desk import Desk


def target(plan: Plan, change: Change) -> Target:
    """Where to look when the account of a change is read again."""
    resources = {grant.resource for grant in change.before | change.after}
    resources.add(Resource("organization", plan.organization.id))
    return Target(change.account, change.login, {r: plan.names.get(r, "") for r in resources})


def read_again(desk: Desk, plan: Plan, change: Change) -> AccountState:
    """The account of a change as it is now."""
    return desk.reader.accounts([target(plan, change)])[change.account]


def nothing_read(change: Change) -> AccountState:
    """What is known of an account that could not be read: nothing, on every resource."""
    everywhere = frozenset(g.resource for g in change.before | change.after)
    return AccountState(
        change.account, change.login, exists=True, grants=frozenset(), invitation=None, names={},
        unread=everywhere,
    )  # fmt: skip


def member(state: AccountState) -> bool:
    """Whether the account is in the organization."""
    return any(g.resource.kind == "organization" for g in state.grants)


def drift(change: Change, due: Sequence[Step], state: AccountState, *, begun: bool) -> str | None:
    """Law 6: why this change may not go on, or None.

    A change not yet begun must find exactly its *before*. One that was
    begun may find any part of its own effect, and nothing else; where all that is
    due gives, what others gave elsewhere stays and disturbs nothing. Withdrawing
    an invitation rests on nothing but that invitation.
    """
    if all(step.action == "withdraw" for step in due):
        return None
    if not state.exists:
        return f"the account {change.account} ({change.login}) does not exist any more"
    if state.unread:
        names = ", ".join(sorted(f"{r.kind} {state.names.get(r, r.id)}" for r in state.unread))
        return f"could not be read again: {names}"
    moved = diff(change.before, state.grants)
    if begun:
        moved = moved._replace(lost=moved.lost - change.lost, gained=moved.gained - change.gained)
        moved = moved._replace(lost=moved.lost - consequences(change))
        if all(step.action == "give" for step in due):
            asked = {grant.resource for step in due for grant in step.grants}
            moved = moved._replace(gained=frozenset(g for g in moved.gained if g.resource in asked))
    elif state.invitation is not None and any(s.action == "invite" for s in change.steps):
        return f"an invitation from {state.invitation.created_at:%Y-%m-%d %H:%M} UTC is already out"
    if moved.empty:
        return None
    return f"{len(moved.lost)} grants gone and {len(moved.gained)} new since the plan was computed"


def consequences(change: Change) -> frozenset[Grant]:
    """What taking a membership takes along by itself."""
    takes_membership = any(g.resource.kind == "organization" for g in change.lost)
    return change.before if takes_membership else frozenset()


def takes_membership(step: Step) -> bool:
    """True for the step that more than its own grant goes with."""
    return step.action == "take" and any(g.resource.kind == "organization" for g in step.grants)


def shows(step: Step, state: AccountState, change: Change) -> bool | None:
    """Whether the effect of a step is there; None where the reading does not tell, which is never "gone"."""
    untold = any(r.kind == "organization" for r in state.unread)
    if step.action == "invite":
        out = state.invitation is not None and state.invitation.failed is None
        return True if member(state) or out else (None if untold else False)
    if step.action == "withdraw":
        still = state.invitation is not None and state.invitation.id == step.invitation
        return False if member(state) or still else (None if untold else True)
    if any(g.resource in state.unread for g in step.grants):
        return None
    if step.action == "give":
        return all(g in state.grants for g in step.grants)
    subject = account_subject(change.account)
    held = {(g.subject, g.resource) for g in state.grants}
    return all((subject, g.resource) not in held for g in step.grants)
