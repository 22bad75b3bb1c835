"""The owners' floor, counted on the forge just before an owner would go; nobody can waive it.

An owner who is suspended there is none.
"""

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Change, Plan
from seatkeeper.model.snapshot import Target
from seatkeeper.rules.effects import loss
from seatkeeper.workflow.compare import inside
from seatkeeper.workflow.desk import Desk


def keep_owners(desk: Desk, plan: Plan, change: Change) -> str | None:
    """Why this change may not take an owner away, or None when it takes none or enough remain."""
    organization = Resource("organization", plan.organization.id)
    takes_owner = any(g.resource == organization and g.role == "owner" for g in loss(change))
    if not takes_owner:
        return None
    known = desk.store.grants_at(plan.organization.id, desk.clock.now())
    logins = desk.store.logins(plan.organization.id)
    owners = [AccountId(g.subject.id) for g in known if g.resource == organization and g.role == "owner"]
    asked = inside(desk, plan.organization)
    targets = [Target(o, logins.get(o, ""), asked) for o in owners if o != change.account]
    states = desk.reader.accounts(targets)
    remaining = sum(
        {g.resource for g in state.grants} >= asked.keys()
        and any(g.resource == organization and g.role == "owner" for g in state.grants)
        for state in states.values()
    )
    if remaining < desk.limits.owners_floor:
        return f"{remaining} owners would remain; the floor is {desk.limits.owners_floor} and can't be waived"
    return None
