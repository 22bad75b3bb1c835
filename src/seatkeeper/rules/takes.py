"""What a restore takes and what it owes, as a reader and a machine are shown it."""

from seatkeeper.model.plan import Estimate, Plan
from seatkeeper.rules.codec import moment
from seatkeeper.rules.words import count, listed, number

BACK = frozenset({"", "there"})


def time_needed(seconds: float) -> str:
    """Seconds as people say them: ``2 h 5 min``, never less than is needed."""
    minutes = -int(-seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if amount]
    return " ".join(parts) or "no time"


def restore_json(plan: Plan) -> dict[str, object]:
    """What only a restore has: its estimate, and how everything that was taken is accounted for."""
    if plan.kind != "restore":
        return {}
    owed = [
        {
            "account": one.account,
            "login": one.login,
            "on": one.grant.resource.kind,
            "id": one.grant.resource.id,
            "name": plan.names.get(one.grant.resource),
            "role": one.grant.role,
            "run": one.run,
            "taken_at": moment(one.taken_at),
            "there": one.reason == "there",
            "residue": one.because if one.reason not in BACK else None,
            "rests_on": one.rests_on,
        }
        for one in plan.owed
    ]
    return {
        "estimate": estimate_json(plan.estimate),
        "owed": owed,
        "keep_days": plan.keep_days,
        "first": list(plan.first),
    }


def estimate_json(told: Estimate | None) -> dict[str, object] | None:
    """An estimate for machines: seconds as numbers, the deadline as text."""
    if told is None:
        return None
    until = moment(told.native_until) if told.native_until else None
    return {**told._asdict(), "native_until": until}


def estimate_lines(plan: Plan) -> list[str]:
    """What a restore takes, as sentences; of any other plan, how long the forge remembers whom it removes."""
    told = plan.estimate
    if told is None:
        return _remembered(plan)
    away = sum(one.reason not in BACK for one in plan.owed)
    lines = [
        (
            f"Of {count(len(plan.owed), 'grant', 'grants')} that runs took, "
            f"{number(len(plan.owed) - away)} come back or are there already; "
            f"{number(away)} can't, and are held with the reason"
        ),
        *needs(told),
    ]
    if plan.first:
        logins = (change.login for change in plan.changes if change.account in plan.first)
        lines.append(f"Asked in before all others, and asked again first: {listed(logins)}")
    if plan.keep_days:
        lines.append(f"Whoever comes back is pinned for {count(plan.keep_days, 'day', 'days')}")
    return lines


def _remembered(plan: Plan) -> list[str]:
    gone = sum(any(g.resource.kind == "organization" for g in change.lost) for change in plan.changes)
    days = plan.pace.reinstate_days if plan.pace else None
    if days is None or not gone or plan.kind == "revoke":
        return []
    people = count(gone, "person", "people")
    told = f"For {count(days, 'day', 'days')} from the day of removal the forge reinstates"
    return [f"{told} {people} whom this removes; status tells each deadline"]


def needs(told: Estimate) -> list[str]:
    """An estimate as sentences: writes and time, invitations, and how long the forge remembers."""
    lines = [_writes(told)]
    if told.invitations:
        lines.append(_invitations(told))
    if told.native_until is not None:
        lines.append(f"The forge reinstates these people until {told.native_until:%Y-%m-%d %H:%M} UTC")
    return lines


def _writes(told: Estimate) -> str:
    if told.least_writes == told.most_writes:
        return f"{number(told.most_writes)} writes, {time_needed(told.most_seconds)} of the forge's time"
    return (
        f"{number(told.least_writes)} writes where the forge reinstates everything, "
        f"{number(told.most_writes)} where only the role: {time_needed(told.least_seconds)} to "
        f"{time_needed(told.most_seconds)} of the forge's time"
    )


def _invitations(told: Estimate) -> str:
    left = "no daily number" if told.left_today is None else f"{number(told.left_today)} are left today"
    later = f"; the last go in {count(told.days, 'day', 'days')}" if told.days else ""
    return (
        f"{count(told.invitations, 'invitation', 'invitations')} ({left}{later}); each person has "
        f"{told.acceptance_days} days to accept, and has nothing back before"
    )
