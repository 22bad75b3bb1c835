"""What one value of a source means, or that it means nothing that was declared. Never a guess.

Whatever a driver hands over (SQLite's text, MariaDB's 0 and 1, PostgreSQL's
arrays, a file's text for everything) comes out as one kind of Python value
for each declared type, so that the same people are the same table:

* text: `str`, NFC, with no white space or invisible character at either end
* date: `date`; text only as YYYY-MM-DD, and midnight may follow it
* timestamp: an aware `datetime` in UTC; without a zone it is taken as UTC
* integer: `int` of 64 bits; a fraction of zero may follow it
* boolean: `bool`; 0 and 1, and the words true, false, t, f, yes, no, y, n
* list: a list of text; an array, a JSON array, PostgreSQL's {a,b}, or text
  parted by commas or semicolons; blank items say nothing and are left out

None, and text in which nothing can be seen, is missing: None.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from seatkeeper.model.people import ColumnType

WHITE = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u180e\u2800\u3164\ufeff\uffa0" + "".join(
    map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)])
)
_NOTHING = WHITE + INVISIBLE

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_INTEGER = re.compile(r"[+-]?\d+(?:\.0+)?", re.ASCII)
_ARRAY_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^",{}\\\s][^",{}\\]*)', re.DOTALL)
_ZERO_DATE = re.compile(r"\d{4}-00-\d\d.*|\d{4}-\d\d-00.*|0000-.*", re.ASCII)
_TRUE = frozenset({"1", "true", "t", "yes", "y"})
_FALSE = frozenset({"0", "false", "f", "no", "n"})
_LARGEST = 2**63
_EXACT_FLOAT = 2**53

ZERO_DATE = (
    "MariaDB and MySQL store a zero date both for no date and for one they could not read; "
    "say which it is in the query: NULLIF({column}, '0000-00-00')"
)


class NotTypedError(ValueError):
    """A value that is not of the declared type; `hint` is what to do about this kind of value."""

    def __init__(self, hint: str = "") -> None:
        """Keep the hint; the value itself may be personal data and is not kept."""
        super().__init__("not of the declared type")
        self.hint = hint


def clean(value: str) -> str | None:
    """The text without what can't be seen at its ends, NFC; None when nothing is left. Case is kept."""
    stripped = value.strip(_NOTHING)
    if "\0" in stripped:
        raise NotTypedError("a NUL character is no part of a text: the source is damaged or not text")
    if not stripped:
        return None
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def value_of(value: object, kind: ColumnType) -> object:
    """The value as the declared type, None when missing; raises `NotTypedError`."""
    if isinstance(value, str):
        value = clean(value)
    return None if value is None else _READ[kind](value)


def shape(value: object) -> str:
    """What kind of value this is, in words that tell nobody's data: digits are 9, letters a."""
    if not isinstance(value, str):
        return f"a value of type {type(value).__name__}"
    drawn = "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in value.strip(_NOTHING)[:24])
    return f"text shaped {drawn!r}"


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            raise NotTypedError("declare the column as boolean")
        case int():
            return str(value)
        case Decimal() if value == value.to_integral_value():
            return str(int(value))
        case UUID():
            return str(value)
        case datetime():
            raise NotTypedError("declare the column as timestamp")
        case date():
            raise NotTypedError("declare the column as date")
        case list() | tuple():
            raise NotTypedError("declare the column as list")
    raise NotTypedError


def _date(value: object) -> date:
    match value:
        case datetime() if value.tzinfo is None and value.time() == time.min:
            return value.date()
        case datetime():
            raise NotTypedError("a time of day has no place in a date: declare the column as timestamp")
        case date():
            return value
        case str() if found := _DATE.fullmatch(value):
            try:
                return date.fromisoformat(found[1])
            except ValueError:
                raise NotTypedError(ZERO_DATE if _ZERO_DATE.fullmatch(value) else "") from None
    raise NotTypedError


def _timestamp(value: object) -> datetime:
    if isinstance(value, str):
        found = _TIMESTAMP.fullmatch(value)
        if not found:
            raise NotTypedError
        try:
            value = datetime.fromisoformat(found[1] + (found[2] or ""))
        except ValueError:
            raise NotTypedError(ZERO_DATE if _ZERO_DATE.fullmatch(found[1]) else "") from None
    if not isinstance(value, datetime):
        raise NotTypedError
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise NotTypedError from None


def _integer(value: object) -> int:
    match value:
        case bool():
            raise NotTypedError("declare the column as boolean")
        case int():
            number = value
        case Decimal() if value.is_finite() and value == value.to_integral_value():
            number = int(value)
        case float() if value.is_integer() and abs(value) < _EXACT_FLOAT:
            number = int(value)
        case str() if _INTEGER.fullmatch(value):
            number = int(value.partition(".")[0])
        case _:
            raise NotTypedError
    if not -_LARGEST <= number < _LARGEST:
        raise NotTypedError
    return number


def _boolean(value: object) -> bool:
    match value:
        case bool():
            return value
        case int() | Decimal() if value in (0, 1):
            return bool(value)
        case bytes() if value in (b"\0", b"\1"):
            return value == b"\1"
        case str() if value.lower() in _TRUE | _FALSE:
            return value.lower() in _TRUE
    raise NotTypedError


def _list(value: object) -> list[str]:
    match value:
        case str() if value.startswith("["):
            try:
                items = json.loads(value)
            except (ValueError, RecursionError):
                raise NotTypedError("text that begins with [ must be a JSON array of text") from None
        case str() if value.startswith("{"):
            items = _array_literal(value)
        case str():
            items = re.split("[,;]", value)
        case list() | tuple():
            items = value
        case _:
            raise NotTypedError
    return _items(items)


def _items(items: Sequence[object]) -> list[str]:
    kept = []
    for item in items:
        if item is None:
            raise NotTypedError("a list with an unknown item is not a known list")
        text = value_of(item, "text")
        if isinstance(text, str):
            kept.append(text)
    return kept


def _array_literal(value: str) -> Sequence[object]:
    """PostgreSQL's own spelling of an array of one dimension, such as ``{a,"b c",NULL}``."""
    items: list[object] = []
    if not re.sub(r"\s", "", value[1:-1]) and value.endswith("}"):
        return items
    at = 1
    while found := _ARRAY_ITEM.match(value, at):
        quoted, bare = found.groups()
        if bare is None:
            items.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        else:
            items.append(None if bare.upper() == "NULL" else bare)
        at = found.end() + 1
        if value[found.end() :] == "}":
            return items
        if value[found.end() : at] != ",":
            break
    raise NotTypedError("text that begins with { must be an array as PostgreSQL writes it")


_READ: dict[ColumnType, Callable[[object], object]] = {
    "text": _text,
    "date": _date,
    "timestamp": _timestamp,
    "integer": _integer,
    "boolean": _boolean,
    "list": _list,
}
