"""How entries of kind ``reconstructed`` hold events of a forge's log, answers to it, and what was lost.

One entry is the whole account of one account, so a later one takes the place
of an earlier one, and erasing a person's entries erases all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.journal.entry import parse_time, time_text
from seatkeeper.model.grants import ResourceKind
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Deed, Evidence, Lost, PastEvent
from seatkeeper.model.run import Entry

Json = Mapping[str, object]


class Kept(NamedTuple):
    """What the journal holds of one account, by its id or ``?login``.

    `doubts` are, for each event, what is not sure of its ids; `answers` are
    rows as the verb that wrote them reads them.
    """

    account: str
    events: tuple[PastEvent, ...]
    doubts: tuple[tuple[str, ...], ...]
    answers: tuple[tuple[str | None, ...], ...]
    lost: tuple[Lost, ...]


def kept(entries: Iterable[Entry]) -> dict[str, Kept]:
    """The latest account of each account, from entries of kind ``reconstructed`` in order."""
    found: dict[str, Kept] = {}
    for entry in entries:
        if entry.payload is not None:
            one = _read(entry.payload)
            found[one.account] = one
    return found


def reconstructed(entries: Iterable[Entry]) -> tuple[Lost, ...]:
    """What imported logs tell of losses before the first observation, open questions too, oldest first."""
    return reconstructed_of(kept(entries).values())


def reconstructed_of(accounts: Iterable[Kept]) -> tuple[Lost, ...]:
    """What these accounts lost, oldest first."""
    found = [lost for one in accounts for lost in one.lost]
    return tuple(sorted(found, key=lambda lost: (lost.at, lost.login, lost.kind, lost.name)))


def payload(one: Kept) -> dict[str, object]:
    """The payload of an entry."""
    return {
        "account": one.account,
        "events": [[_text(value) for value in event] for event in one.events],
        "doubts": [list(doubts) for doubts in one.doubts],
        "answers": [list(row) for row in one.answers],
        "lost": [
            [*(_text(value) for value in lost._replace(evidence=())), [_evidence(e) for e in lost.evidence]]
            for lost in one.lost
        ],
    }


def _text(value: object) -> object:
    return time_text(value) if isinstance(value, datetime) else value


def _evidence(evidence: Evidence) -> list[object]:
    return [_text(value) for value in evidence]


def _read(told: Json) -> Kept:
    rows = cast("Mapping[str, Sequence[Sequence[str]]]", told)
    return Kept(
        str(told["account"]),
        tuple(_event(row) for row in rows["events"]),
        tuple(tuple(row) for row in rows["doubts"]),
        tuple(tuple(row) for row in rows["answers"]),
        tuple(_lost(row) for row in rows["lost"]),
    )


def _event(row: Sequence[str]) -> PastEvent:
    at, action, deed, document, actor, login, account, kind, name, resource, role = row
    return PastEvent(
        parse_time(at),
        action,
        cast("Deed", deed),
        document,
        actor,
        login,
        AccountId(account) if account else None,
        cast("ResourceKind", kind),
        name,
        resource,
        role,
    )


def _lost(row: Sequence[str]) -> Lost:
    login, account, kind, name, resource, role, since, at, _, question, by, evidence = row
    return Lost(
        login,
        AccountId(account) if account else None,
        cast("ResourceKind", kind),
        name,
        resource,
        role,
        parse_time(since) if since else None,
        parse_time(at),
        tuple(Evidence(e[0], e[1], parse_time(e[2]), e[3]) for e in evidence),
        question,
        by,
    )
