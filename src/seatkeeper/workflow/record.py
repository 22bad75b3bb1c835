"""Record: what a run writes down of its steps - an intent before each, an outcome after it, on disk."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from seatkeeper.journal.fold import write_grants
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import Digest, OrganizationId, RunId
from seatkeeper.model.plan import Change, Plan, Step
from seatkeeper.model.run import Draft, Lease, Result
from seatkeeper.model.snapshot import AccountState
from seatkeeper.rules.effects import letting_in, loss
from seatkeeper.workflow.compare import consequences, takes_membership
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import step_id

Send = Callable[[Step, AccountState], None]
"""The one call that writes, as the doors tell it."""


class Outcome(NamedTuple):
    """What became of one step, and why; `code` is one word for a refusal.

    `found` where its effect was there already, so that nothing was sent.
    """

    result: Result
    why: str
    code: str = ""
    found: bool = False


class Due(NamedTuple):
    """A step whose turn it is; `begun` is when its intent was written, None while it has none."""

    number: int
    step: Step
    begun: datetime | None


@dataclass(slots=True)
class Run:
    """A run in progress: its plan, its lease, its way to write, and what to tell whoever watches.

    `unread` counts the accounts in a row that could not be read.
    """

    id: RunId
    plan: Plan
    digest: Digest
    lease: Lease
    send: Send
    told: Callable[[Change, str], None]
    unread: int = 0

    @property
    def organization(self) -> OrganizationId:
        """The organization's id."""
        return self.plan.organization.id


def worst(outcomes: Collection[Outcome]) -> Result:
    """What to tell of several steps in one word: never better than the worst of them."""
    ranked: tuple[Result, ...] = ("unknown", "drifted", "refused")
    results = {o.result for o in outcomes}
    return next((r for r in ranked if r in results), "confirmed")


def intend(desk: Desk, run: Run, change: Change, dues: Sequence[Due]) -> datetime:
    """Law 4: what the account is known to have is on disk before the first write; when that was."""
    drafts, now = [], desk.clock.now()
    for index, step, begun in dues:
        if begun is not None:
            continue
        payload: dict[str, object] = {
            "account": change.account,
            "login": change.login,
            "kind": change.kind,
            "action": step.action,
            "because": change.because,
            "grants": write_grants(step.grants),
            "before": write_grants(change.before),
        }
        if step.invitation is not None:
            payload |= {"invitation": step.invitation, "call": step.call}
        name = step_id(run.digest, change, index)
        drafts.append(Draft("intent", run.organization, payload, run=run.id, change=change.digest, step=name))
    if drafts:
        desk.store.append(drafts, now, run.lease)
    return now


def conclude(
    desk: Desk,
    run: Run,
    change: Change,
    dues: Sequence[Due],
    outcomes: Sequence[Outcome],
    seen: AccountState,
    now_begun: datetime | None = None,
) -> None:
    """The outcomes of these steps in the journal, on disk, together.

    `now_begun` is when the intents of those steps were written that had none before.
    """
    drafts = [
        Draft(
            "outcome",
            run.organization,
            _told(change, due, outcome, seen) | _when(run.plan, change, due, outcome, now_begun),
            run=run.id,
            change=change.digest,
            step=step_id(run.digest, change, due.number),
        )
        for due, outcome in zip(dues, outcomes, strict=True)
    ]
    if drafts:
        desk.store.append(drafts, desk.clock.now(), run.lease)


def _told(change: Change, due: Due, outcome: Outcome, seen: AccountState) -> dict[str, object]:
    step = due.step
    given = step.grants if step.action == "give" and outcome.result == "confirmed" else ()
    lost = _lost(change, step, outcome, seen)
    payload: dict[str, object] = {
        "account": change.account,
        "login": change.login,
        "kind": change.kind,
        "action": step.action,
        "result": outcome.result,
        "why": outcome.why,
        "code": outcome.code,
        "lost": write_grants(lost),
        "gained": write_grants(given),
        "foreseen": change.foreseen,
    }
    if letting_in(lost):
        payload["before"] = write_grants(change.before)
    if step.invites and seen.invitation is not None:
        payload["invitation"] = seen.invitation.id
        if seen.invitation.expires_at is not None:
            payload["expires"] = seen.invitation.expires_at.isoformat()
    return payload


def _when(
    plan: Plan, change: Change, due: Due, outcome: Outcome, now_begun: datetime | None
) -> dict[str, object]:
    """When the step was begun; and that an earlier process must have carried it out, where that was found.

    Of a removal that we made also until when the forge reinstates, counted from its begin.
    """
    begun = due.begun or now_begun
    if begun is None:
        return {}
    told: dict[str, object] = {"begun": begun.isoformat()}
    if due.begun is not None and outcome.found:
        told["found"] = True
    days = plan.pace.reinstate_days if plan.pace else None
    ours = outcome.result == "confirmed" and (due.begun is not None or not outcome.found)
    if days is not None and ours and takes_membership(due.step) and change.kind != "revoke":
        told["reinstated_until"] = (begun + timedelta(days=days)).isoformat()
    return told


def _lost(change: Change, step: Step, outcome: Outcome, seen: AccountState) -> frozenset[Grant]:
    """Law 11: what this step cost the account, a role replaced by a lesser one too; unknown counts."""
    if outcome.result not in {"confirmed", "unknown"}:
        return frozenset()
    if step.action == "take":
        lost = consequences(change) if takes_membership(step) else frozenset(step.grants)
    elif step.action == "give":
        places = {g.resource for g in step.grants}
        lost = frozenset(g for g in loss(change) if g.resource in places)
    else:
        return frozenset()
    return lost - seen.grants if outcome.result == "confirmed" else lost
