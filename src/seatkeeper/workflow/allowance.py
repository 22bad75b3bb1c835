"""Allowance: how many invitations a restore may still send today; the rest goes on the days after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from seatkeeper.model.plan import Plan
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import ChangeState

DAY = timedelta(days=1)
LIMIT = "invitation_limit"


class Answered(Protocol):
    """An outcome, as far as the allowance looks at it."""

    @property
    def code(self) -> str:
        """One word for a refusal."""
        ...


@dataclass(slots=True)
class Allowance:
    """Invitations left today; None: the plan is no restore, or the forge sets no number."""

    left: int | None

    def admits(self, change: ChangeState) -> bool:
        """Whether this change may be begun today; one that may is counted, one that may not waits."""
        if self.left is None or change.asked_in or not any(s.invites for s in change.change.steps):
            return True
        return self.take()

    def take(self) -> bool:
        """Count one invitation; False when there is none left, so that it waits for another day."""
        if self.left is None:
            return True
        if self.left <= 0:
            return False
        self.left -= 1
        return True

    def learn(self, outcomes: Sequence[Answered]) -> None:
        """Take the forge's word for it when it sends no more today."""
        if self.left is not None and any(outcome.code == LIMIT for outcome in outcomes):
            self.left = 0


def allowance(desk: Desk, plan: Plan) -> Allowance:
    """What is left of today's invitations for this plan."""
    most = desk.reader.capabilities.invitations_per_day
    if plan.kind != "restore" or most is None:
        return Allowance(None)
    return Allowance(max(0, most - invited_in_a_day(desk, plan.organization.id)))


def invited_in_a_day(desk: Desk, organization: str) -> int:
    """Invitations that the last day has paid for: those still open, and ours that were answered."""
    since = desk.clock.now() - DAY
    still_open = {i.id for i in desk.reader.intake().invitations if i.may_count_since(since)}
    return len(still_open | _ours(desk, organization, since))


def sent_in_a_day(desk: Desk, organization: str) -> int:
    """Invitations of ours in the last day, as the journal tells it; no forge is asked."""
    return len(_ours(desk, organization, desk.clock.now() - DAY))


def _ours(desk: Desk, organization: str, since: datetime) -> set[str]:
    outcomes = desk.store.entries(kinds={"outcome"}, organization=organization, since=since)
    return _sent(e.payload for e in outcomes if e.payload)


def _sent(payloads: Iterable[object]) -> set[str]:
    return {str(p["invitation"]) for p in payloads if isinstance(p, dict) and "invitation" in p}
