"""The exact calls that turn one account's before into its after.

Gives come before takes. A role that changes on a resource is one give: taking
the old role there would take the place itself.
"""

from collections.abc import Iterable

from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.ids import InvitationId
from seatkeeper.model.plan import Step

_ORDER = {"server": 0, "organization": 1, "team": 2, "repository": 3}


def in_order(grants: Iterable[Grant]) -> list[Grant]:
    """The server first, then organization, teams, repositories; the same order on every machine."""
    return sorted(grants, key=lambda g: (_ORDER[g.resource.kind], g.resource.id, g.role, g.subject))


def joining(before: frozenset[Grant], after: frozenset[Grant], capabilities: Capabilities) -> list[Step]:
    """The steps of a joiner.

    Where the forge invites: one invitation to the membership and, where it can
    bring them, the team places as a member. Every grant has a step of its own after acceptance:
    what the invitation brought is found there and confirmed, the rest is sent.
    Elsewhere, and to whoever is a member and was suspended: gives, in order.
    """
    gained = in_order(diff(before, after).gained)
    if not capabilities.needs_acceptance or not any(g.resource.kind == "organization" for g in gained):
        return [_give(grant) for grant in gained]
    brought = {"organization", "team"} if capabilities.asks_with_teams else {"organization"}
    offered = tuple(_as_member(grant) for grant in gained if grant.resource.kind in brought)
    return [Step("invite", offered, ""), *(_give(grant, after_acceptance=True) for grant in gained)]


def returning(
    before: frozenset[Grant], after: frozenset[Grant], capabilities: Capabilities, *, native: bool
) -> list[Step]:
    """The steps of somebody who comes back.

    Whoever is a member, and everybody where the forge invites nobody, is given
    the difference at once. Anybody else is asked in once, by the forge's own
    reinstatement where it is `native`; what that did not bring is given after acceptance.
    """
    steps = joining(before, after, capabilities)
    if not native or not steps or not steps[0].invites:
        return steps
    # A team named in the invitation may come back with the plain role, so those with another are left to the
    # forge's memory; where it has none, each costs the one write that its role needs anyway.
    with_teams = capabilities.reinstates_with_teams
    plain = tuple(g for g in steps[0].grants if g.resource.kind != "team" or (with_teams and g in after))
    return [steps[0]._replace(action="reinstate", grants=plain), *steps[1:]]


def _as_member(grant: Grant) -> Grant:
    return grant._replace(role="member") if grant.resource.kind == "team" else grant


def moving(before: frozenset[Grant], after: frozenset[Grant]) -> list[Step]:
    """The steps of a member whose grants change: gives first, then takes."""
    lost, gained = diff(before, after)
    kept = {grant.resource for grant in after}
    gives = [_give(grant) for grant in in_order(gained)]
    return gives + [_take(grant) for grant in in_order(lost) if grant.resource not in kept]


def leaving(lost: frozenset[Grant], capabilities: Capabilities) -> list[Step]:
    """The steps of a leaver.

    Where removing a member takes their teams with it, that is the first call,
    and each direct grant that may survive it follows; a step found already
    true is not sent. Elsewhere the membership goes last, so that whatever
    stops the run leaves somebody who can still be seen.
    """
    grants = in_order(lost)
    if not capabilities.membership_takes_all:
        return [_take(grant) for grant in reversed(grants)]
    member = any(grant.resource.kind == "organization" for grant in grants)
    return [_take(grant) for grant in grants if not (member and grant.resource.kind == "team")]


def revoking(
    lost: frozenset[Grant], invitation: InvitationId | None, capabilities: Capabilities
) -> list[Step]:
    """The steps of a revocation: an open invitation first, so that nobody comes back in by it."""
    withdrawal = [Step("withdraw", (), "", invitation=invitation)] if invitation is not None else []
    return withdrawal + leaving(lost, capabilities)


def _give(grant: Grant, *, after_acceptance: bool = False) -> Step:
    return Step("give", (grant,), "", after_acceptance)


def _take(grant: Grant) -> Step:
    return Step("take", (grant,), "")
