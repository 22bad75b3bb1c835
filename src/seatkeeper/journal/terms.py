"""The dictionary of the spans: kinds and ids as small numbers, so that a million spans stay small."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from seatkeeper.journal.database import Session
from seatkeeper.model.grants import Grant, Resource, Subject

ROLE = "role"
"""The kind of a role's term; every other kind is a subject's or a resource's."""

Word = tuple[str, str]
Value = TypeVar("Value")

_TERMS = "SELECT id, kind, word FROM terms"

Coded = tuple[int, int, int]
"""A grant's subject, resource and role as numbers."""


_NUMBERS_A_QUERY = 500


def words(session: Session, numbers: Collection[int] | None = None) -> dict[int, Word]:
    """The words of these numbers, or of all."""
    if numbers is None:
        return {number: (kind, word) for number, kind, word in session.stream(_TERMS)}
    found: dict[int, Word] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _NUMBERS_A_QUERY):
        some = wanted[start : start + _NUMBERS_A_QUERY]
        marks = ", ".join("?" * len(some))
        rows = session.stream(f"{_TERMS} WHERE id IN ({marks})", *some)
        found.update((number, (kind, word)) for number, kind, word in rows)
    return found


class Terms:
    """The dictionary as one transaction sees it; call `save` before the numbers of new words are used."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.words = words(session)
        self._ids = {word: number for number, word in self.words.items()}
        self._saved = len(self.words)

    def number(self, kind: str, word: str) -> int:
        """The number of a word, a new one where it has none."""
        known = self._ids.get((kind, word))
        if known is not None:
            return known
        number = len(self.words) + 1
        self._ids[kind, word] = number
        self.words[number] = (kind, word)
        return number

    def code(self, grant: Grant) -> Coded:
        """A grant in numbers."""
        return self.number(*grant.subject), self.number(*grant.resource), self.number(ROLE, grant.role)

    def save(self) -> None:
        """Write the words that are new."""
        fresh = range(self._saved + 1, len(self.words) + 1)
        self._session.insert("terms", ("id", "kind", "word"), ((n, *self.words[n]) for n in fresh))
        self._saved = len(self.words)


class Decoder:
    """Grants back from their numbers; equal subjects, resources and roles share one value in memory."""

    def __init__(self, words: Mapping[int, Word]) -> None:
        self._subjects = _Made(words, lambda word: Subject(*word))  # type: ignore[arg-type]
        self._resources = _Made(words, lambda word: Resource(*word))  # type: ignore[arg-type]
        self._roles = _Made(words, lambda word: word[1])

    def grants(self, rows: Iterable[tuple[int, int, int]]) -> Iterator[Grant]:
        """The grants of rows of subject, resource and role."""
        subjects, resources, roles = self._subjects, self._resources, self._roles
        return (Grant(subjects[subject], resources[thing], roles[role]) for subject, thing, role in rows)

    def grant(self, subject: int, resource: int, role: int) -> Grant:
        """The grant of three numbers."""
        return Grant(self._subjects[subject], self._resources[resource], self._roles[role])


class _Made(dict[int, Value]):
    """What is made of each number's word, when it is first asked for."""

    def __init__(self, words: Mapping[int, Word], make: Callable[[Word], Value]) -> None:
        self._words, self._make = words, make

    def __missing__(self, number: int) -> Value:
        made = self[number] = self._make(self._words[number])
        return made
