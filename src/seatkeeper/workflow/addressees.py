"""Addressees: where a person is reached, from the record of people as it was last read."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from seatkeeper.model.ids import PersonKey
from seatkeeper.workflow.desk import Desk


class Addressee(NamedTuple):
    """Where somebody and their manager are reached; empty where the record does not say."""

    address: str = ""
    language: str = ""
    manager: str = ""


NOBODY = Addressee()


def addressees(desk: Desk, wanted: Iterable[PersonKey | None]) -> Mapping[PersonKey | None, Addressee]:
    """Where these people are reached; nobody where the configuration names no column with an address."""
    keys = frozenset(wanted)
    kept = desk.store.extracts(desk.source.name) if desk.notices.address and keys else []
    fit = [extract for extract in kept if desk.notices.address in {c.name for c in extract.columns}]
    if not fit:
        return {}
    last = fit[-1]
    table = desk.store.extract_table(last.source, last.digest, last.read_at)
    manager = next((c.name for c in last.columns if c.role == "manager"), None)
    told = [desk.notices.address, desk.notices.language, manager]
    there = [name if name in table.column_names else None for name in told]
    people = table.column(last.key).to_pylist()
    columns = [table.column(n).to_pylist() if n else [None] * len(people) for n in there]
    rows = zip(people, *columns, strict=True)
    return {
        PersonKey(str(key)): Addressee(*(str(value or "").strip() for value in values))
        for key, *values in rows
        if str(key) in keys
    }
