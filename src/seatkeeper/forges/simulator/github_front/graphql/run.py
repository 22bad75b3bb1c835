"""One execution of a query: what it reads from, and the errors it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.credentials import ACCEPTED, NOT_YOURS

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.credentials import Right, Token
    from seatkeeper.forges.simulator.github_front.meter import Meter
    from seatkeeper.forges.simulator.world import World

Args = Mapping[str, object]
Path = tuple[str, ...]

NO_ARGS: Args = {}


class Nothing(Exception):
    """There is no value here: null, with an error of this type beside the data."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.told = False


class NoQuery(Exception):
    """The whole query is refused: an answer with errors and no data."""

    def __init__(self, message: str, **more: object) -> None:
        super().__init__(message)
        self.error: dict[str, object] = more | {"message": message}


@dataclass(slots=True)
class Run:
    """What resolvers see; `points` and `node_count` were computed before anything is resolved.

    `needs` is filled with the rights that were looked for.
    """

    world: World
    base: str
    token: Token
    meter: Meter
    variables: Args
    needs: set[Right]
    points: int = 1
    node_count: int = 0
    errors: list[dict[str, object]] = field(default_factory=list)

    def tell(self, nothing: Nothing, path: Path | tuple[str | int, ...]) -> None:
        """Put the error beside the data, once."""
        if not nothing.told:
            nothing.told = True
            self.errors.append({"type": nothing.kind, "path": list(path), "message": str(nothing)})

    def need(self, right: Right, name: str) -> None:
        """Refuse a field the credential may not see: the whole query to a classic token, null to others."""
        self.needs.add(right)
        if right in self.token.rights:
            return
        if self.token.scopes is None:
            raise Nothing("FORBIDDEN", NOT_YOURS[self.token.app is not None])
        words = (
            f"Your token has not been granted the required scopes to execute this query. The '{name}' field "
            f"requires one of the following scopes: {ACCEPTED[right].split(', ')}, but your token has only "
            f"been granted the: {list(self.token.scopes)} scopes."
        )
        raise NoQuery(words, type="INSUFFICIENT_SCOPES")
