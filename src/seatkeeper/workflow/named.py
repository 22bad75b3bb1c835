"""Names: what an id was called at a time, and whose name a word ever was."""

from collections.abc import Iterable
from datetime import datetime

from seatkeeper.model.past import Named, NamedKind


class Names:
    """Every name of an organization's things, in time; a name that was erased is the id again."""

    def __init__(self, names: Iterable[Named]) -> None:
        self._by_thing: dict[tuple[NamedKind, str], list[Named]] = {}
        self._by_name: dict[tuple[NamedKind, str], set[str]] = {}
        for named in names:
            self._by_thing.setdefault((named.kind, named.id), []).append(named)
            self._by_name.setdefault((named.kind, named.name.casefold()), set()).add(named.id)

    def called(self, kind: NamedKind, thing: str, at: datetime) -> str:
        """What it was called then; before its first name that one, without any name its id."""
        known = self._by_thing.get((kind, thing))
        if not known:
            return thing
        earlier = [named for named in known if named.since <= at]
        return (earlier[-1] if earlier else known[0]).name

    def meaning(self, kind: NamedKind, word: str) -> frozenset[str]:
        """The ids that ever had this name, in any case; that id itself, unless its digits are a name."""
        found = self._by_name.get((kind, word.casefold()), set())
        return frozenset(found or ({word} if (kind, word) in self._by_thing else ()))
