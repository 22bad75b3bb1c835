"""How the world says no: a stable code, and the forge's words for it."""

from typing import Literal

Code = Literal[
    "nobody",
    "last-owner",
    "owner-in-team",
    "already-member",
    "already-invited",
    "invitation-limit",
    "no-seat",
    "not-reinstatable",
    "managed-elsewhere",
    "is-member",
    "not-member",
    "not-pending",
    "blocked",
]


class Refusal(Exception):
    """The world does not allow it; fronts turn `code` into their own status and body."""

    def __init__(self, code: Code, words: str) -> None:
        """Keep both parts, and show the words."""
        super().__init__(words)
        self.code = code
        self.words = words
