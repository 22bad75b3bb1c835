"""The outbox, folded from entries of kinds ``notice``, ``notice-claimed`` and ``notice-told``.

The id of a notice stands in its entries' `change`. Queued twice, a notice is one: the first entry counts.
A claim without a result is a telling that may have gone out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from seatkeeper.model.ids import NoticeId
from seatkeeper.model.notice import Audience, Notice, NoticeKind, Posted, Telling, TellResult, Word
from seatkeeper.model.run import Draft, Entry, EntryKind

KINDS: frozenset[EntryKind] = frozenset({"notice", "notice-claimed", "notice-told"})


def write_notice(organization: str, notice: NoticeId, word: Word) -> Draft:
    """The entry that queues a notice."""
    payload = {**word._asdict(), "to": list(word.to), "facts": dict(word.facts)}
    return Draft("notice", organization, payload, change=notice)


def write_claim(notice: Notice, target: str, text: str) -> Draft:
    """The entry before a message is handed over; it keeps the words, for whoever asks what was said."""
    return Draft("notice-claimed", notice.organization, {"target": target, "text": text}, change=notice.id)


def write_told(notice: Notice, target: str, result: TellResult, why: str) -> Draft:
    """The entry that says what became of it."""
    payload = {"target": target, "result": result, "why": why}
    return Draft("notice-told", notice.organization, payload, change=notice.id)


def outbox(entries: Iterable[Entry]) -> tuple[Posted, ...]:
    """Every notice in order of queueing, with what became of it; those whose words were erased aside."""
    notices: dict[str, Notice] = {}
    told: dict[str, dict[str, Telling]] = {}
    for entry in entries:
        payload = entry.payload
        if payload is None:
            continue
        if entry.kind == "notice":
            word = _word(payload)
            notices.setdefault(
                entry.change, Notice(NoticeId(entry.change), entry.organization, entry.at, word)
            )
            continue
        tellings = told.setdefault(entry.change, {})
        target = str(payload["target"])
        attempts = tellings[target].attempts if target in tellings else 0
        if entry.kind == "notice-claimed":
            tellings[target] = Telling("claimed", entry.at, attempts + 1)
        else:
            result = cast("TellResult", payload["result"])
            tellings[target] = Telling(result, entry.at, attempts, str(payload.get("why", "")))
    return tuple(Posted(notice, told.get(name, {})) for name, notice in notices.items())


def _word(payload: Mapping[str, object]) -> Word:
    return Word(
        kind=cast("NoticeKind", payload["kind"]),
        event=str(payload["event"]),
        facts=cast("Mapping[str, object]", payload["facts"]),
        audience=cast("Audience", payload["audience"]),
        to=tuple(str(one) for one in cast("Sequence[object]", payload["to"])),
        about=str(payload["about"]),
        language=str(payload["language"]),
    )


def thread(posted: Sequence[Posted], notice: Notice, target: str) -> NoticeId | None:
    """The first notice of the same thread that this target's server accepted, if it is another one."""
    if not notice.word.about:
        return None
    for one in posted:
        if one.notice.id == notice.id:
            return None
        told = one.told.get(target)
        if one.notice.word.about == notice.word.about and told and told.state == "accepted":
            return one.notice.id
    return None
