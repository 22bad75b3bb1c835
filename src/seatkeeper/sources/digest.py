"""The digest of an extract: the same people, the same digest, whichever database told them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

from seatkeeper.model.ids import Digest

if TYPE_CHECKING:
    from collections.abc import Callable

    Array: TypeAlias = pa.Array[Any]
    Feed: TypeAlias = Callable[[bytes | memoryview], None]

_FORMAT = b"seatkeeper extract 1"


def digest(table: pa.Table) -> Digest:
    """The sha256 over the typed values of a table whose rows are in key order.

    The encoding is injective: every text goes in behind its length, every
    column behind its name, type and a byte for each row that tells missing
    from there. Numbers are little-endian, as Arrow holds them.
    """
    hashed = hashlib.sha256()
    _text(hashed.update, _FORMAT)
    _number(hashed.update, table.num_rows)
    _number(hashed.update, table.num_columns)
    for field, column in zip(table.schema, table.columns, strict=True):
        _text(hashed.update, field.name.encode())
        _text(hashed.update, str(field.type).encode())
        _values(
            hashed.update, pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], field.type)
        )
    return Digest(hashed.hexdigest())


def _text(feed: Feed, value: bytes) -> None:
    _number(feed, len(value))
    feed(value)


def _number(feed: Feed, value: int) -> None:
    feed(value.to_bytes(8, "little"))


def _values(feed: Feed, array: Array) -> None:
    _fixed(feed, pc.is_valid(array).cast(pa.uint8()))
    if pa.types.is_list(array.type):
        _fixed(feed, pc.list_value_length(array).fill_null(0).cast(pa.int64()))
        _texts(feed, pc.list_flatten(array))
    elif pa.types.is_string(array.type):
        _texts(feed, array.fill_null(""))
    elif pa.types.is_boolean(array.type):
        _fixed(feed, array.fill_null(False).cast(pa.uint8()))
    elif pa.types.is_date32(array.type):
        _fixed(feed, array.cast(pa.int32()).fill_null(0))
    else:
        _fixed(feed, array.cast(pa.int64()).fill_null(0))


def _texts(feed: Feed, array: Array) -> None:
    _fixed(feed, pc.binary_length(cast("pa.StringArray", array)).cast(pa.int64()))
    _, where, data = array.buffers()
    if where is None or data is None or not len(array):
        return
    offsets = memoryview(where).cast("b").cast("i")
    start, end = offsets[array.offset], offsets[array.offset + len(array)]
    feed(memoryview(data)[start:end])


def _fixed(feed: Feed, array: Array) -> None:
    data = array.buffers()[1]
    if data is None:
        return
    width = cast("int", array.type.bit_width) // 8
    feed(memoryview(data)[array.offset * width : (array.offset + len(array)) * width])
