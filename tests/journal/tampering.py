"""Everything that somebody with the file might do to a journal, and where that must show."""

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from seatkeeper.journal.chain import line_hash, payload_digest
from seatkeeper.journal.entry import Line

FLIPPED = ("at", "kind", "organization", "run", "change", "step", "payload_digest", "previous", "hash")
LATER = "2031-01-01T00:00:00.000000Z"


class Tampered(NamedTuple):
    """The lines as they lie afterwards, and the seqs of which at least one must be named."""

    lines: list[Line]
    places: frozenset[int]


class Journals(NamedTuple):
    """A journal, and another one that tells the same story under the same key."""

    mine: Sequence[Line]
    other: Sequence[Line]


Deed = Callable[[Journals, random.Random], Tampered]


def _at(lines: Sequence[Line], at: int, line: Line) -> list[Line]:
    return [*lines[:at], line, *lines[at + 1 :]]


def _bit(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ 1 << chance.randrange(7)) + text[at + 1 :]


def _byte(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _anywhere(lines: Sequence[Line], chance: random.Random) -> int:
    return chance.randrange(len(lines))


def flip(journals: Journals, chance: random.Random) -> Tampered:
    """One bit of one field: a text, a number, the salt or the payload."""
    lines = journals.mine
    at = _anywhere(lines, chance)
    line = lines[at]
    fields = [*(f for f in FLIPPED if getattr(line, f)), "seq", "epoch"]
    fields += ["salt", "body"] if line.body is not None else []
    field = chance.choice(fields)
    old: Any = getattr(line, field)
    new: Any
    if isinstance(old, bytes):
        new = _byte(old, chance)
    else:
        new = old ^ 1 << chance.randrange(40) if isinstance(old, int) else _bit(old, chance)
    flipped = line._replace(**{field: new})
    return Tampered(_at(lines, at, flipped), frozenset({line.seq, line.seq + 1, flipped.seq}))


def delete(journals: Journals, chance: random.Random) -> Tampered:
    """Some entries in a row, the rest left as it is or numbered anew."""
    lines = journals.mine
    at, many = chance.randrange(len(lines) - 1), chance.randint(1, 3)
    rest = list(lines[at + many :])
    if chance.random() < 0.5:
        rest = [line._replace(seq=line.seq - many) for line in rest]
    return Tampered([*lines[:at], *rest], frozenset({lines[at].seq}))


def insert(journals: Journals, chance: random.Random) -> Tampered:
    """A made-up entry that is sealed soundly and follows the one before it; the rest moves on.

    At the very end it is no insertion: whoever may write the database may append.
    """
    lines = journals.mine
    at = _anywhere(lines[:-1], chance)
    before, model = lines[at], chance.choice(lines)
    new = model._replace(seq=before.seq + 1, previous=before.hash)
    new = new._replace(hash=str(line_hash(new)))
    rest = [line._replace(seq=line.seq + 1) for line in lines[at + 1 :]]
    return Tampered([*lines[: at + 1], new, *rest], frozenset({before.seq + 1, before.seq + 2}))


def reorder(journals: Journals, chance: random.Random) -> Tampered:
    """Two entries exchanged: where they lie, or with their numbers."""
    lines = list(journals.mine)
    one, two = chance.sample(range(len(lines)), 2)
    places = frozenset({lines[one].seq, lines[two].seq})
    first, second = lines[one], lines[two]
    if chance.random() < 0.5:
        first, second = first._replace(seq=second.seq), second._replace(seq=first.seq)
    lines[one], lines[two] = second, first
    return Tampered(lines, places)


def truncate(journals: Journals, chance: random.Random) -> Tampered:
    """The end is gone, or the whole: an older copy in its place is the same."""
    left = _anywhere(journals.mine, chance)
    return Tampered(list(journals.mine[:left]), frozenset({left + 1}))


def swap(journals: Journals, chance: random.Random) -> Tampered:
    """An entry, or everything from it on, is the other journal's."""
    mine, other = journals
    at = _anywhere(mine, chance)
    if chance.random() < 0.5:
        return Tampered(_at(mine, at, other[at]), frozenset({at + 1, at + 2}))
    return Tampered([*mine[:at], *other[at:]], frozenset({at + 1} if at else {len(mine)}))


def payloads(journals: Journals, chance: random.Random) -> Tampered:
    """A payload is gone, exchanged for another with its salt, or put where one was erased."""
    lines = journals.mine
    at = _anywhere(lines, chance)
    line, other = lines[at], chance.choice([line for line in lines if line.body is not None])
    gone = line.body is not None and (other.body == line.body or chance.random() < 0.5)
    new = line._replace(salt=None, body=None) if gone else line._replace(salt=other.salt, body=other.body)
    return Tampered(_at(lines, at, new), frozenset({line.seq}))


def rewrite(journals: Journals, chance: random.Random) -> Tampered:
    """A payload or a time is changed, and every hash from there to the end made anew, without the key."""
    lines = list(journals.mine)
    at = _anywhere(lines, chance)
    line = lines[at]
    if line.body is not None and chance.random() < 0.5:
        body = b'{"login":"ben"}'
        line = line._replace(body=body, payload_digest=payload_digest(line.salt or b"", body))
    else:
        line = line._replace(at=LATER)
    previous = line.previous
    for number, old in enumerate([line, *lines[at + 1 :]], at):
        new = old._replace(previous=previous)
        lines[number] = new._replace(hash=str(line_hash(new)))
        previous = lines[number].hash
    return Tampered(lines, frozenset(range(at + 1, len(lines) + 1)))


DEEDS: tuple[Deed, ...] = (flip, delete, insert, reorder, truncate, swap, payloads, rewrite)
