"""The links file: which account is whose, said by hand. It wins over every column."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, cast

from seatkeeper.errors import ConfigurationError
from seatkeeper.model.ids import AccountId
from seatkeeper.model.policy import LinkLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Literal

    from seatkeeper.config.document import Document

_NEEDED = ("person", "login")
_KNOWN = (*_NEEDED, "account_id", "kind", "note")
_KINDS = ("person", "bot", "external")


def read_links(file: Path, document: Document) -> tuple[LinkLine, ...]:
    """Read a CSV with the columns person, login and optionally account_id, kind and note.

    Raises:
        ConfigurationError: The file is not there or not such a file, or a login
            is there twice: then nobody can say whose it is.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            return tuple(_lines(file, text))
    except FileNotFoundError:
        raise document.refusal(("links", "file"), f"names {file.name}, which does not exist") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        kind = type(error).__name__
        raise document.refusal(
            ("links", "file"), f"names {file.name}, which can't be read ({kind})"
        ) from None


def write_links(file: Path, lines: Iterable[LinkLine]) -> None:
    """Write the file, whole or not at all."""
    beside = file.with_name(f"{file.name}.new")
    with beside.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_KNOWN)
        writer.writerows((line.person, line.login, line.account_id, line.kind, line.note) for line in lines)
    beside.replace(file)


def _lines(file: Path, text: Iterator[str]) -> Iterator[LinkLine]:
    rows = csv.DictReader(text, strict=True)
    header = list(rows.fieldnames or [])
    missing = [name for name in _NEEDED if name not in header]
    unknown = [name for name in header if name not in _KNOWN]
    if missing or unknown or len(set(header)) != len(header):
        raise _wrong(
            file, 1, f"the header should have {', '.join(_NEEDED)} and may have {', '.join(_KNOWN[2:])}"
        )
    seen: dict[str, int] = {}
    for row in rows:
        line = _line(file, rows.line_num, row)
        first = seen.setdefault(line.login.casefold(), rows.line_num)
        if first != rows.line_num:
            raise _wrong(file, rows.line_num, f"the login is there twice, first on line {first}")
        yield line


def _line(file: Path, number: int, row: dict[str, str | None]) -> LinkLine:
    if None in row or None in row.values():
        raise _wrong(file, number, "should have as many fields as the header")
    told = {name: (value or "").strip() for name, value in row.items()}
    kind = told.get("kind") or "person"
    if kind not in _KINDS:
        raise _wrong(file, number, f"kind should be one of {', '.join(_KINDS)}")
    if not told["login"] or (not told["person"] and kind != "external"):
        raise _wrong(file, number, "should say whose account it is: a bot has an accountable person too")
    return LinkLine(
        person=told["person"],
        login=told["login"],
        account_id=AccountId(told["account_id"]) if told.get("account_id") else None,
        kind=cast("Literal['person', 'bot', 'external']", kind),
        note=told.get("note", ""),
    )


def _wrong(file: Path, line: int, problem: str) -> ConfigurationError:
    return ConfigurationError(
        f"{file.name}:{line}: {problem}",
        remedy=f"correct line {line} of {file.name}, then run the command again",
    )
