"""Digest: one message a day to admins about what was done, what waits and what comes, from the journal."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from seatkeeper.model.ids import RunId
from seatkeeper.model.notice import Word
from seatkeeper.model.run import Entry
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.due_times import next_due
from seatkeeper.rules.windows import DAY, WEEK
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import load_run
from seatkeeper.workflow.situation import situations
from seatkeeper.workflow.watch import missed, trips, waiting

LONGEST = WEEK
"""What a digest reaches back over where none was made for a while."""


def of_day(desk: Desk, organization: Organization) -> list[Word]:
    """The digest of today, once its time has come and until it is made.

    It reaches back to the last one, so that over all digests nothing is told twice or left out.
    """
    now = desk.clock.now()
    on_the_wall = now.astimezone(ZoneInfo(desk.zone)).time()
    if desk.notices.digest is None or on_the_wall < desk.notices.digest:
        return []
    queued = desk.store.entries(kinds={"notice"}, organization=organization.id, since=now - LONGEST)
    made = [e.payload for e in queued if e.payload and e.payload["kind"] == "digest"]
    today = desk.today.isoformat()
    if any(one["event"] == today for one in made):
        return []
    facts = made[-1]["facts"] if made else None
    since = datetime.fromisoformat(str(facts["until"])) if isinstance(facts, Mapping) else now - DAY
    return [Word("digest", today, {"day": today, **_told(desk, organization, since)})]


def _told(desk: Desk, organization: Organization, since: datetime) -> dict[str, object]:
    now = desk.clock.now()
    done = _done(desk, organization, since)
    stands = Counter(one.state for one in situations(desk, organization).values())
    last = [e for e in desk.store.entries(kinds={"planned"}, organization=organization.id) if e.payload]
    daily = next((e for e in reversed(last) if (e.payload or {}).get("kind") == "daily"), None)
    waits, stopped = waiting(desk, organization), trips(desk, organization, since)
    lapsed = missed(desk, organization, max(since, now - LONGEST))
    brake = desk.brake(organization)
    return {
        "since": since.isoformat(),
        "until": now.isoformat(),
        "left": done["leave"] + done["revoke"],
        "moved": done["move"],
        "joined": done["join"],
        "restores": done["restore"],
        "failed": done["failed"],
        "invited": stands["invited"],
        "held": (daily.payload or {}).get("held", 0) if daily else 0,
        "planned_at": daily.at.isoformat() if daily else "",
        "waiting": [one.plan for one in waits],
        "tripped": [line for entry in stopped for line in _guards(entry)],
        "missed": [[due.work, due.at.isoformat()] for due in lapsed],
        "braked": brake.reason if brake else "",
        "next": [[w, next_due(cron, desk.zone, now).isoformat()] for w, cron in desk.schedule.items()],
        "needs": len(waits) + len(stopped) + len(lapsed) + bool(brake) + stands["stuck"],
    }


def _guards(refusal: Entry) -> list[str]:
    return [str(one) for one in cast("list[object]", (refusal.payload or {})["guards"])]


def _done(desk: Desk, organization: Organization, since: datetime) -> Counter[str]:
    """How many changes of each kind came to their end since then, confirmed, and how many ``failed``."""
    found: Counter[str] = Counter()
    entries = desk.store.entries(kinds={"outcome"}, organization=organization.id, since=since)
    for run in dict.fromkeys(RunId(entry.run) for entry in entries if entry.run):
        state = load_run(desk.store, run)
        for change in state.changes if state else ():
            ended = max((step.at for step in change.steps if step.at), default=None)
            if ended is None or ended < since:
                continue
            if change.progressed == "confirmed":
                found[change.change.kind] += 1
            elif change.progressed in {"refused", "drifted", "unknown"}:
                found["failed"] += 1
    return found
