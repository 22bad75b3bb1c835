"""What is decided of one person or account, why, and on which values."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from seatkeeper.model.ids import AccountId, PersonKey

Verb = Literal["join", "move", "leave", "keep", "hold"]


class Atom(NamedTuple):
    """One comparison of a rule, or one column of the table, and what it came to for this person.

    `truth` is None for unknown; `value` is the column's value as text, None when missing.
    """

    text: str
    column: str | None
    value: str | None
    truth: bool | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the decisions table as an object, for showing and for planning.

    `reason` is a stable code such as ``status-leave`` or ``missing-status``;
    `because` is the sentence, and `missing` names the columns whose missing values hold somebody.
    """

    verb: Verb
    reason: str
    because: str
    account: AccountId | None
    login: str | None
    person: PersonKey | None
    name: str | None = None
    column: str | None = None
    missing: tuple[str, ...] = ()
    end: date | None = None
    start: date | None = None
    atoms: tuple[Atom, ...] = ()
