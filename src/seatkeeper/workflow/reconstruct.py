"""Reconstruct: take a forge's own log into the journal, as what was lost before the first observation.

The journal keeps the events themselves, the answers, and what follows from
both, one entry an account. What follows is computed from the set of all events
ever imported, so neither the order of imports nor a second one matters.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.journal import past
from seatkeeper.journal.past import Kept
from seatkeeper.model.grants import Resource, ResourceKind, Subject
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Lost, PastEvent, PastLog
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.answers import Row, answer
from seatkeeper.rules.identify import Identified, identify
from seatkeeper.rules.reconstruct import Answer, Place, account_key, place, reconstruct
from seatkeeper.workflow.desk import Desk

Answers = dict[Place, Answer]


class Imported(NamedTuple):
    """What an import came to: how many events were new, later than the first observation, or of no use.

    `lost` is everything reconstructed so far, from this file and those before it.
    """

    first: datetime
    earliest: datetime | None
    new: int
    known: int
    later: int
    unused: Mapping[str, int]
    foreign: int
    changed_accounts: int
    lost: tuple[Lost, ...]

    @property
    def open(self) -> tuple[Lost, ...]:
        """Those that are still a question."""
        return tuple(lost for lost in self.lost if lost.question)


def take_in(
    desk: Desk, organization: Organization, log: PastLog, rows: Sequence[Row] = (), by: str = ""
) -> Imported:
    """Import a log, with answers to what it does not tell; journaled, and a second time without effect."""
    first = _first_observation(desk, organization)
    before = past.kept(desk.store.entries(kinds={"reconstructed"}, organization=organization.id))
    early = [event for event in log.events if event.at < first]
    identified = identify(log._replace(events=tuple(early)), desk.store.names_in_time(organization.id), first)
    old = {event for one in before.values() for event in one.events}
    held = {
        (g.subject, g.resource)
        for g in desk.store.grants_at(organization.id, first)
        if g.subject.kind == "account"
    }
    after = _merged(before, identified)
    accounts = {key: _account(key, events, before.get(key), rows, by, held) for key, events in after.items()}
    changed = [one for key, one in sorted(accounts.items()) if one != before.get(key)]
    _check_heard(rows, accounts.values())
    drafts = [Draft("reconstructed", organization.id, past.payload(one)) for one in changed]
    desk.store.append(drafts, desk.clock.now())
    now = {event for one in accounts.values() for event in one.events}
    return Imported(
        first,
        min((event.at for event in now), default=None),
        len(now - old),
        len({found.event for found in identified} & old),
        len(log.events) - len(early),
        log.unused,
        log.foreign,
        len(changed),
        past.reconstructed_of(accounts.values()),
    )


def custom_roles(desk: Desk, organization: Organization, log: PastLog) -> frozenset[str]:
    """Every role on a repository that was ever observed or is in the log: those an answer may name."""
    first = _first_observation(desk, organization)
    observed = {
        g.role for g in desk.store.grants_at(organization.id, first) if g.resource.kind == "repository"
    }
    return frozenset(observed | {e.role for e in log.events if e.role and e.kind == "repository"})


def _check_heard(rows: Iterable[Row], accounts: Iterable[Kept]) -> None:
    """`UsageError` for an answer to something nobody asked: it is about another account or resource."""
    lost = [one for account in accounts for one in account.lost]
    for row in rows:
        if all(row.weight) and not any(row.answers(one) for one in lost):
            raise UsageError(
                f"The answer in line {row.line} is about nothing that was lost.",
                arithmetic=f"{row.account}, {row.kind} {row.name}: none of {len(lost)} reconstructed grants",
                remedy="See what is asked: seatkeeper history import FILE --questions QUESTIONS.csv",
            )


def _first_observation(desk: Desk, organization: Organization) -> datetime:
    for entry in desk.store.entries(kinds={"observation"}, organization=organization.id):
        return entry.at
    raise NotCovered(
        "Nothing has been observed yet, so nobody can tell what the log's names mean.",
        remedy="Read people and forge: seatkeeper observe; then: seatkeeper history import FILE",
    )


def _merged(before: Mapping[str, Kept], found: Iterable[Identified]) -> dict[str, set[Identified]]:
    """Every account's events: those kept, and those found, each once.

    An event that is better identified now takes the place of its older self.
    """
    every: dict[tuple[object, ...], Identified] = {}
    kept = (Identified(event, doubts) for one in before.values() for event, doubts in _with_doubts(one))
    for identified in (*kept, *found):
        older = every.get(_identity(identified.event))
        if older is None or _sureness(identified) > _sureness(older):
            every[_identity(identified.event)] = identified
    merged: dict[str, set[Identified]] = {key: set() for key in before}
    for identified in every.values():
        merged.setdefault(account_key(identified.event), set()).add(identified)
    return merged


def _with_doubts(one: Kept) -> list[tuple[PastEvent, tuple[str, ...]]]:
    return list(zip(one.events, one.doubts, strict=True))


def _identity(event: PastEvent) -> tuple[object, ...]:
    """What makes two tellings the same event: exports differ in whether they hold its document's id."""
    return event.at, event.action, event.login.casefold(), event.kind, event.name.casefold()


def _sureness(identified: Identified) -> tuple[object, ...]:
    event = identified.event
    known = (event.account is not None) + (event.resource is not None) + (event.role is not None)
    return known, bool(event.document), str(identified)


def _account(
    key: str,
    events: set[Identified],
    before: Kept | None,
    rows: Sequence[Row],
    by: str,
    held: set[tuple[Subject, Resource]],
) -> Kept:
    answers = _read_answers(before)
    for lost in reconstruct(events, answers):
        said = answer(lost, rows, by) if lost.question else None
        if said is not None:
            asked = _asked(lost, events)
            answers[asked] = _both(said, answers.get(asked))
    lost_now = [lost for lost in reconstruct(events, answers) if not _still_held(lost, held)]
    ordered = sorted(events, key=lambda found: str(found.event))
    return Kept(
        key,
        tuple(found.event for found in ordered),
        tuple(found.doubts for found in ordered),
        _write_answers(answers),
        tuple(lost_now),
    )


def _asked(lost: Lost, events: Iterable[Identified]) -> Place:
    """The place of a lost grant as its events have it: an answer may have told the id that they lack."""
    places = {place(found.event) for found in events}
    named: Place = (lost.kind, f"?{lost.name.casefold()}")
    return named if named in places else place(lost)


def _both(said: Answer, earlier: Answer | None) -> Answer:
    if earlier is None:
        return said
    return Answer(
        said.role or earlier.role,
        said.account or earlier.account,
        said.resource or earlier.resource,
        said.by,
    )


def _still_held(lost: Lost, held: set[tuple[Subject, Resource]]) -> bool:
    """Whether the first observation saw the account hold something there: then it was not lost for good."""
    if lost.account is None or lost.resource is None:
        return False
    return (Subject("account", lost.account), Resource(lost.kind, lost.resource)) in held


def _read_answers(before: Kept | None) -> Answers:
    found: Answers = {}
    for kind, thing, role, account, resource, by in before.answers if before else ():
        who = AccountId(account) if account else None
        found[cast("ResourceKind", kind), str(thing)] = Answer(role, who, resource, by or "")
    return found


def _write_answers(answers: Answers) -> tuple[tuple[str | None, ...], ...]:
    return tuple(
        (*key, said.role, said.account, said.resource, said.by) for key, said in sorted(answers.items())
    )
