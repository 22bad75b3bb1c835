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


def invitation_page(api: str, organization: str) -> str:
    """The page on which a person accepts an organization's invitation, from the root of the API."""
    site = "https://github.com" if api == "https://api.github.com" else api.removesuffix("/api/v3")
    return f"{site}/orgs/{organization}/invitation"
