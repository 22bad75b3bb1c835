"""Watch: what admins must hear of the schedule and of plans, told from the journal and the clock alone."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from seatkeeper.model.notice import Word
from seatkeeper.model.run import Entry, EntryKind
from seatkeeper.model.schedule import Due
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.due_times import due_between
from seatkeeper.rules.windows import DAY
from seatkeeper.workflow.desk import Desk

GRACE = timedelta(hours=1)
"""How late the schedule may start before it is called missed."""


class Waiting(NamedTuple):
    """A plan that nobody has approved and no run has carried out: its entry, and what it would do."""

    at: datetime
    plan: str
    told: Mapping[str, object]

    def of(self, kind: str) -> int:
        """How many of its changes are of this kind."""
        return cast("Mapping[str, int]", self.told["kinds"]).get(kind, 0)


def of_schedule(desk: Desk, organization: Organization) -> list[Word]:
    """A word about each plan that waits, each trip of the schedule and each due time at which nothing ran."""
    since = desk.clock.now() - DAY
    words = of_plans(desk, organization)
    for entry in trips(desk, organization, since):
        payload = entry.payload or {}
        told = {"what": f"The schedule's {payload['work']} plan was stopped.", "guards": payload["guards"]}
        words.append(Word("tripped", str(entry.seq), told))
    for due in missed(desk, organization, since):
        moment = due.at.isoformat()
        words.append(Word("missed", f"{due.work}/{moment}", {"work": due.work, "due": moment}))
    return words


def of_plans(desk: Desk, organization: Organization) -> list[Word]:
    """A word about each plan that waits now."""
    return [_of_plan(one) for one in waiting(desk, organization)]


def _of_plan(one: Waiting) -> Word:
    told = {
        "plan": one.plan,
        "kind": one.told["kind"],
        "changes": one.told["changes"],
        "joins": one.of("join"),
        "moves": one.of("move"),
        "leaves": one.of("leave"),
        "held": one.told["held"],
        "losing": one.told["losing"],
    }
    return Word("plan-waiting", one.plan, told)


def waiting(desk: Desk, organization: Organization) -> list[Waiting]:
    """The plans that wait for an approver, oldest first: proposed by a person, or left by the schedule.

    The newest of its kind and work only, as long as a run may still start from it.
    """
    since = desk.clock.now() - timedelta(hours=desk.limits.snapshot_hours)
    newest: dict[tuple[object, object], Entry] = {}
    for entry in desk.store.entries(kinds={"planned"}, organization=organization.id, since=since):
        if entry.payload and "kinds" in entry.payload:
            newest[entry.payload["kind"], entry.payload.get("work")] = entry
    asked = _plans(desk, organization, since, {"proposal"}) | _left_by_schedule(desk, organization, since)
    answered = _plans(desk, organization, since, {"approval", "waiver", "run-started"})
    told = ((entry.at, entry.payload or {}) for entry in newest.values())
    found = (Waiting(at, str(payload["plan"]), payload) for at, payload in told)
    return sorted(one for one in found if one.plan in asked - answered)


def _plans(desk: Desk, organization: Organization, since: datetime, kinds: Collection[EntryKind]) -> set[str]:
    entries = desk.store.entries(kinds=kinds, organization=organization.id, since=since)
    return {str(entry.payload.get("plan")) for entry in entries if entry.payload}


def _left_by_schedule(desk: Desk, organization: Organization, since: datetime) -> set[str]:
    left = _refused(desk, organization, since)
    return {str(p["plan"]) for e in left if (p := e.payload) and p["changes"] and not p.get("guards")}


def trips(desk: Desk, organization: Organization, since: datetime) -> list[Entry]:
    """The refusals of the schedule's plans that a guard stopped."""
    return [e for e in _refused(desk, organization, since) if e.payload and e.payload.get("guards")]


def _refused(desk: Desk, organization: Organization, since: datetime) -> Iterator[Entry]:
    entries = desk.store.entries(kinds={"refusal"}, organization=organization.id, since=since)
    return (entry for entry in entries if entry.payload and entry.payload.get("what") == "schedule")


def missed(desk: Desk, organization: Organization, since: datetime) -> list[Due]:
    """The due times since then at which the schedule did nothing until the next, in an adopted organization.

    Whatever was switched off, fell back or was refused did run: the journal has its word for it.
    """
    adopted = next(iter(desk.store.entries(kinds={"adopted"}, organization=organization.id)), None)
    if adopted is None or not desk.schedule:
        return []
    began = [
        (payload.get("work"), entry.at)
        for entry in desk.store.entries(
            kinds={"planned", "refusal"}, organization=organization.id, since=since
        )
        if (payload := entry.payload)
    ]
    late = desk.clock.now() - GRACE
    return [
        due
        for due, following in due_between(desk.schedule, desk.zone, max(since, adopted.at), late)
        if not any(work == due.work and due.at <= at < following for work, at in began)
    ]
