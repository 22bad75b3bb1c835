"""Answers: what a person told of lost grants where a log was silent, from a CSV file.

Columns ``account``, ``resource`` (such as ``team core``) and ``role``; with
``account_id`` and ``resource_id`` where a name was not enough. A ``*`` answers
for every account, ``team *`` for every team; the row that names more wins.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seatkeeper.errors import UsageError
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Lost
from seatkeeper.rules.reconstruct import Answer

NEEDED = ("account", "resource", "role")
OPTIONAL = ("account_id", "resource_id", "question")
ROLES = {
    "organization": frozenset({"member", "owner"}),
    "team": frozenset({"member", "maintainer"}),
    "repository": frozenset({"read", "triage", "write", "maintain", "admin"}),
}
ANY = "*"


class Row(NamedTuple):
    """One line of the file."""

    line: int
    account: str
    kind: str
    name: str
    role: str
    account_id: str
    resource_id: str

    def answers(self, lost: Lost) -> bool:
        """Whether the row is about this grant."""
        return (
            self.account in {ANY, lost.login.casefold(), lost.account}
            and self.kind == lost.kind
            and (self.name in {ANY, lost.name.casefold(), lost.resource} or self.kind == "organization")
        )

    @property
    def weight(self) -> tuple[bool, bool]:
        """How much it names."""
        return self.account != ANY, self.name != ANY


def read_answers(text: str, file: str, custom: Iterable[str] = ()) -> list[Row]:
    """The rows that have a role or an id; `custom` are roles the organization is known to have made itself.

    Raises `UsageError` for a column that is missing or not known, a resource
    that is no resource, and a role that does not exist there.
    """
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        rows, columns = list(reader), list(reader.fieldnames or ())
    except csv.Error as broken:
        raise _wrong(file, 0, "it is no CSV", str(broken)) from None
    if text.strip() and not (set(NEEDED) <= set(columns) <= {*NEEDED, *OPTIONAL}):
        raise _wrong(
            file, 1, f"its columns must be {', '.join(NEEDED)}", f"they are: {', '.join(columns) or 'none'}"
        )
    known = frozenset(custom)
    found = [_row(row, number, file, known) for number, row in enumerate(rows, 2)]
    return [row for row in found if row.role or row.account_id or row.resource_id]


def answer(lost: Lost, rows: Sequence[Row], by: str) -> Answer | None:
    """What the rows say of one grant; `UsageError` where two that name as much differ."""
    fitting = sorted((row for row in rows if row.answers(lost)), key=lambda row: row.weight)
    if not fitting:
        return None
    best = [row for row in fitting if row.weight == fitting[-1].weight]
    if len({row[4:] for row in best}) > 1:
        lines = " and ".join(str(row.line) for row in best)
        raise UsageError(
            f"The answers say different things of {lost.login} and {lost.kind} {lost.name}.",
            arithmetic=f"lines {lines}",
            remedy="Leave one of them, then type the same command again.",
        )
    row = best[0]
    account = AccountId(row.account_id) if row.account_id else None
    return Answer(row.role or None, account, row.resource_id or None, by)


def _row(row: dict[str, str], number: int, file: str, custom: frozenset[str]) -> Row:
    if None in row or None in row.values():
        raise _wrong(file, number, "it has more or fewer fields than the first line", "")
    cells = {name: value.strip().removeprefix("'") for name, value in row.items()}
    kind, _, name = cells["resource"].partition(" ")
    if kind not in ROLES or not cells["account"] or not (name or kind == "organization"):
        raise _wrong(file, number, "it must name an account and a resource such as 'team core'", str(row))
    role = cells["role"]
    if role and role not in ROLES[kind] and not (kind == "repository" and role in custom):
        raise _wrong(file, number, f"{role!a} is no {kind} role", f"one of {', '.join(sorted(ROLES[kind]))}")
    ids = [cells.get(column, "") for column in ("account_id", "resource_id")]
    if any(value and not value.isascii() for value in ids) or (cells["account"] == ANY and ids[0]):
        raise _wrong(file, number, "its ids are no ids of one account and one resource", str(row))
    return Row(number, cells["account"].casefold(), kind, name.strip().casefold(), role, ids[0], ids[1])


def _wrong(file: str, line: int, what: str, arithmetic: str) -> UsageError:
    where = f"{file}, line {line}" if line else file
    return UsageError(
        f"{where}: {what}.",
        arithmetic=arithmetic,
        remedy="Have the questions written anew: seatkeeper history import FILE --questions QUESTIONS.csv",
    )
