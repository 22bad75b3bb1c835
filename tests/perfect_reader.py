"""What a reader that misses nothing sees of a simulated forge, without any wire between them."""

from collections.abc import Mapping

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, ForgeName
from seatkeeper.model.snapshot import (
    Account,
    Coverage,
    Invitation,
    Reading,
    Repository,
    Seats,
    Snapshot,
    Team,
)

COLLECTIONS = ("members", "teams", "repositories", "outside", "invitations")


def perfect_snapshot(world: World, *unread: str) -> Snapshot:
    """The snapshot of a world as it is now; the collections named `unread` were not read whole."""
    return Snapshot(
        forge=ForgeName("acme"),
        organization=world.organization(),
        started_at=world.now(),
        read_at=world.now(),
        accounts=_accounts(world),
        teams=tuple(Team(t.id, t.slug, t.name, t.parent, t.managed_by) for t in world.teams.values()),
        repositories=tuple(
            Repository(r.id, r.name, r.archived, r.private) for r in world.repositories.values()
        ),
        grants=world.grants(),
        invitations=_invitations(world),
        seats=Seats(*world.seats()),
        coverage=Coverage(
            tuple(
                Reading(name, name not in unread, 1, None, "503 on page 3" if name in unread else None)
                for name in COLLECTIONS
            )
        ),
    )


def roles(snapshot: Snapshot) -> Mapping[AccountId, str]:
    """Each account's role in the organization; ``outside`` without a membership."""
    organization = Resource("organization", snapshot.organization.id)
    found = {g.subject.id: g.role for g in snapshot.grants if g.resource == organization}
    return {account.id: found.get(account.id, "outside") for account in snapshot.accounts}


def _accounts(world: World) -> tuple[Account, ...]:
    return tuple(
        Account(a.id, a.login, a.kind, a.name, a.email, a.last_active)
        for a in (world.accounts[account] for account in sorted({*world.members, *world.outside}))
    )


def _invitations(world: World) -> tuple[Invitation, ...]:
    return tuple(
        Invitation(
            i.id,
            i.account,
            world.accounts[i.account].login if i.account else None,
            i.email,
            i.role,
            tuple(i.teams),
            i.created_at,
            i.expires_at,
            None if i.state == "pending" else i.reason or i.state,
        )
        for i in (*world.pending(), *world.failed())
    )
