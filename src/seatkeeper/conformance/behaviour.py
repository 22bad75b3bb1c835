"""A behaviour: what a connector must show, what it needs of the place, and how it is judged."""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Literal, NamedTuple, TypeVar, cast

from seatkeeper.conformance.ground import Ground, Need
from seatkeeper.model.capabilities import Fact
from seatkeeper.model.grants import Diff, Grant

Seen = TypeVar("Seen")
Value = TypeVar("Value")
Verdict = Literal["shown", "not shown", "not applicable"]


class NotShown(Exception):
    """A behaviour was not shown: what was expected, and what was seen instead."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"expected {expected}; seen {seen}")
        self.expected = expected
        self.seen = seen


@dataclass(frozen=True, eq=False)
class Scene(Generic[Seen]):
    """An arrangement on the scratch organization, and what it needs; made once in a run."""

    arrange: Callable[[Ground], Seen]
    needs: tuple[Need, ...] = ()


class Judged(NamedTuple):
    """What became of one behaviour. `told` is the reason where it does not apply."""

    subject: str
    promise: str
    verdict: Verdict
    expected: str = ""
    seen: str = ""
    told: str = ""


@dataclass(frozen=True, eq=False)
class Behaviour:
    """One promise about one scene."""

    subject: str
    promise: str
    scene: Scene[object]
    judge: Callable[[object], object]
    needs: tuple[Need, ...]
    fact: Fact | None = None
    """What its judge then answers with True or False: found out where it is recalled, else demanded."""


@dataclass(frozen=True)
class Subject:
    """A group of behaviours, in the order in which they are told."""

    name: str
    behaviours: list[Behaviour] = field(default_factory=list)

    def shows(
        self, promise: str, of: Scene[Seen], *needs: Need
    ) -> Callable[[Callable[[Seen], None]], Callable[[Seen], None]]:
        """Enter the decorated judge under this promise."""

        def enter(judge: Callable[[Seen], None]) -> Callable[[Seen], None]:
            self._enter(promise, of, judge, needs)
            return judge

        return enter

    def shows_each(
        self, promise: str, values: Iterable[Value], of: Scene[Seen], *needs: Need
    ) -> Callable[[Callable[[Seen, Value], None]], Callable[[Seen, Value], None]]:
        """Enter the judge once for each value, which the promise names as ``{}``."""

        def enter(judge: Callable[[Seen, Value], None]) -> Callable[[Seen, Value], None]:
            for value in values:
                self._enter(promise.format(value), of, partial(_with, judge, value), needs)
            return judge

        return enter

    def learns(
        self, fact: Fact, promise: str, of: Scene[Seen], *needs: Need
    ) -> Callable[[Callable[[Seen], bool]], Callable[[Seen], bool]]:
        """Enter what finds a fact out: no answer is wrong where the connector only recalls it."""

        def enter(judge: Callable[[Seen], bool]) -> Callable[[Seen], bool]:
            self._enter(promise, of, judge, needs, fact)
            return judge

        return enter

    def _enter(
        self,
        promise: str,
        of: Scene[Seen],
        judge: Callable[[Seen], object],
        needs: tuple[Need, ...],
        fact: Fact | None = None,
    ) -> None:
        behaviour = Behaviour(
            self.name,
            promise,
            cast("Scene[object]", of),
            cast("Callable[[object], object]", judge),
            (*of.needs, *needs),
            fact,
        )
        self.behaviours.append(behaviour)


def _with(judge: Callable[[Seen, Value], None], value: Value, seen: Seen) -> None:
    judge(seen, value)


def same(seen: object, expected: object) -> None:
    """Demand that both are equal; of sets and mappings only the difference is told."""
    if seen == expected:
        return
    if isinstance(seen, Mapping) and isinstance(expected, Mapping):
        seen, expected = set(seen.items()), set(expected.items())
    if isinstance(seen, AbstractSet) and isinstance(expected, AbstractSet):
        raise NotShown(f"also {_told(expected - seen)}", f"also {_told(seen - expected)}")
    raise NotShown(_told(expected), _told(seen))


def holds(truth: object, expected: str, seen: object) -> None:
    """Demand that something is true, in words."""
    if not truth:
        raise NotShown(expected, _told(seen))


def exactly(difference: Diff, lost: Iterable[Grant] = (), gained: Iterable[Grant] = ()) -> None:
    """Demand that between two readings just this was lost and gained."""
    same(difference, Diff(frozenset(lost), frozenset(gained)))


def _told(value: object) -> str:
    if isinstance(value, Diff):
        return f"lost {_told(value.lost)}, gained {_told(value.gained)}"
    if isinstance(value, Grant):
        (kind, one), (on, where), role = value
        return f"{role} of {kind} {one} on {on} {where}"
    if isinstance(value, Collection) and not isinstance(value, str | tuple):
        return ", ".join(sorted(_told(one) for one in value)) or "nothing"
    return repr(value) if isinstance(value, str) else str(value)
