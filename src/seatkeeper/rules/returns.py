"""What a restore plan says beside its changes: what is held back, what it takes, and why who comes back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from seatkeeper.model.capabilities import Pace
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Change, Estimate, Hold, Owed
from seatkeeper.model.run import Taking
from seatkeeper.rules.planner import DAY_SECONDS, writes
from seatkeeper.rules.words import count, listed

HOUR_SECONDS = 3_600.0
BACK = frozenset({"", "there"})
"""What `Owed.reason` says of a grant that comes back or is there already."""
TAKEN_AWAY = frozenset({"revoked", "revoked-since", "role-differs", "changed-since"})
"""Reasons behind which stands a person's word, so that the forge's own memory must not undo them."""


def remembers_only(removed: Taking, taken: Sequence[Taking], owed: Sequence[Owed]) -> bool:
    """Whether what the forge remembers of a removed member is nothing that a person took away since.

    Its memory is what the account had when our run removed it: what that run took.
    """
    settled = {one.grant for one in owed if one.reason not in TAKEN_AWAY}
    return all(taking.grant in settled for taking in taken if taking.run == removed.run)


def held_back(owed: Sequence[Owed]) -> list[Hold]:
    """One hold for each account and reason, so that whoever approves sees what does not come back."""
    rest = sorted((one for one in owed if one.reason not in BACK), key=_by_account_and_reason)
    return [_hold(list(group)) for _, group in groupby(rest, key=_by_account_and_reason)]


def _by_account_and_reason(owed: Owed) -> tuple[str, str, str]:
    return owed.account, owed.reason, owed.because


def _hold(owed: Sequence[Owed]) -> Hold:
    first = owed[0]
    amount = count(len(owed), "grant", "grants")
    return Hold(first.account, first.login, None, None, first.reason, f"{amount}: {first.because}")


def account_for_holds(
    owed: Sequence[Owed], holds: Sequence[Hold], changing: Collection[AccountId]
) -> tuple[Owed, ...]:
    """What is owed, where a guard set a whole change aside: its grants wait for another plan, and say why."""
    aside: Mapping[AccountId | None, Hold] = {hold.account: hold for hold in holds}

    def settled(one: Owed) -> Owed:
        if one.reason or one.account in changing:
            return one
        hold = aside.get(one.account)
        return one._replace(
            reason=hold.reason if hold else "held", because=hold.because if hold else "set aside by a guard"
        )

    return tuple(settled(one) for one in owed)


def estimate(
    changes: Sequence[Change],
    pace: Pace,
    left: int | None,
    owed: Sequence[Owed],
    asked: Collection[AccountId] = (),
    *,
    whole: bool = False,
) -> Estimate:
    """What these changes take, in writes, invitations, days and seconds, from the forge's limits.

    `left` are the invitations that may still go today. Those of the accounts `asked` are out already.
    `whole`: it was found out that this forge reinstates everything, so the least is what it takes.
    """
    unasked = [change for change in changes if change.account not in asked]
    out = len(changes) - len(unasked)
    least = sum(1 if is_native(change) else writes(change) for change in changes) - out
    most = least if whole else sum(writes(change) for change in changes) - out
    invited = sum(step.invites for change in unasked for step in change.steps)
    days = 0
    if left is not None and pace.invitations_per_day:
        days = -(-max(0, invited - left) // pace.invitations_per_day)
    steps = (step for change in changes if not (whole and is_native(change)) for step in change.steps)
    direct = sum(s.action == "give" and s.grants[0].resource.kind == "repository" for s in steps)
    seconds = [
        max(amount * pace.write_seconds, _mail_seconds(told, pace.mailed_per_hour)) + days * DAY_SECONDS
        for amount, told in ((least, invited), (most, invited + direct))
    ]
    native = frozenset(change.account for change in changes if is_native(change))
    return Estimate(
        least_writes=least,
        most_writes=most,
        invitations=invited,
        left_today=left,
        days=days,
        least_seconds=seconds[0],
        most_seconds=seconds[1],
        acceptance_days=pace.acceptance_days if invited or asked else None,
        native_until=native_until(owed, native, pace.reinstate_days),
    )


def _mail_seconds(amount: int, hourly: int | None) -> float:
    """How long the forge takes at least to let so many writes through of which it tells people."""
    return (amount - 1) // hourly * HOUR_SECONDS if hourly and amount else 0.0


def is_native(change: Change) -> bool:
    """Whether the change begins with the forge's own reinstatement."""
    return any(step.action == "reinstate" for step in change.steps)


def native_until(owed: Sequence[Owed], accounts: Collection[AccountId], days: int | None) -> datetime | None:
    """The first moment at which the forge stops reinstating one of these; None where it reinstates none."""
    ends = [
        one.taken_at + timedelta(days=days)
        for one in owed
        if days is not None and one.account in accounts and one.grant.resource.kind == "organization"
    ]
    return min(ends, default=None)


def told(
    picked: Sequence[Taking], login: str, leaving: str | None, removed: Taking | None, days: int | None
) -> str:
    """Why this account is given something, and what an approver should know of it."""
    runs = sorted({(taking.run, f"{taking.at:%Y-%m-%d}") for taking in picked})
    said = "taken by " + listed(f"run {run} on {day}" if run else f"somebody on {day}" for run, day in runs)
    events = sorted({taking.rests_on for taking in picked if taking.rests_on})
    if events:
        said += f"; reconstructed from {listed(events, most=2)}"
    former = next((taking.login for taking in picked if taking.login.casefold() != login.casefold()), None)
    if former:
        said += f"; the account was called {former} then"
    if leaving is not None:
        said += f"; today's record says leave ({leaving}), and this restore names them"
    if removed is not None and days is not None:
        said += f"; the forge reinstates until {removed.at + timedelta(days=days):%Y-%m-%d}"
    return said
