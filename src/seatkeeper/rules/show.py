"""Values and comparisons as a reader is shown them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatkeeper.model.decision import Atom

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatkeeper.rules.case import Case
    from seatkeeper.rules.predicate import Predicate


def text_of(value: object) -> str | None:
    """A column's value as text; None when missing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return str(value)


def atoms(
    case: Case,
    rules: Mapping[str, Predicate | None],
    values: Mapping[str, Any],
    truths: Sequence[bool | None],
) -> tuple[Atom, ...]:
    """The status table's word and every comparison of the rules, with the value and truth for one person."""
    table = case.policy.status
    told: list[Atom] = []
    if table is not None:
        value = text_of(values.get(table.column))
        means = table.values.get(value) if value is not None else None
        truth = None if means is None else means == "leave"
        told.append(Atom(f"{table.column} says leave", table.column, value, truth))
    tests = [atom for rule in rules.values() if rule is not None for atom in rule.atoms]
    for atom, truth in zip(tests, truths, strict=True):
        column = atom.columns[0]
        told.append(Atom(atom.text, column, text_of(values.get(column)), truth))
    return tuple(told)
