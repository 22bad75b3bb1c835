"""The dictionary of the spans: kinds and ids as small numbers, so that a million spans stay small."""

from collections.abc import Iterator

from seatkeeper.journal.database import Session
from seatkeeper.model.grants import Grant, Resource, Subject

ROLE = "role"
"""The kind of a role's term; every other kind is a subject's or a resource's."""

Word = tuple[str, str]

Coded = tuple[int, int, int]
"""A grant's subject, resource and role as numbers."""


class Terms:
    """The dictionary as one transaction sees it; call `save` before the numbers of new words are used."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids: dict[Word, int] = {}
        self._words: dict[int, Word] = {}
        for number, kind, word in session.stream("SELECT id, kind, word FROM terms"):
            self._ids[kind, word] = number
            self._words[number] = (kind, word)
        self._saved = max(self._words, default=0)

    def number(self, kind: str, word: str) -> int:
        """The number of a word, a new one where it has none."""
        known = self._ids.get((kind, word))
        if known is not None:
            return known
        number = len(self._words) + 1
        self._ids[kind, word] = number
        self._words[number] = (kind, word)
        return number

    def code(self, grant: Grant) -> Coded:
        """A grant in numbers."""
        return self.number(*grant.subject), self.number(*grant.resource), self.number(ROLE, grant.role)

    def word(self, number: int) -> Word:
        """The kind and the word of a number."""
        return self._words[number]

    def save(self) -> None:
        """Write the words that are new."""
        fresh = range(self._saved + 1, len(self._words) + 1)
        self._session.insert("terms", ("id", "kind", "word"), ((n, *self._words[n]) for n in fresh))
        self._saved = len(self._words)


class Decoder:
    """Grants back from their numbers; equal subjects, resources and roles share one value in memory."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._subjects: dict[int, Subject] = {}
        self._resources: dict[int, Resource] = {}
        self._roles: dict[int, str] = {}

    def grants(self, rows: Iterator[tuple[int, ...]]) -> Iterator[Grant]:
        """The grants of rows that begin with subject, resource and role."""
        for subject, resource, role, *_rest in rows:
            yield self.grant(subject, resource, role)

    def grant(self, subject: int, resource: int, role: int) -> Grant:
        """The grant of three numbers."""
        holder = self._subjects.get(subject)
        if holder is None:
            holder = self._subjects[subject] = Subject(*self._terms.word(subject))  # type: ignore[arg-type]
        thing = self._resources.get(resource)
        if thing is None:
            thing = self._resources[resource] = Resource(*self._terms.word(resource))  # type: ignore[arg-type]
        name = self._roles.get(role)
        if name is None:
            name = self._roles[role] = self._terms.word(role)[1]
        return Grant(holder, thing, name)
