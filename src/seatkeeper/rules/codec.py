"""The model as canonical JSON and back, strictly: the file's shape is the model's shape.

Integers and times are text, sets are sorted, a mapping whose keys are not
text is a sorted list of pairs. Decoding takes exactly what encoding gives:
an unknown, missing or ill-typed field is refused with its place.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NoReturn, cast

from seatkeeper.errors import PlanRefused
from seatkeeper.model.ids import Digest

Shape = Any
"""A type annotation, taken apart at run time: there is no static type for these."""


def canonical(value: object) -> bytes:
    """The one byte string (RFC 8785) that says this value, as `dump` gives it.

    `dump` leaves text, booleans, nulls, whole numbers and ordinary fractions
    under ASCII names; for those the standard library writes the same bytes as
    the library of the standard does, twenty times as fast. A property test
    holds the two together.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data: bytes) -> Digest:
    """The digest of these bytes."""
    return Digest(hashlib.sha256(data).hexdigest())


def moment(at: datetime) -> str:
    """A time as text: UTC, with microseconds, always the same width."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def dump(value: object) -> object:  # noqa: PLR0911  # one return a shape
    """A value of the model as JSON-able values."""
    if isinstance(value, str):
        # A lone half of a surrogate pair, which a forge may send, has no UTF-8.
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, tuple):
        return _dump_tuple(value)
    match value:
        case None | bool():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case int():
            return str(value)
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case frozenset():
            return [dump(item) for item in sorted(value)]
        case Mapping():
            return _dump_mapping(value)
        case _:
            return _dump_record(value)


def _dump_record(value: object) -> object:
    shape = cast("Shape", type(value))
    later = _later(shape)
    told = ((name, getattr(value, name)) for name in _fields(shape))
    return {name: dump(item) for name, item in told if item or name not in later}


@cache
def _later(shape: Shape) -> frozenset[str]:
    """The fields of a record that its first files did not have: left out where they are empty."""
    fields = dataclasses.fields(shape) if dataclasses.is_dataclass(shape) else ()
    return frozenset(f.name for f in fields if f.metadata.get("left_out_when_empty"))


def _dump_tuple(value: tuple[object, ...]) -> object:
    names = getattr(value, "_fields", None)
    if names is None:
        return [dump(item) for item in value]
    return {name: dump(item) for name, item in zip(names, value, strict=True)}


def _dump_mapping(value: Mapping[Any, object]) -> object:
    if all(isinstance(key, str) for key in value):
        return {str(key): dump(item) for key, item in value.items()}
    return [[dump(key), dump(value[key])] for key in sorted(value)]


@cache
def _fields(shape: Shape) -> tuple[str, ...]:
    if dataclasses.is_dataclass(shape):
        return tuple(f.name for f in dataclasses.fields(shape))
    return tuple(shape._fields)


def parse(data: bytes) -> object:
    """The JSON value of these bytes; `PlanRefused` for anything a plan file never says."""
    try:
        text = data.decode("utf-8")
        return json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise PlanRefused(
            f"the plan file is not JSON: {error}", remedy="make a new plan: seatkeeper plan"
        ) from None


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            refuse(name, "is there twice")
        found[name] = value
    return found


def _no_constant(text: str) -> NoReturn:
    refuse("a number", f"is {text}")


def refuse(place: str, why: str) -> NoReturn:
    """Refuse the file, naming the place and the reason."""
    raise PlanRefused(f"the plan file is not as it was written: {place} {why}", remedy="seatkeeper plan")


def load(shape: Shape, value: object, place: str) -> object:  # noqa: PLR0911  # one return a shape
    """The model's value of this `shape`, from JSON; `PlanRefused` naming `place` when it is not that."""
    if isinstance(shape, typing.NewType):
        return load(shape.__supertype__, value, place)
    origin: object = typing.get_origin(shape)
    if origin is typing.Union or origin is types.UnionType:
        inner = next(a for a in typing.get_args(shape) if a is not type(None))
        return None if value is None else load(inner, value, place)
    if origin is typing.Literal:
        return value if value in typing.get_args(shape) else refuse(place, f"is {value!r}")
    if origin in (tuple, frozenset):
        items = [
            load(typing.get_args(shape)[0], v, f"{place}[{i}]") for i, v in enumerate(_list(value, place))
        ]
        return tuple(items) if origin is tuple else frozenset(items)
    if origin is not None:
        key, item = typing.get_args(shape)
        return _load_mapping(key, item, value, place)
    if shape in _SCALARS:
        return _SCALARS[shape](value, place)
    return _load_record(shape, value, place)


def _load_mapping(key: Shape, item: Shape, value: object, place: str) -> Mapping[object, object]:
    if key is str:
        return {k: load(item, v, f"{place}.{k}") for k, v in _object(value, place).items()}
    if value == {}:
        return {}
    pairs = [_list(pair, place) for pair in _list(value, place)]
    if any(len(pair) != len(("key", "item")) for pair in pairs):
        refuse(place, "has a pair that is none")
    return {load(key, k, place): load(item, v, place) for k, v in pairs}


def _load_record(shape: Shape, value: object, place: str) -> object:
    fields = _object(value, place)
    hints = _hints(shape)
    for name in fields:
        if name not in hints:
            refuse(f"{place}.{name}", "is not a field of this format")
    for name in _fields(shape):
        if name not in fields and name not in _later(shape):
            refuse(f"{place}.{name}", "is missing")
    return shape(**{name: load(hints[name], v, f"{place}.{name}") for name, v in fields.items()})


@cache
def _hints(shape: Shape) -> Mapping[str, Shape]:
    return typing.get_type_hints(shape)


def _list(value: object, place: str) -> list[object]:
    return value if isinstance(value, list) else refuse(place, "is not a list")


def _object(value: object, place: str) -> dict[str, object]:
    return value if isinstance(value, dict) else refuse(place, "is not an object")


def _text(value: object, place: str) -> str:
    return value if isinstance(value, str) else refuse(place, "is not text")


def _flag(value: object, place: str) -> bool:
    return value if isinstance(value, bool) else refuse(place, "is not true or false")


def _integer(value: object, place: str) -> int:
    text = _text(value, place)
    try:
        return int(text)
    except ValueError:
        refuse(place, f"is not a whole number: {text[:40]!r}")


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(place, "is not a number")
    return float(value)


def _time(value: object, place: str) -> datetime:
    text = _text(value, place)
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        refuse(place, f"is not a time in UTC: {text[:40]!r}")


_SCALARS: Mapping[Shape, Callable[[object, str], object]] = {
    str: _text,
    bool: _flag,
    int: _integer,
    float: _number,
    datetime: _time,
}
