"""Who loses something, and what: effects, whatever the call that causes them.

A role replaced by one that gives at least as much is no loss. A grant taken
from a team is a loss of everybody in that team and in the teams below it.
"""

from collections.abc import Iterable, Mapping

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, TeamId
from seatkeeper.model.plan import Change
from seatkeeper.rules.facts import Facts

RISING: Mapping[str, tuple[str, ...]] = {
    "organization": ("member", "owner"),
    "team": ("member", "maintainer"),
    "repository": ("read", "triage", "write", "maintain", "admin"),
    "server": ("active",),
}
"""The roles of each kind of resource, each giving all that the one before it gives."""


def gives_as_much(grant: Grant, lost: Grant) -> bool:
    """True when `grant` gives its holder at least what `lost` gave; a custom role is never sure to."""
    if (grant.subject, grant.resource) != (lost.subject, lost.resource):
        return False
    rising = RISING[grant.resource.kind]
    if grant.role not in rising or lost.role not in rising:
        return grant.role == lost.role
    return rising.index(grant.role) >= rising.index(lost.role)


def letting_in(grants: Iterable[Grant]) -> frozenset[Grant]:
    """Those of the grants that let their holder sign in on a server, and use whatever else they hold."""
    return frozenset(grant for grant in grants if grant.resource.kind == "server")


def usable_before(change: Change) -> frozenset[Grant]:
    """What the account could use until now: nothing where this change lets it sign in again."""
    return frozenset() if letting_in(change.gained) else change.before


def usable_after(change: Change) -> frozenset[Grant]:
    """What the account can still use: nothing where this change suspends it, however much it keeps."""
    return frozenset() if letting_in(change.lost) else change.after


def loss(change: Change) -> frozenset[Grant]:
    """What this change costs somebody, by what it says and by what its steps would do."""
    left = usable_after(change)
    said = {g for g in change.before - left if not any(gives_as_much(a, g) for a in left)}
    done = {g for step in change.steps if step.action == "take" for g in step.grants}
    return frozenset(said | done)


def takes(change: Change) -> bool:
    """True when the change costs somebody something: a grant, or the invitation they were sent."""
    return bool(loss(change)) or any(step.action == "withdraw" for step in change.steps)


def losers_of(change: Change, facts: Facts) -> frozenset[AccountId]:
    """The accounts that lose something by this change, directly or through a team.

    An invitation withdrawn is a loss of the one invited.
    """
    losers: set[AccountId] = set()
    for grant in loss(change):
        if grant.subject.kind == "account":
            losers.add(AccountId(grant.subject.id))
        else:
            losers |= facts.beneath(TeamId(grant.subject.id))
    if any(step.action == "withdraw" for step in change.steps):
        losers.add(change.account)
    return frozenset(losers)


def losers(changes: Iterable[Change], facts: Facts) -> frozenset[AccountId]:
    """Everybody who loses something by any of these changes; nobody is counted twice."""
    return frozenset(account for change in changes for account in losers_of(change, facts))


def losing(changes: Iterable[Change], facts: Facts) -> tuple[Change, ...]:
    """The changes by which somebody loses something, in the order given."""
    return tuple(change for change in changes if losers_of(change, facts))


def lessened(change: Change, kind: str) -> frozenset[Resource]:
    """The resources of this kind on which the change takes anything from the account."""
    return frozenset(grant.resource for grant in loss(change) if grant.resource.kind == kind)


def gone(change: Change, kind: str) -> frozenset[Resource]:
    """The resources of this kind on which the change leaves the account nothing at all."""
    return lessened(change, kind) - {grant.resource for grant in usable_after(change)}
