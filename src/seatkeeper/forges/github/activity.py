"""When accounts were last active, as far as the audit log tells.

Facts: only organizations of an enterprise have an audit log to read; it keeps
events of the last 180 days and git events of about a week.
"""

from datetime import UTC, datetime
from typing import Final

from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.links import listing
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Reading

PAGES: Final = 100


def last_active(http: Http, organization: str) -> tuple[dict[AccountId, datetime], Reading]:
    """The latest event of each account, newest `PAGES` pages at most; who is not there is unknown."""
    told = listing(http, f"/orgs/{organization}/audit-log", {"include": "all", "order": "desc"}, most=PAGES)
    latest: dict[AccountId, datetime] = {}
    for event in told.rows:
        number, moment = event.get("actor_id"), event.get("@timestamp")
        if isinstance(number, int) and isinstance(moment, int):
            at = datetime.fromtimestamp(moment / 1000, UTC)
            account = AccountId(str(number))
            latest[account] = max(at, latest.get(account, at))
    problem = f"the forge does not tell who was active when: {told.problem}" if told.problem else None
    return latest, Reading("activity", problem is None, len(latest), problem=problem)
