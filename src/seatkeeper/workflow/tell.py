"""Tell: what the journal and the record of people call for, as words to be queued.

Nothing in a run calls this. It is asked again and again, and the same event is the same notice, so that a
run killed at any moment leaves nothing untold and nothing told twice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from seatkeeper.errors import ForgeError, NotCovered
from seatkeeper.model.ids import NoticeId
from seatkeeper.model.notice import Audience, Notice, NoticeKind, Word
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.decide import decide
from seatkeeper.workflow.addressees import NOBODY, Addressee, addressees
from seatkeeper.workflow.announce import identify, queue
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.digest import of_day
from seatkeeper.workflow.holds import chases, still_held
from seatkeeper.workflow.incident import known, taken
from seatkeeper.workflow.lapsing import lapsing
from seatkeeper.workflow.plan import case_of
from seatkeeper.workflow.recall import recall
from seatkeeper.workflow.situation import Situation, confirmed, situations
from seatkeeper.workflow.watch import of_plans, of_schedule

PERSONAL: Final[frozenset[NoticeKind]] = frozenset({"removed", "restoring", "invited", "back", "stuck"})
TOLD_LATE = timedelta(days=7)
READ: Final = frozenset({"invited", "back"})
"""What is said only after a fresh reading."""


def about_people(desk: Desk, organization: Organization) -> list[Word]:
    """A word to each person about where they stand now."""
    return [word for _, word in _words(desk, organization)]


def still_so(
    desk: Desk, organization: Organization, notices: Collection[Notice]
) -> Mapping[NoticeId, Word | None]:
    """The words of these notices as they are true now; None where nothing bears them out yet.

    A notice that is not among them was overtaken by a newer event. What can't be overtaken stays as it is.
    """
    by_kind: dict[NoticeKind, list[Notice]] = {}
    for notice in notices:
        by_kind.setdefault(notice.word.kind, []).append(notice)
    told: dict[NoticeId, Word | None] = {}
    if held := by_kind.pop("held", []):
        told.update(still_held(desk, organization, held))
    if stands := {n.id for kind in PERSONAL for n in by_kind.pop(kind, [])}:
        told.update(_still_standing(desk, organization, stands))
    for kind, asked in by_kind.items():
        told.update(_again(desk, organization, kind, asked))
    return told


def _again(
    desk: Desk, organization: Organization, kind: NoticeKind, asked: Collection[Notice]
) -> Mapping[NoticeId, Word | None]:
    if kind not in AGAIN:
        return {notice.id: notice.word for notice in asked}
    words = AGAIN[kind](desk, organization)
    if words is None:
        return {notice.id: None for notice in asked}
    now = {identify(organization, word): word for word in words}
    return {notice.id: now[notice.id] for notice in asked if notice.id in now}


def _still_standing(
    desk: Desk, organization: Organization, wanted: Collection[NoticeId]
) -> Mapping[NoticeId, Word | None]:
    found = {
        name: (one, word)
        for one, word in _words(desk, organization)
        if (name := identify(organization, word)) in wanted
    }
    to_read = {name: one for name, (one, _) in found.items() if one.state in READ}
    try:
        read = {one.change.account: one for one in confirmed(desk, list(to_read.values()))}
    except ForgeError:  # what only a reading can say waits for one
        read = {}
    told: dict[NoticeId, Word | None] = {}
    for name, (one, word) in found.items():
        if name not in to_read:
            told[name] = word
            continue
        seen = read.get(one.change.account)
        told[name] = word._replace(facts=facts(desk, seen)) if seen is not None else None
    return told


def _words(desk: Desk, organization: Organization) -> Iterator[tuple[Situation, Word]]:
    found = situations(desk, organization)
    known = addressees(desk, {one.change.person for one in found.values()})
    for one in found.values():
        to: Addressee = known.get(one.change.person, NOBODY)
        yield (
            one,
            Word(
                kind=one.state,
                event=one.event,
                facts=facts(desk, one),
                audience="person",
                to=(to.address,) if to.address else (),
                about=f"account {one.change.account}",
                language=to.language,
            ),
        )


def leaving_soon(desk: Desk, organization: Organization) -> list[Word] | None:
    """A word, ahead, to each person whose last day is near, and to their manager.

    Whoever would leave if the last observation were decided on that much later, and does not today. None
    while there is no observation to ask.
    """
    if desk.notices.address is None:
        return []
    try:
        case = case_of(desk, recall(desk, organization))
    except NotCovered:
        return None
    later = decide(replace(case, as_of=case.as_of + desk.notices.ahead))
    found = [d for d in later.of("leave") if d.account and d.end and d.end >= case.as_of.date()]
    later.close()
    known = addressees(desk, {one.person for one in found})
    words = []
    for one in found:
        to, last_day = known.get(one.person, NOBODY), str(one.end)
        told = {
            "login": one.login or "",
            "name": one.name or one.login or "",
            "last_day": last_day,
        }
        people: tuple[tuple[Audience, str], ...] = (("person", to.address), ("manager", to.manager))
        words += [
            Word("leaving", f"{one.account}/{last_day}", told, audience, (address,), language=to.language)
            for audience, address in people
            if "@" in address
        ]
    return words


AGAIN: Final[Mapping[NoticeKind, Callable[[Desk, Organization], list[Word] | None]]] = {
    "leaving": leaving_soon,
    "pin-lapsing": lapsing,
    "plan-waiting": of_plans,
}
"""Whose words are made anew before they are sent, and told only if they are among those."""


def of_incidents(desk: Desk, organization: Organization) -> list[Word]:
    """A word to the admins about each incident of the last week."""
    words = []
    for one in known(desk, organization):
        if one.opened < desk.clock.now() - TOLD_LATE:
            continue
        affected = len({taking.account for _, taking in taken(desk, organization, one)})
        told = {"incident": one.seq, "cause": one.cause, "reason": one.reason, "affected": affected}
        words.append(Word("incident", str(one.seq), told, about=f"incident {one.seq}"))
    return words


def facts(desk: Desk, one: Situation) -> dict[str, object]:
    """What a template or a page is filled with: everything that is known of where somebody stands."""
    return {
        "account": one.change.account,
        "login": one.change.login,
        "name": one.change.name or one.change.login,
        "returns": one.plan.kind == "restore",
        "at": one.since.isoformat(),
        "lost": one.listed(one.missing),
        "missing": one.listed(one.missing),
        "held": one.listed(one.held),
        "residue": [list(pair) for pair in one.residue],
        "why": one.why,
        "before": one.before,
        "until": one.until.isoformat() if one.until else "",
        "expected": one.expected.isoformat() if one.expected else "",
        "read_at": one.read_at.isoformat() if one.read_at else "",
        "accept": desk.invitation_page,
    }


def tell(desk: Desk, organization: Organization) -> int:
    """Queue everything that is to be told now; how many notices were new."""
    if desk.notices.switch == "off":
        return 0
    words = [*about_people(desk, organization), *(leaving_soon(desk, organization) or [])]
    words += [*of_incidents(desk, organization), *lapsing(desk, organization), *chases(desk, organization)]
    words += [*of_schedule(desk, organization), *of_day(desk, organization)]
    return queue(desk, organization, *words)
