"""Compare: what a fresh reading of one account says about its change and its steps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from seatkeeper.model.grants import Grant, Resource, account_subject, diff
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.snapshot import AccountState, Organization, Reading, Target
from seatkeeper.rules.effects import letting_in
from seatkeeper.workflow.desk import Desk


def target(plan: Plan, change: Change) -> Target:
    """Where to look when the account of a change is read again."""
    resources = {grant.resource for grant in change.before | change.after}
    resources.add(Resource("organization", plan.organization.id))
    return Target(change.account, change.login, {r: plan.names.get(r, "") for r in resources})


def inside(desk: Desk, organization: Organization) -> dict[Resource, str]:
    """What tells whether an account is in, with names: the organization, and its server if that is read."""
    found = {Resource("organization", organization.id): organization.login}
    if desk.reader.capabilities.suspends_without_loss:
        found[Resource("server", organization.id)] = f"of {organization.login}"
    return found


def suspensions(desk: Desk, states: Collection[AccountState]) -> tuple[Reading, ...]:
    """What the coverage of these accounts says of their suspension; nothing where that is not read."""
    if not desk.reader.capabilities.suspends_without_loss:
        return ()
    unread = sum(any(r.kind == "server" for r in state.unread) for state in states)
    problem = f"{unread:,} accounts did not tell whether they are suspended" if unread else None
    return (Reading("suspensions", not unread, len(states), problem=problem),)


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


def shut_out(state: AccountState) -> bool:
    """Whether the account was found suspended, so that it can use nothing of what it holds."""
    asked = {r for r in state.names if r.kind == "server"} - state.unread
    return bool(asked) and not letting_in(state.grants)


def untold(state: AccountState) -> bool:
    """Whether the reading leaves open if the account is a member, or invited."""
    return any(r.kind == "organization" for r in state.unread)


def drift(change: Change, due: Sequence[Step], state: AccountState, *, begun: bool) -> str | None:
    """Law 6: why this change may not go on, or None.

    A change not yet begun must find exactly its *before*. One that was
    begun may find any part of its own effect, and nothing else; where all that is
    due gives, what others gave elsewhere stays and disturbs nothing. Withdrawing
    an invitation rests on nothing but that invitation. A restore only gives: what
    else moved is left alone, and each of its steps has its own `obstacles`. A
    revocation is not kept by a team or repository that can't be read.
    """
    if all(step.action == "withdraw" for step in due):
        return None
    if not state.exists:
        return f"the account {change.account} ({change.login}) does not exist any more"
    if change.kind == "restore":
        return _can_not_come_back(change, state, begun=begun)
    if change.kind == "revoke":
        return _can_not_be_revoked(change, due, state, begun=begun)
    if state.unread:
        names = ", ".join(sorted(f"{r.kind} {state.names.get(r, r.id)}" for r in state.unread))
        return f"could not be read again: {names}"
    return (None if begun else _already_invited(change, state)) or _moved(change, due, state, begun=begun)


def _moved(change: Change, due: Sequence[Step], state: AccountState, *, begun: bool) -> str | None:
    moved = diff(change.before, state.grants)
    if begun:
        moved = moved._replace(lost=moved.lost - change.lost, gained=moved.gained - change.gained)
        moved = moved._replace(lost=moved.lost - consequences(change))
        if all(step.action == "give" for step in due):
            asked = {grant.resource for step in due for grant in step.grants}
            moved = moved._replace(gained=frozenset(g for g in moved.gained if g.resource in asked))
    if moved.empty:
        return None
    return f"{len(moved.lost)} grants gone and {len(moved.gained)} new since the plan was computed"


def _already_invited(change: Change, state: AccountState) -> str | None:
    if state.invitation is None or not any(step.invites for step in change.steps):
        return None
    return f"an invitation from {state.invitation.sent} is already out"


def _can_not_come_back(change: Change, state: AccountState, *, begun: bool) -> str | None:
    """Why a restore may not go on, or None."""
    if untold(state):
        return "could not be read again: whether the account is a member"
    already = None if begun else _already_invited(change, state)
    if already is not None:
        return already
    was_inside = any(g.resource.kind == "organization" for g in change.before)
    if was_inside and not member(state):
        return "no member any more: somebody removed them since the plan was computed"
    return None


def _can_not_be_revoked(
    change: Change, due: Sequence[Step], state: AccountState, *, begun: bool
) -> str | None:
    if untold(state):
        return "could not be read again: whether the account is a member"
    unseen = frozenset(g for g in change.before if g.resource in state.unread)
    return _moved(change, due, replace(state, grants=state.grants | unseen), begun=begun)


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


def consequences(change: Change) -> frozenset[Grant]:
    """What taking a membership takes along by itself."""
    takes_membership = any(g.resource.kind == "organization" for g in change.lost)
    return change.before - letting_in(change.before) if takes_membership else frozenset()


def takes_membership(step: Step) -> bool:
    """True for the step that more than its own grant goes with."""
    return step.action == "take" and any(g.resource.kind == "organization" for g in step.grants)


def shows(step: Step, state: AccountState, change: Change) -> bool | None:
    """Whether the effect of a step is there; None where the reading does not tell, which is never "gone"."""
    if step.invites:
        out = state.invitation is not None and state.invitation.failed is None
        return True if member(state) or out else (None if untold(state) else False)
    if step.action == "withdraw":
        still = state.invitation is not None and state.invitation.id == step.invitation
        return False if member(state) or still else (None if untold(state) else True)
    if any(g.resource in state.unread for g in step.grants):
        return None
    if step.action == "give":
        return all(g in state.grants for g in step.grants)
    subject = account_subject(change.account)
    held = {(g.subject, g.resource) for g in state.grants}
    return all((subject, g.resource) not in held for g in step.grants)
