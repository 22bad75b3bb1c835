"""Declared, typed columns: whatever a driver returns becomes one canonical table, or a named error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

from seatkeeper.errors import SourceShapeError
from seatkeeper.model.people import Column, ColumnType
from seatkeeper.sources.values import NotTypedError, shape, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Array: TypeAlias = pa.Array[Any]
    Chunked: TypeAlias = pa.ChunkedArray[Any]
    Raw: TypeAlias = list[object] | Chunked

ARROW: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
}

_ALREADY = {"date": pa.date32(), "integer": pa.int64(), "boolean": pa.bool_()}
_PLAIN = r"^[!-~]([ -~]*[!-~])?$"


def declared(columns: Sequence[Column], key: str, others: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of the table in order: the key first, as text, then as declared, then `others` as text."""
    first = [column for column in columns if column.name == key] or [Column(key)]
    names = {key, *(column.name for column in columns)}
    rest = [column for column in columns if column.name != key]
    more = [Column(name) for name in others if name not in names]
    head = Column(key, "text", first[0].missing, first[0].role)
    return (head, *rest, *more)


def check_names(source: str, names: Sequence[str], columns: Sequence[Column]) -> None:
    """Refuse a reading whose columns are there twice, or that lacks a declared one."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourceShapeError(
            f"source {source} has more than one column named {', '.join(twice)}",
            arithmetic=f"{len(names)} columns, {len(set(names))} names",
            remedy="Give each column a name of its own, then: seatkeeper check",
        )
    lacking = [column.name for column in columns if column.name not in names]
    if lacking:
        raise SourceShapeError(
            f"source {source} has no column {', '.join(lacking)}",
            arithmetic=f"declared {len(columns)}, missing {len(lacking)}; there are: {', '.join(names)}",
            remedy="Was it renamed? Correct the query or the declared columns, then: seatkeeper check",
        )


def typed_table(source: str, raw: Mapping[str, Raw], columns: Sequence[Column]) -> pa.Table:
    """The people as one canonical table, sorted by key.

    `raw` holds each column's values in row order; the first of `columns` is
    the key. Raises `SourceShapeError` for a key that is missing or there
    twice and for a value that is not of its declared type, naming column and
    row key and telling the kind of value, never the value.
    """
    key = columns[0]
    keys = _column(source, key, raw[key.name], None)
    _check_keys(source, key, keys)
    order = pc.sort_indices(keys)
    arrays = [keys, *(_column(source, column, raw[column.name], keys) for column in columns[1:])]
    schema = pa.schema([pa.field(column.name, ARROW[column.type]) for column in columns])
    return pa.Table.from_arrays([array.take(order) for array in arrays], schema=schema)


def _check_keys(source: str, key: Column, keys: Array) -> None:
    if keys.null_count:
        raise SourceShapeError(
            f"source {source} has rows without a key in column {key.name}",
            arithmetic=f"{keys.null_count} of {len(keys)} rows",
            remedy="Every person needs a key that never changes; correct the query, then: seatkeeper check",
        )
    distinct = pc.count_distinct(keys).as_py()
    if distinct != len(keys):
        counted: Any = pc.value_counts(keys)
        counts: list[dict[str, Any]] = counted.to_pylist()
        twice = sorted(row["values"] for row in counts if row["counts"] > 1)
        raise SourceShapeError(
            f"source {source} has the same key more than once in column {key.name}: {', '.join(twice[:5])}",
            arithmetic=f"{len(keys)} rows, {distinct} keys, {len(twice)} of them more than once",
            remedy="A join that multiplies rows? Give one row for each person, then: seatkeeper check",
        )


def _column(source: str, column: Column, values: Raw, keys: Array | None) -> Array:
    try:
        return _typed(values, column.type)
    except (NotTypedError, pa.ArrowInvalid, OverflowError, UnicodeError) as failure:
        raise _ill_typed(source, column, values, keys, failure) from None


def _typed(values: Raw, kind: ColumnType) -> Array:
    if isinstance(values, list):
        if {type(value) for value in values} <= {str, type(None)}:
            return _from_text(pa.array(values, pa.string()), kind)
        return pa.array([value_of(value, kind) for value in values], ARROW[kind])
    stored = values.type
    if pa.types.is_dictionary(stored):
        return _typed(values.cast(stored.value_type), kind)
    if pa.types.is_string(stored) or pa.types.is_large_string(stored):
        return _from_text(
            pa.concat_arrays(values.cast(pa.string()).chunks or [pa.array([], pa.string())]), kind
        )
    if pa.types.is_timestamp(stored):
        values = values.cast(pa.timestamp("us", stored.tz))
    elif _ALREADY.get(kind) == stored and kind != "date":
        return pa.concat_arrays(values.chunks or [pa.array([], stored)])
    return pa.array([value_of(value, kind) for value in values.to_pylist()], ARROW[kind])


def _from_text(array: Array, kind: ColumnType) -> Array:
    """Text as the type: each distinct value is read once, and plain ASCII text needs no reading."""
    if kind != "text":
        return _distinct(array, kind)
    odd: Any = pc.invert(pc.match_substring_regex(array, _PLAIN)).fill_null(False)
    if not pc.any(odd).as_py():
        return array
    return cast("Array", pc.replace_with_mask(array, odd, _distinct(array.filter(odd), kind)))


def _distinct(array: Array, kind: ColumnType) -> Array:
    encoded = array.dictionary_encode()
    read = [value_of(value, kind) for value in encoded.dictionary.to_pylist()]
    return pa.array(read, ARROW[kind]).take(encoded.indices)


def _ill_typed(
    source: str, column: Column, values: Raw, keys: Array | None, failure: Exception
) -> SourceShapeError:
    rows = values if isinstance(values, list) else _listed(values)
    bad = []
    for row, value in enumerate(rows):
        try:
            pa.array([value_of(value, column.type)], ARROW[column.type])
        except (NotTypedError, OverflowError, UnicodeError) as refusal:
            at = "" if keys is None else str(keys[row].as_py())
            bad.append((at, row, value, getattr(refusal, "hint", "")))
    if not bad:
        return SourceShapeError(f"source {source}, column {column.name}: not {column.type}: {failure}")
    at, row, value, hint = min(bad, key=lambda found: found[:2])
    mend = hint.replace("{column}", column.name) or (
        f"Correct the source, or convert the column in the query to {_A[column.type]}"
    )
    name = f"row {row + 1}" if keys is None else f"the row with key {at}"
    return SourceShapeError(
        f"source {source}, column {column.name}: {name} holds {shape(value)}, which is not {_A[column.type]}",
        arithmetic=f"{len(bad)} of {len(rows)} rows can't be read as {column.type}",
        remedy=f"{mend}; then: seatkeeper check",
    )


def _listed(values: Chunked) -> list[object]:
    try:
        return list(values.to_pylist())
    except (ValueError, OverflowError):
        return list(values.cast(pa.string()).to_pylist())


_A: dict[ColumnType, str] = {
    "text": "text",
    "date": "a date as YYYY-MM-DD",
    "timestamp": "a timestamp as YYYY-MM-DD hh:mm:ss with or without a zone",
    "integer": "an integer",
    "boolean": "a boolean",
    "list": "a list of text",
}
