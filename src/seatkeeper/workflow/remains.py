"""Remains: what a person may still reach when an account was revoked, as the last reading tells it."""

from typing import NamedTuple

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.workflow.compare import shut_out
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.revoke import Revocation, Revoked


class Remains(NamedTuple):
    """What is left after a revocation.

    `held` are grants that the forge still shows and `kept` those of a suspended account, which it can't
    use while that is not lifted, `unread` what it did not tell,
    `invited` whether an invitation is open, `administered` the repositories whose keys
    and hooks it could set, and `elsewhere` what no grant tells: where a person looks.
    """

    held: frozenset[Grant]
    kept: frozenset[Grant]
    unread: frozenset[Resource]
    invited: bool
    administered: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def nothing_known(self) -> bool:
        """True when the forge shows nothing any more that can be used, and told of everything."""
        return not (self.held or self.unread or self.invited)


def remains(desk: Desk, revoked: Revoked) -> Remains:
    """What the last reading shows, and what somebody has to look at elsewhere."""
    state = revoked.left.state
    known = frozenset(grant for grant in state.grants if grant.resource not in state.unread)
    suspended = shut_out(state)
    return Remains(
        held=frozenset() if suspended else known,
        kept=known if suspended else frozenset(),
        unread=state.unread,
        invited=state.invitation is not None and state.invitation.failed is None,
        administered=_administered(desk, revoked.found),
        elsewhere=desk.reader.capabilities.outlives,
    )


def _administered(desk: Desk, made: Revocation) -> tuple[str, ...]:
    """Where it was admin, itself or through a team, by what was last seen; an owner is admin everywhere."""
    organization, had = made.plan.organization, made.state.grants
    names = made.state.names
    if any(g.resource.kind == "organization" and g.role == "owner" for g in had):
        return ("every repository of the organization: it was an owner",)
    teams = {g.resource.id for g in had if g.resource.kind == "team"}
    known = desk.store.grants_at(organization.id, desk.clock.now())
    through = (g for g in known if g.subject.kind == "team" and g.subject.id in teams)
    administered = {g.resource for g in (*had, *through) if g.role == "admin"}
    return tuple(sorted(names.get(resource, resource.id) for resource in administered))
