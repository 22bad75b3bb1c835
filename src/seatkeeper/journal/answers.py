"""What people answered, folded from entries of kind ``answer``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, cast

from seatkeeper.model.ids import AccountId
from seatkeeper.model.run import Entry

What = Literal["blocked", "working", "mine", "not-mine", "reply"]
"""What somebody said on their page; ``reply`` is what an admin recorded for them."""


class Answer(NamedTuple):
    """One answer; `by` is ``status page`` or the person who recorded it."""

    seq: int
    at: datetime
    account: AccountId
    what: What
    why: str
    by: str


def answers(entries: Iterable[Entry]) -> tuple[Answer, ...]:
    """The answers in order; those that were erased aside."""
    return tuple(
        Answer(
            entry.seq,
            datetime.fromisoformat(str(entry.payload.get("at") or entry.at.isoformat())),
            AccountId(str(entry.payload["account"])),
            cast("What", entry.payload["what"]),
            str(entry.payload["why"]),
            str(entry.payload["by"]),
        )
        for entry in entries
        if entry.payload
    )
