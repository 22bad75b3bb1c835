"""What github.com can do."""

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
)
"""An organization on github.com whose accounts are its people's own, not an enterprise's."""


def invitation_page(api: str, organization: str) -> str:
    """The page on which a person accepts an organization's invitation, from the root of the API."""
    site = "https://github.com" if api == "https://api.github.com" else api.removesuffix("/api/v3")
    return f"{site}/orgs/{organization}/invitation"
