"""Baseline: what an organization is like when it is met, before anything in it is anybody's business."""

from collections.abc import Iterable, Sequence

from seatkeeper.model.decision import Decision
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Baseline, Plan
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.budget import approvable
from seatkeeper.rules.words import count, listed, number

WOULD_LEAVE = ("first-seen",)
"""Holds of people who would leave, were there an earlier extract to ask."""


def baseline(facts: Facts, orphans: Sequence[Decision]) -> Baseline:
    """What a first plan shows, and what approving it lets be.

    Leavers whom one approver may allow in a run are an ordinary plan; more of
    them are the backlog, with a plan and a budget of its own.
    """
    decisions = facts.decisions
    leaving = [*decisions.of("leave"), *(d for d in decisions.of("hold") if d.reason in WOULD_LEAVE)]
    leavers = tuple(sorted({d.account for d in leaving if d.account is not None} & facts.accounts.keys()))
    linked, accounts = decisions.linked()
    kinds = {account.id: account.kind for account in facts.snapshot.accounts}
    managed = {slug.casefold() for slug in facts.policy.manages}
    return Baseline(
        linked=linked,
        accounts=accounts,
        orphans=_logins(facts, (d.account for d in orphans)),
        bots=_logins(facts, (a for a, kind in kinds.items() if kind == "bot")),
        owners=_logins(
            facts, (a for a, role in facts.roles.items() if role == "owner" and a not in facts.suspended)
        ),
        unmanaged=tuple(
            sorted(t.slug for t in facts.snapshot.teams if t.managed_by or t.slug.casefold() not in managed)
        ),
        leavers=leavers,
        ordinary=approvable(facts, facts.limits.run.allows(len(facts.seated))),
    )


def _logins(facts: Facts, accounts: Iterable[AccountId | None]) -> tuple[str, ...]:
    known = facts.accounts
    return tuple(sorted(known[a].login for a in accounts if a is not None and a in known))


def baseline_lines(plan: Plan) -> list[str]:
    """A baseline as sentences; none for a plan that is none."""
    told = plan.baseline
    if told is None:
        return []
    leavers = count(len(told.leavers), "leaver", "leavers")
    left = (
        f"{leavers}, who are the backlog: once adopted, seatkeeper plan --backlog --key KEY"
        if told.backlog
        else f"{leavers}, for the first plan after it: one approver may allow {number(told.ordinary)}"
    )
    return [
        f"{number(told.linked)} of {number(told.accounts)} person accounts are linked",
        f"{_few('orphan', told.orphans)}: kept",
        f"{_few('bot', told.bots)}: kept",
        f"{_few('owner', told.owners)}",
        f"{_few('unmanaged team', told.unmanaged)}: nobody loses a place there by moving",
        left,
    ]


def _few(what: str, names: Sequence[str]) -> str:
    number_of = count(len(names), what, f"{what}s")
    return f"{number_of} ({listed(names, most=8)})" if names else number_of


def baseline_json(plan: Plan) -> dict[str, object]:
    """What only a baseline has."""
    told = plan.baseline
    return {"baseline": {**told._asdict(), "backlog": list(told.backlog)}} if told is not None else {}
