"""What a session lets itself in with: a token, or something that gets the next one when this one ends."""

from typing import Protocol

from seatkeeper.config.secrets import Secret


class Bearer(Protocol):
    """Gives the token that goes with a request. Threads may share it."""

    def token(self) -> Secret:
        """The token to send now. Raises `CredentialRefused` when none can be had; nothing was sent then."""

    def again(self, refused: Secret) -> bool:
        """Whether another token may be tried after the forge answered 401 to this one."""

    def close(self) -> None:
        """Let go of the connections."""


class Fixed:
    """A token that is what it is."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def token(self) -> Secret:
        """The token."""
        return self._token

    def again(self, refused: Secret) -> bool:  # noqa: ARG002  # the door of `Bearer`
        """There is no other."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""
