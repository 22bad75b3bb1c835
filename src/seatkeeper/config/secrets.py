"""A value that is used and never shown."""

import hmac
from collections.abc import Callable
from typing import NamedTuple, NoReturn

HIDDEN = "[secret]"


class Secret:
    """A token, a password or a database URL that carries one.

    Every way a value usually gets into an output shows `HIDDEN` instead:
    `str`, `repr`, `format`, an f-string, a traceback's repr of its arguments.
    What would carry the value elsewhere is refused: pickle, copy to another
    process, `vars`, JSON. Only `reveal` gives it, so that one grep lists who asks.
    """

    __slots__ = ("_reveal",)
    _reveal: Callable[[], str]

    def __init__(self, value: str) -> None:
        """Keep the value in a closure: there is no attribute that holds it as text."""
        object.__setattr__(self, "_reveal", lambda: value)

    def reveal(self) -> str:
        """The value itself. Call it where it is sent, and nowhere else."""
        return self._reveal()

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.reveal().encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Secret can't be changed: {name}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never written down: it can't be pickled or copied")


class AppKey(NamedTuple):
    """What an App lets itself in with: its id, the number of its installation, and its private key in PEM."""

    id: str
    installation: str
    key: Secret
