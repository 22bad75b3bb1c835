"""Make a plan: from decisions to changes, through the guards, to the file's nouns.

Nothing here reads or writes anything; the same facts give the same plan.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from seatkeeper.model.decision import Atom, Decision
from seatkeeper.model.grants import Grant, Resource, membership, signing_in
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.plan import (
    PLAN_FORMAT,
    Change,
    ChangeKind,
    Cost,
    Hold,
    Plan,
    PlanKind,
    Step,
    Verdict,
)
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.access import wanted
from seatkeeper.rules.effects import letting_in, loss
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards import judge
from seatkeeper.rules.pins import speaks_of
from seatkeeper.rules.planfile import change_digest
from seatkeeper.rules.seats import forecast
from seatkeeper.rules.steps import joining, leaving, moving
from seatkeeper.rules.waves import in_waves

DAY_SECONDS = 86_400.0


class Aim(NamedTuple):
    """What a decision comes to: one account, what it holds, and what it is to hold instead."""

    kind: ChangeKind
    account: Account
    before: frozenset[Grant]
    after: frozenset[Grant]


def make_plan(facts: Facts) -> Plan:
    """The plan that these facts call for, every guard asked.

    Joins, moves and leaves are drafted from the decisions; who can't be
    drafted is held with the reason. Before adoption the plan is the baseline:
    no change at all, and every change it would have had listed as the backlog.
    A schedule's plan has only the changes of its own work, a backlog's only those of the backlog.
    """
    changes: list[Change] = []
    holds = [_hold(d, d.reason, d.because) for d in facts.decisions.of("hold")]
    for decision in facts.decisions.of("join", "move", "leave"):
        drafted = draft(decision, facts)
        if isinstance(drafted, Change):
            changes.append(drafted)
        elif drafted is not None:
            holds.append(drafted)
    changes, twins = _once_each(changes)
    changes = [change for change in changes if _asked_for(change, facts)]
    return assemble(changes, [*holds, *twins], facts, kind=_kind(facts))


def _asked_for(change: Change, facts: Facts) -> bool:
    if facts.clears:
        return change.account in facts.backlog
    return facts.work in {None, "leave" if loss(change) else "join"}


def _kind(facts: Facts) -> PlanKind:
    if not facts.adopted:
        return "adoption"
    return "backlog" if facts.clears else "daily"


def draft(decision: Decision, facts: Facts) -> Change | Hold | None:
    """The change a decision calls for, the hold that stands in its way, or None: nothing to do."""
    aimed = aim(decision, facts)
    return _decided(aimed, decision, facts) if isinstance(aimed, Aim) else aimed


def aim(decision: Decision, facts: Facts) -> Aim | Hold | None:
    """What a decision to join, move or leave comes to; the hold that stands in its way, or None: nothing."""
    if decision.verb == "join":
        return _join(decision, facts)
    account = decision.account
    if account is None or account not in facts.accounts:
        return _hold(decision, "no-such-account", "the account is not in the snapshot")
    if facts.accounts[account].kind != "person":
        return _hold(decision, "not-a-person", f"the account is of kind {facts.accounts[account].kind}")
    return _leave(decision, account, facts) if decision.verb == "leave" else _move(decision, account, facts)


def assemble(changes: Sequence[Change], holds: Sequence[Hold], facts: Facts, *, kind: PlanKind) -> Plan:
    """A plan of these changes: judged, set aside where a guard says so, in waves, with its cost.

    Also the door for plans that come from elsewhere: a restore, a revocation.
    """
    judged = judge(sorted(changes, key=lambda c: c.account), facts)
    ordered = in_waves(judged.changes, facts)
    aside = [_set_aside(change, verdict) for change, verdict in judged.set_aside]
    waiting = [change for change, verdict in judged.set_aside if verdict.guard == "no-seat"]
    return Plan(
        format=PLAN_FORMAT,
        kind=kind,
        forge=facts.snapshot.forge,
        organization=facts.snapshot.organization,
        computed_at=facts.computed_at,
        basis=facts.basis,
        counts={str(verb): int(amount) for verb, amount in sorted(facts.decisions.counts().items())},
        changes=ordered,
        verdicts=judged.verdicts,
        holds=tuple(sorted([*holds, *aside], key=_hold_key)),
        seats=forecast(ordered, waiting, facts),
        cost=cost(ordered, facts),
        names=_mentioned(ordered, facts.names),
        pace=facts.capabilities.pace,
    )


def make_change(
    kind: ChangeKind,
    account: Account,
    facts: Facts,
    *,
    before: frozenset[Grant],
    after: frozenset[Grant],
    steps: Sequence[Step],
    reason: str,
    because: str,
    person: PersonKey | None = None,
    name: str | None = None,
    evidence: tuple[Atom, ...] = (),
    foreseen: bool = False,
) -> Change:
    """A change with its digest and with each step's call in words."""
    return Change(
        digest=change_digest(facts.snapshot.organization.id, account.id, before, after, reason),
        kind=kind,
        account=account.id,
        login=account.login,
        person=person,
        name=name,
        before=before,
        after=after,
        steps=tuple(s._replace(call=facts.describe(s, account.login, facts.names)) for s in steps),
        reason=reason,
        because=because,
        evidence=evidence,
        foreseen=foreseen,
    )


def cost(changes: Sequence[Change], facts: Facts) -> Cost:
    """What the changes take at most: the writes, and a day's invitations are all that a day sends."""
    calls = sum(writes(change) for change in changes)
    invitations = sum(step.invites for change in changes for step in change.steps)
    allowance = facts.capabilities.invitations_per_day
    days = (invitations - 1) // allowance if allowance and invitations else 0
    return Cost(calls, invitations, calls * facts.capabilities.write_seconds + days * DAY_SECONDS)


def writes(change: Change) -> int:
    """The steps that may be sent: what an invitation brings by itself is only read back."""
    offered = {grant for step in change.steps if step.invites for grant in step.grants}
    return sum(not (step.after_acceptance and offered.issuperset(step.grants)) for step in change.steps)


def _decided(aimed: Aim, decision: Decision, facts: Facts) -> Change:
    kind, account, before, after = aimed
    return make_change(
        kind,
        account,
        facts,
        before=before,
        after=after,
        steps=_steps(kind, before, after, facts),
        reason=decision.reason,
        because=decision.because,
        person=decision.person,
        name=decision.name or account.name,
        evidence=decision.atoms,
        foreseen=kind == "leave" and facts.foreseen(decision.person, decision.end),
    )


def _steps(kind: ChangeKind, before: frozenset[Grant], after: frozenset[Grant], facts: Facts) -> list[Step]:
    if kind == "leave":
        takable = frozenset(grant for grant in before - after if grant.resource not in facts.archived)
        return leaving(takable, facts.capabilities)
    if kind == "join":
        return joining(before, after, facts.capabilities)
    return moving(before, after)


def _leave(decision: Decision, account: AccountId, facts: Facts) -> Aim | Hold | None:
    if account in facts.suspended:
        return None
    held = facts.held.get(account, frozenset())
    if letting_in(held):
        return Aim("leave", facts.accounts[account], held, held - letting_in(held))
    kept = frozenset(grant for grant in held if grant.resource in facts.archived)
    if held == kept:
        words = "what is left is on archived repositories, which the forge lets nobody change"
        return _hold(decision, "archived", words) if held else None
    return Aim("leave", facts.accounts[account], held, _left_with(account, kept, facts))


def _left_with(account: AccountId, kept: frozenset[Grant], facts: Facts) -> frozenset[Grant]:
    """What a leaver still holds: nothing where losing the membership takes all, else what nobody can take."""
    return frozenset() if account in facts.roles and facts.capabilities.membership_takes_all else kept


def _move(decision: Decision, account: AccountId, facts: Facts) -> Aim | Hold | None:
    if decision.person is None or account not in facts.roles:
        return _hold(decision, "not-a-member", "only a linked member can move")
    before = facts.held[account]
    after = wanted(before, facts.decisions.entitled(decision.person), facts.policy.manages, facts.givable)
    if before == after:
        return None
    return Aim("move", facts.accounts[account], before, after)


def _join(decision: Decision, facts: Facts) -> Aim | Hold:
    account = _joiner(decision, facts)
    if account is None:
        login = decision.login or "nobody"
        return _hold(decision, "no-such-account", f"the forge has no account {login}", column=decision.column)
    if account.kind != "person":
        return _hold(decision, "not-a-person", f"the account {account.login} is of kind {account.kind}")
    member, suspended = account.id in facts.roles, account.id in facts.suspended
    if member and not suspended:
        return _hold(decision, "already-member", f"{account.login} is a member already, by another link")
    if _shut_out(account, facts):
        return _hold(decision, "pinned-out", f"{account.login} is pinned out")
    before = facts.held.get(account.id, frozenset())
    seat = (signing_in if suspended else membership)(account.id, facts.snapshot.organization.id)
    told = facts.decisions.entitled(decision.person) if decision.person is not None else ()
    after = wanted(before | {seat}, told, (), facts.givable)
    return Aim("join", account, before, after)


def _joiner(decision: Decision, facts: Facts) -> Account | None:
    if decision.account is not None and decision.account in facts.accounts:
        return facts.accounts[decision.account]
    return facts.found.get(decision.login) if decision.login is not None else None


def _shut_out(account: Account, facts: Facts) -> bool:
    today = facts.computed_at.date()
    pins = (*facts.policy.pins, *facts.pins)
    return any(
        pin.kind == "out" and pin.until >= today and speaks_of(pin, account.id, account.login) for pin in pins
    )


def _once_each(changes: Sequence[Change]) -> tuple[list[Change], list[Hold]]:
    """Two decisions about one account contradict each other, so neither is done."""
    amounts: dict[AccountId, int] = {}
    for change in changes:
        amounts[change.account] = amounts.get(change.account, 0) + 1
    twins = [
        Hold(c.account, c.login, c.person, c.name, "decided-twice", "two decisions name this account")
        for c in changes
        if amounts[c.account] > 1
    ]
    return [change for change in changes if amounts[change.account] == 1], twins


def _hold(decision: Decision, reason: str, because: str, *, column: str | None = None) -> Hold:
    return Hold(
        decision.account,
        decision.login,
        decision.person,
        decision.name,
        reason,
        because,
        column or decision.column,
        decision.atoms,
    )


def _set_aside(change: Change, verdict: Verdict) -> Hold:
    because = f"{change.because.rstrip('.')}; set aside: {verdict.arithmetic}"
    return Hold(
        change.account,
        change.login,
        change.person,
        change.name,
        verdict.guard,
        because,
        None,
        change.evidence,
    )


def _hold_key(hold: Hold) -> tuple[str, str, str, str]:
    return hold.reason, (hold.login or "").casefold(), hold.person or "", hold.account or ""


def _mentioned(changes: Sequence[Change], names: Mapping[Resource, str]) -> dict[Resource, str]:
    resources = {
        grant.resource
        for change in changes
        for grants in (change.before, change.after, *(step.grants for step in change.steps))
        for grant in grants
    }
    return {resource: names[resource] for resource in sorted(resources) if resource in names}
