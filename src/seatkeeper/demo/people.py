"""The people of an invented HR record, as they are today and as earlier extracts showed them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the HR record, under the column names of the configuration that `init` writes.

    None is NULL. `office` is an IANA time zone; `end_date` is the last day, inclusive.
    """

    id: str
    name: str
    email: str
    github_login: str | None
    status: str | None
    start_date: date | None
    end_date: date | None
    office: str | None
    department: str | None
    manager_email: str | None
    team_list: tuple[str, ...] = ()


class Record(NamedTuple):
    """One person through time.

    `today` is the row as it stands, None when there is none any more. Extracts
    `changed` or more days old show `before` instead; None: it never changed.
    """

    today: Person | None
    changed: int | None = None
    before: Person | None = None

    def at(self, days_ago: int) -> Person | None:
        """The row as an extract of so many days ago showed it."""
        if self.changed is None or days_ago < self.changed:
            return self.today
        return self.before


def people_at(records: Iterable[Record], days_ago: int) -> tuple[Person, ...]:
    """Everybody an extract of so many days ago showed, in the order of the records."""
    shown = (record.at(days_ago) for record in records)
    return tuple(person for person in shown if person is not None)


def statuses(people: Sequence[Person]) -> dict[str, str | None]:
    """Each login's status, as the old script read it: of two rows with one login the later one counts."""
    return {person.github_login: person.status for person in people if person.github_login is not None}
