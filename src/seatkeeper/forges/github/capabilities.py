"""What GitHub can do under each of its regimes: who decides who is in, and what asking somebody in does.

Where a fact is only recalled (a server may add at once or ask first; what
becomes of a membership that a group of the provider brings), the path is the
one on which nobody loses or is told anything that was not seen; `recalls`
names those that `seatkeeper conformance` finds out on a scratch organization.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from seatkeeper.model.capabilities import Capabilities

GITHUB: Final = Capabilities(
    kind="github",
    needs_acceptance=True,
    acceptance_days=7,
    reinstate_days=90,
    suspends_without_loss=False,
    membership_takes_all=True,
    invitations_per_day=500,
    write_seconds=1.0,
    exact_direct_grants=True,
    mailed_per_hour=500,
    recalls=("reinstates_in_part", "reinstates_with_teams"),
    outlives=(
        "deploy keys and webhooks of the repositories it could administer: Settings of each",
        "tokens and SSH keys are the person's own and stay: Settings, Personal access tokens",
        "apps it installed or authorised stay installed: Settings, GitHub Apps",
        "other organizations, and what an enterprise team gives: ask the enterprise's owners",
        "outside access where it was never seen, or was only invited: People, Outside collaborators",
        "secrets it could read: change them",
    ),
)
"""An organization on github.com whose accounts are its people's own, not an enterprise's."""

SAML: Final = replace(
    GITHUB,
    regime="saml",
    read_only=("the identity that single sign-on knows; whoever is let in signs in with it themselves",),
    ask="the identity provider's administrator, for an identity",
)

SCIM: Final = replace(
    SAML,
    regime="scim",
    membership_owner="the identity provider, by SCIM",
    read_only=("membership",),
    ask="the identity provider's administrator: assign the person to the application there, or unassign them",
)

EMU: Final = replace(
    GITHUB,
    regime="emu",
    needs_acceptance=False,
    acceptance_days=None,
    reinstate_days=None,
    invitations_per_day=None,
    mailed_per_hour=None,
    recalls=(),
    read_only=("accounts and their suspension", "teams of the provider's groups and whom these let in"),
    ask="the identity provider's administrator: create or suspend the account, or change the group",
)
"""Accounts are the enterprise's: whoever has one is added at once, and nobody is ever invited."""

GHES: Final = replace(
    GITHUB,
    regime="ghes",
    acceptance_days=None,
    reinstate_days=None,
    invitations_per_day=None,
    mailed_per_hour=None,
    asks_with_teams=False,
    recalls=("needs_acceptance",),
    read_only=("accounts, until the file says that `write` is a site administrator's (`site_admin: true`)",),
    ask="a site administrator, to create, suspend or unsuspend an account",
)
"""A server of one's own: it adds at once or asks first, and only its answer tells which."""

SUSPENDING: Final = replace(
    GHES,
    regime="ghes+suspension",
    suspends_without_loss=True,
    recalls=("needs_acceptance", "suspends_without_loss"),
    outlives=(
        *GITHUB.outlives[:1],
        "tokens, SSH keys and apps stay and can't be used for as long as the account is suspended",
        "outside access where it was never seen, for when the suspension is lifted: Outside collaborators",
        *GITHUB.outlives[-1:],
    ),
    read_only=("accounts are never created or deleted",),
    ask="a site administrator, to create an account",
)
"""The same with a site administrator's credential: whoever leaves is shut out of the whole server, all its
organizations included, and keeps what they hold."""

UNTOLD: Final = replace(
    SAML,
    regime="untold",
    membership_owner="nobody knows who: the credential may not see the identity provider",
    read_only=("membership",),
    ask="an owner of the organization, for a reading credential of an owner's",
)
"""The identity provider may own membership, and this credential may not ask."""


def with_synced_teams(regime: Capabilities) -> Capabilities:
    """The same, where groups of the identity provider decide who is in some teams."""
    return _more(
        regime, "synced", "places in synced teams", "the identity provider's administrator: the group"
    )


def with_enterprise_teams(regime: Capabilities) -> Capabilities:
    """The same, where teams of the enterprise let people in."""
    only = "membership through a team of the enterprise, which outlives any removal here"
    return _more(
        regime, "enterprise-teams", only, "an owner of the enterprise: take the person out of that team"
    )


def without_suspension(regime: Capabilities) -> Capabilities:
    """The same, where the file says `site_admin` and nothing here tells who is suspended."""
    only = "accounts, whatever `site_admin` says: nothing here tells who is suspended, so leaves are removals"
    return replace(regime, read_only=(*(o for o in regime.read_only if "site_admin" not in o), only))


def _more(regime: Capabilities, name: str, read_only: str, ask: str) -> Capabilities:
    return replace(
        regime,
        regime=name if regime.regime == "plain" else f"{regime.regime}+{name}",
        read_only=(*regime.read_only, read_only),
        ask="; ".join(part for part in (regime.ask, ask) if part),
    )


REGIMES: Final[Mapping[str, Capabilities]] = {
    one.regime: one
    for one in (
        GITHUB,
        SAML,
        SCIM,
        EMU,
        GHES,
        SUSPENDING,
        with_synced_teams(SAML),
        with_enterprise_teams(GITHUB),
    )
}
"""Each kind of regime by its name; an organization may have synced and enterprise teams on top of its own."""


def invitation_page(api: str, organization: str) -> str:
    """The page on which a person accepts an organization's invitation, from the root of the API."""
    site = "https://github.com" if api == "https://api.github.com" else api.removesuffix("/api/v3")
    return f"{site}/orgs/{organization}/invitation"
