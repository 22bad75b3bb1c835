"""Holds: who is held since when, whose record it is, and how missing data is worked off.

Nothing is kept for it. Since when a record holds somebody is what the extracts say, and how often somebody
was reminded is what the outbox says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from seatkeeper.errors import NotCovered
from seatkeeper.journal.outbox import outbox
from seatkeeper.model.decision import Decision
from seatkeeper.model.ids import NoticeId, PersonKey
from seatkeeper.model.notice import Audience, Notice, Word
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.reasons import MISSING
from seatkeeper.workflow.addressees import NOBODY, addressees
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation
from seatkeeper.workflow.plan import decide_on, people_problem
from seatkeeper.workflow.recall import recall

if TYPE_CHECKING:
    import pyarrow as pa

Records = Mapping[PersonKey, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Held:
    """One hold.

    `since` is when the first extract was read of those that have said so without a break; None where it is
    no record that holds. `manager` is whom the record names, `reminded` how often somebody was, and `due`
    when somebody is next; None: nobody is any more.
    """

    decision: Decision
    since: datetime | None
    manager: str
    reminded: int = 0
    due: datetime | None = None


def holds(desk: Desk, organization: Organization, seen: Observation, held: Sequence[Decision]) -> list[Held]:
    """Everything that is known of these holds, which the observation decided."""
    told = _reminders(desk, organization)
    by_record = {d.person: d for d in held if d.person and d.reason in (*MISSING, "unforeseen-status")}
    began, unbroken = _began(desk, seen, by_record)
    manager = next((c.name for c in seen.extract.columns if c.role == "manager"), "")
    records = _records(seen.people, seen.extract.key, [d.person for d in held if d.person], [manager])
    found = []
    for one in held:
        since, notices = began.get(one.person), told.get(about(one), [])
        if since is not None and one.person in unbroken and notices:
            since = min(since, datetime.fromisoformat(str(notices[-1].word.facts["since"])))
        ours = [n for n in notices if since is not None and n.queued_at >= since]
        found.append(
            Held(
                decision=one,
                since=since,
                manager=str(records.get(one.person, {}).get(manager) or "") if one.person else "",
                reminded=len({n.word.event for n in ours if n.word.audience != "admins"}),
                due=_due(desk, one, since, ours),
            )
        )
    return found


def about(held: Decision) -> str:
    """What mails about a hold share, whatever becomes of a login: they are one thread."""
    return f"held {held.account or f'person {held.person}'}"


def chases(desk: Desk, organization: Organization) -> list[Word]:
    """A word to each person, and to their manager, whose record still lacks what decides about them.

    Only what a healthy reading has shown again is asked for, so that nobody hears of what was filled in or
    of a source that was broken for a moment. After the last one, or where nobody can be reached, admins
    are told once.
    """
    if desk.notices.chase is None:
        return []
    seen, held = _now(desk, organization)
    due = [one for one in held if seen and one.due is not None and one.due <= seen.extract.read_at]
    known = addressees(desk, {one.decision.person for one in due})
    words = []
    for one in due:
        to = known.get(one.decision.person, NOBODY)
        people = _reached(to.address, to.manager) if one.reminded < desk.notices.chase.times else {}
        event = f"{about(one.decision)}/{one.since}/{one.reminded + 1 if people else 'end'}"
        facts = {**_facts(one), "number": one.reminded + bool(people), "times": desk.notices.chase.times}
        words += [
            Word("held", event, facts, audience, (address,), about(one.decision), to.language)
            for audience, address in people.items()
        ] or [Word("held", event, facts, about=about(one.decision))]
    return words


def still_held(
    desk: Desk, organization: Organization, notices: Iterable[Notice]
) -> Mapping[NoticeId, Word | None]:
    """Of these notices the words as they are true now; None while no healthy reading says.

    A notice whose record was filled in meanwhile is not among them.
    """
    seen, held = _now(desk, organization)
    if seen is None:
        return {notice.id: None for notice in notices}
    now = {about(one.decision): one for one in held}
    return {
        notice.id: notice.word._replace(facts={**notice.word.facts, **_facts(one)})
        for notice in notices
        if (one := now.get(notice.word.about)) and one.since and one.since <= notice.queued_at
    }


def _now(desk: Desk, organization: Organization) -> tuple[Observation | None, list[Held]]:
    """The last observation, and who is held in it by missing data; None where it may say nothing."""
    try:
        seen = recall(desk, organization)
    except NotCovered:
        return None, []
    if people_problem(desk, seen.extract) is not None:
        return None, []
    decisions = decide_on(desk, seen)
    held = [d for d in decisions.of("hold") if d.missing]
    decisions.close()
    return seen, holds(desk, organization, seen, held)


def _facts(one: Held) -> dict[str, object]:
    decision = one.decision
    return {
        "login": decision.login or "",
        "name": decision.name or decision.login or decision.person or "",
        "columns": list(decision.missing),
        "since": one.since.isoformat() if one.since else "",
    }


def _reached(address: str, manager: str) -> dict[Audience, str]:
    """Who is written to; a manager of themselves once."""
    found: dict[Audience, str] = {"person": address, "manager": "" if manager == address else manager}
    return {audience: told for audience, told in found.items() if "@" in told}


def _due(desk: Desk, one: Decision, since: datetime | None, ours: Sequence[Notice]) -> datetime | None:
    """When the next word is due: as late as a second opinion is old enough, and then at the set pace."""
    chase = desk.notices.chase
    if chase is None or since is None or not one.missing or any(n.word.audience == "admins" for n in ours):
        return None
    if ours:
        return max(n.queued_at for n in ours) + chase.every
    return since + timedelta(hours=desk.limits.second_extract_hours)


def _reminders(desk: Desk, organization: Organization) -> Mapping[str, list[Notice]]:
    """The notices about missing data, in order, by what they are about."""
    found: dict[str, list[Notice]] = {}
    for one in outbox(desk.store.entries(kinds={"notice"}, organization=organization.id)):
        if one.notice.word.kind == "held":
            found.setdefault(one.notice.word.about, []).append(one.notice)
    return found


def _began(
    desk: Desk, seen: Observation, held: Mapping[PersonKey, Decision]
) -> tuple[Mapping[PersonKey | None, datetime], set[PersonKey]]:
    """When the unbroken run of extracts began that hold these people, and whose goes back to the first kept.

    An extract in which somebody does not stand says nothing of them.
    """
    columns = {person: one.missing or (one.column or "",) for person, one in held.items()}
    shown = {name for names in columns.values() for name in names}
    today = _records(seen.people, seen.extract.key, columns, shown)
    began: dict[PersonKey | None, datetime] = dict.fromkeys(columns, seen.extract.read_at)
    unbroken, last, then = set(columns), seen.extract.digest, today
    for extract in reversed(desk.store.extracts(seen.extract.source)):
        if not unbroken:
            break
        if extract.read_at >= seen.extract.read_at or extract.key != seen.extract.key:
            continue
        if extract.digest != last:
            people = desk.store.extract_table(extract.source, extract.digest, extract.read_at)
            then, last = _records(people, extract.key, unbroken, shown), extract.digest
        for person in [p for p in unbroken if p in then and then[p].keys() >= set(columns[p])]:
            if _same(then[person], today[person], columns[person]):
                began[person] = extract.read_at
            else:
                unbroken.discard(person)
    return began, unbroken


def _same(then: Mapping[str, object], today: Mapping[str, object], columns: Sequence[str]) -> bool:
    """Whether a record holds for the same cause: what is missing was, or the value is the same."""
    return all(then[name] == today[name] for name in columns)


def _records(
    people: "pa.Table", key: str, wanted: Iterable[PersonKey], columns: Iterable[str]
) -> dict[PersonKey, Mapping[str, object]]:
    """The records of these people, by their keys; only those of the columns that are there."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import
    import pyarrow.compute as pc  # noqa: PLC0415  # likewise

    there = [name for name in people.column_names if name in {key, *columns}]
    chosen = pc.is_in(people.column(key), value_set=pa.array(list(wanted), pa.string()))
    return {PersonKey(row[key]): row for row in people.select(there).filter(chosen).to_pylist()}
