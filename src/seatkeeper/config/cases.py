"""The cases of a policy: what it must decide of a few invented people, kept beside the configuration."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from seatkeeper.config.document import Document, read_document
from seatkeeper.config.explain import explain
from seatkeeper.config.fields import Text
from seatkeeper.config.load import text_of
from seatkeeper.config.schema import Section
from seatkeeper.model.example import Example, Holds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

Told = dict[Text, str | list[str] | None]


class OneCase(Section):
    """One person and one account, and what must be decided."""

    why: Text
    """What a reader should learn from it."""
    person: Told = Field(default_factory=dict)
    """The record: its columns by name. What is not told here is taken from the file's `person`."""
    account: Holds = "member"
    """What the person's account is in the organization; `none`: there is no account."""
    teams: tuple[Text, ...] = ()
    """Slugs of teams in which the account has a place."""
    seen_before: bool = True
    """False: the record says so for the first time today."""
    expect: Literal["join", "move", "leave", "keep", "hold"]
    """The decision."""
    reason: Text | None = None
    """Its reason, as `seatkeeper why --json` gives it."""
    gives: list[Text] | None = None
    """Every team and repository that the access rules give this person."""


class Cases(Section):
    """The file of cases."""

    day: date
    """The day on which all of it is decided."""
    person: Told = Field(default_factory=dict)
    """What the record says of everybody of whom a case says nothing else."""
    cases: list[OneCase] = Field(min_length=1)
    """The cases."""


def read_cases(file: Path, columns: Collection[str]) -> tuple[Example, ...]:
    """Read a file of cases; `columns` are those a record may have.

    Raises:
        ConfigurationError: The file is not there or not such a file, or names a column that no record has.
    """
    document = read_document(text_of(file, f"seatkeeper test --cases {file}"), str(file))
    try:
        told = Cases.model_validate(document.values)
    except ValidationError as error:
        refusal = explain(error, document, Cases)
        raise refusal from None
    for path, name in _named(told):
        if name not in columns:
            raise document.refusal(path, f"the source has no column {name}", allowed=columns, wrote=name)
    return tuple(_example(told, at, document) for at in range(len(told.cases)))


def _named(told: Cases) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from ((("person", name), name) for name in told.person)
    for at, case in enumerate(told.cases):
        yield from ((("cases", at, "person", name), name) for name in case.person)


def _example(told: Cases, at: int, document: Document) -> Example:
    case = told.cases[at]
    return Example(
        why=case.why,
        line=document.line(("cases", at)),
        day=told.day,
        person={name: _text(value) for name, value in {**told.person, **case.person}.items()},
        expect=case.expect,
        reason=case.reason,
        account=case.account,
        teams=case.teams,
        seen_before=case.seen_before,
        gives=None if case.gives is None else frozenset(case.gives),
    )


def _text(value: str | list[str] | None) -> str | None:
    return ";".join(value) if isinstance(value, list) else value
