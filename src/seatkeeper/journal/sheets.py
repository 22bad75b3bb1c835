"""What the second place holds: the journal in sheets, each a piece of bytes with a name that says its place.

* ``entries/FIRST-LAST``: those lines of the journal, as they lie, salts and payloads included;
* ``spans/SEQ``: the grants that the observation at that entry opened and closed, by ids;
* ``names/SEQ``: the logins, slugs and names that it brought.

Names are a sheet of their own, so that a login can be erased without touching
a grant. An observation's two sheets carry the hash of its entry, and are there
before the entry is. Extracts are not copied: no restore needs the people.
"""

import json
import re
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from seatkeeper.errors import CopyBroken
from seatkeeper.journal.database import Session
from seatkeeper.journal.entry import Line
from seatkeeper.journal.terms import Coded, Word, words

ENTRIES, SPANS, NAMES = "entries", "spans", "names"

_ENTRIES_NAME = re.compile(r"entries/([0-9]{12})-([0-9]{12})")
_LEVEL = 6


class Range(NamedTuple):
    """The first and the last seq of a sheet of entries."""

    first: int
    last: int


class Observed(NamedTuple):
    """What one observation did to the spans; the words are those that its numbers stand for."""

    entry: str
    organization: str
    read_at: str
    digest: str
    words: dict[int, Word]
    opened: Sequence[Coded]
    closed: Sequence[Coded]


class Named(NamedTuple):
    """What one observation called things: kind, id and name of each."""

    entry: str
    names: Sequence[tuple[str, str, str]]


def entries_name(first: int, last: int) -> str:
    """The name of a sheet of entries."""
    return f"{ENTRIES}/{first:012}-{last:012}"


def beside(kind: str, seq: int) -> str:
    """The name of an observation's sheet."""
    return f"{kind}/{seq:012}"


def range_of(name: str) -> Range:
    """The place that a sheet of entries has by its name; `CopyBroken` for a name that is none."""
    found = _ENTRIES_NAME.fullmatch(name)
    if found is None or int(found[1]) > int(found[2]):
        raise _strange(name)
    return Range(int(found[1]), int(found[2]))


def write_lines(lines: Sequence[Line]) -> bytes:
    """A sheet of entries."""
    return _pack([[*line[:-2], _hex(line.salt), _text(line.body)] for line in lines])


def read_lines(name: str, piece: bytes) -> list[Line]:
    """The lines of a sheet; `CopyBroken` unless they are exactly those that its name says."""
    place = range_of(name)
    try:
        lines = [
            Line._make([*row[:-2], None if row[-2] is None else bytes.fromhex(row[-2]), _body(row[-1])])
            for row in _unpack(piece)
        ]
    except (ValueError, TypeError, zlib.error) as error:
        raise _strange(name) from error
    if [line.seq for line in lines] != list(range(place.first, place.last + 1)):
        raise _strange(name)
    return lines


def observations(session: Session, first: int, last: int) -> list[int]:
    """The seqs of the observations among these entries."""
    rows = session.run("SELECT seq FROM observations WHERE seq BETWEEN ? AND ? ORDER BY seq", first, last)
    return [row[0] for row in rows]


def write_observed(session: Session, line: Line) -> bytes:
    """The sheet of the spans that the observation at this line opened and closed."""
    (organization, read_at, digest) = session.run(
        "SELECT organization, read_at, digest FROM observations WHERE seq = ?", line.seq
    )[0]
    held = "SELECT subject, resource, role FROM spans WHERE organization = ?"
    opened, closed = (
        list(session.stream(f"{held} AND {when} = ? ORDER BY id", organization, line.seq))
        for when in ("since", "until")
    )
    used = words(session, {organization, *(number for row in (*opened, *closed) for number in row)})
    told = [line.hash, used[organization][1], read_at, digest, [[n, *w] for n, w in used.items()]]
    return _pack([*told, opened, closed])


def read_observed(name: str, piece: bytes) -> Observed:
    """What `write_observed` wrote."""
    try:
        entry, organization, read_at, digest, used, opened, closed = _unpack(piece)
        known = {number: (kind, word) for number, kind, word in used}
        return Observed(entry, organization, read_at, digest, known, opened, closed)
    except (ValueError, TypeError, zlib.error) as error:
        raise _strange(name) from error


def write_named(session: Session, line: Line) -> bytes:
    """The sheet of the names that the observation at this line brought."""
    rows = session.run(
        "SELECT kind, word, name FROM names JOIN terms ON terms.id = names.thing WHERE since = ? "
        "ORDER BY names.id",
        line.seq,
    )
    return pack_named(Named(line.hash, [(kind, word, name) for kind, word, name in rows]))


def pack_named(named: Named) -> bytes:
    """A sheet of names."""
    return _pack([named.entry, [list(row) for row in named.names]])


def read_named(name: str, piece: bytes) -> Named:
    """What `write_named` wrote."""
    try:
        entry, names = _unpack(piece)
        return Named(entry, [(kind, word, known) for kind, word, known in names])
    except (ValueError, TypeError, zlib.error) as error:
        raise _strange(name) from error


def _strange(name: str) -> CopyBroken:
    return CopyBroken(
        f"The piece {name} of the second place is not what Seatkeeper writes under that name.",
        remedy="Look for another copy of it.",
    )


def _pack(value: object) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), _LEVEL)


def _unpack(piece: bytes) -> Any:  # noqa: ANN401  # JSON
    return json.loads(zlib.decompress(piece))


def _hex(salt: bytes | None) -> str | None:
    return None if salt is None else salt.hex()


def _text(body: bytes | None) -> str | None:
    # What was tampered with need not be UTF-8, and is copied as it lies.
    return None if body is None else body.decode("utf-8", "surrogateescape")


def _body(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogateescape")
