"""Whose accounts they are and who decides who is in: the regimes an organization can be under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.world import World

RegimeName = Literal["plain", "saml", "scim", "emu", "ghes", "synced", "enterprise-teams"]
REGIMES: tuple[RegimeName, ...] = get_args(RegimeName)
ENTERPRISE_PREFIX = "ent:"
"""What the slug of an enterprise's team begins with."""
GROUP = "provider-group"
SIGN_ON: tuple[RegimeName, ...] = ("saml", "scim", "synced")


def settle(world: World, regime: RegimeName) -> World:
    """Put a world that is built under a regime, with the least that shows it.

    Single sign-on gives every member an identity, SCIM provisions it; synced
    teams and an enterprise's accounts have their last team owned by the provider's
    group; an enterprise's team lets its people in; a server limits nobody's rate.
    """
    world.regime = regime
    if regime in SIGN_ON:
        for account in tuple(world.members):
            name = f"{world.accounts[account].login}@{world.organization_login}.example"
            world.identity(account, name, [name])
            if regime == "scim":
                world.provisioned(account, name)
    last = next(reversed(world.teams.values()), None)
    if regime in {"synced", "emu"} and last is not None:
        last.managed_by, last.lets_in = GROUP, regime == "emu"
    if regime == "enterprise-teams":
        everywhere = world.team(
            f"{ENTERPRISE_PREFIX}everywhere", "Everywhere", managed_by="the enterprise", lets_in=True
        )
        people = [a for a, role in world.members.items() if role == "member"]
        for account in people[:1]:
            world.place(account, everywhere)
    world.limits.enforced = regime != "ghes"
    return world
