"""Pinning: whoever a run brings back is kept for a while, whatever the record of people says meanwhile."""

from datetime import datetime, timedelta

from seatkeeper.model.ids import RunId
from seatkeeper.model.plan import Plan
from seatkeeper.model.run import Draft


def keep_pins(plan: Plan, run: RunId, owner: str, now: datetime) -> list[Draft]:
    """A keep pin for each account of a restore; none for any other plan, or where none was asked for."""
    if plan.kind != "restore" or plan.keep_days <= 0:
        return []
    until = (now + timedelta(days=plan.keep_days)).date()
    return [
        Draft(
            "pin",
            plan.organization.id,
            {
                "kind": "keep",
                "account": change.account,
                "owner": owner,
                "reason": f"restored by run {run}",
                "until": until.isoformat(),
                "restore": run,
            },
            run=run,
        )
        for change in plan.changes
    ]
