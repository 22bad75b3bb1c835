"""Rehearse: carry a plan out on a model of the organization, give back what it took, and tell.

The model is a simulated forge on this machine, built from the last whole
observation, with a journal of its own that is thrown away. Nothing here is
given a way to the real forge: the desk it works at belongs to the model.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from seatkeeper.errors import NotCovered
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Plan
from seatkeeper.model.run import Result
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules import planfile
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.follow import Followed
from seatkeeper.workflow.picture import Picture, picture, removals
from seatkeeper.workflow.plan import planned
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.runs import RunState, load_run
from seatkeeper.workflow.takings import Selection

MODEL = "This is a model of the forge, not the forge: built from what was last seen, and everybody accepts."
DAY = timedelta(days=1).total_seconds()
DAYS_AT_MOST = 60
PROPOSER, APPROVER = "rehearsal: proposer", "rehearsal: approver"


class Model(Protocol):
    """A simulated organization and the desk that works on it."""

    @property
    def desk(self) -> Desk:
        """The model's own: its journal, its clock, its forge."""
        ...

    def apply(self, plan: Plan, digest: Digest, file: bytes) -> RunState:
        """Carry a plan out on the model."""
        ...

    def follow(self) -> Sequence[Followed]:
        """Move on what waits there."""
        ...

    def everybody_accepts(self) -> int:
        """Whoever was invited accepts; how many did."""
        ...

    def grants(self) -> frozenset[Grant]:
        """What is true in the model."""
        ...

    def writes(self) -> int:
        """How many requests that change something were sent so far."""
        ...


@dataclass(frozen=True, slots=True)
class Phase:
    """One plan carried out to its end: people, writes, virtual seconds, days of waiting, and how steps ended.

    `waiting` are the logins whose change did not come to an end.
    """

    people: int
    writes: int
    seconds: float
    results: dict[Result, int]
    waiting: tuple[str, ...] = ()


class Missing(NamedTuple):
    """One grant that would not come back, and why."""

    login: str
    what: str
    role: str
    why: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal showed. `back` and `residue` add up to `taken`, the grants the plan took.

    `same` is true when the organization held exactly the same at the end as at
    the beginning; for a plan that gives, when it gave what it said.
    """

    kind: str
    seen_at: datetime
    carried: Phase
    restored: Phase | None
    taken: int
    back: int
    residue: tuple[Missing, ...]
    same: bool
    trips: tuple[str, ...] = ()
    model: str = field(default=MODEL)


def rehearse(
    desk: Desk,
    organization: Organization,
    plan: Plan,
    build: Callable[[Picture], AbstractContextManager[Model]],
) -> Rehearsed:
    """Carry the plan out on a model, and then what it takes to bring back what it took.

    Of the real desk only the store is read. Approvals and trips are left aside on the
    model; `trips` tells which guards stop the real one.
    """
    seen = picture(desk, organization, plan)
    with build(seen) as model:
        before = model.grants()
        run, carried = _carry(model, plan)
        after = model.grants()
        taken = diff(before, after).lost
        restored, reasons = _bring_back(model, run) if taken else (None, {})
        end = model.grants()
        wanted = before | diff(before, after).gained if taken else before | _given(plan)
        missing = sorted(taken - end)
        names = {**model.desk.store.names(organization.id), **plan.names}
        logins = model.desk.store.logins(organization.id)
    return Rehearsed(
        kind=plan.kind,
        seen_at=seen.seen_at,
        carried=carried,
        restored=restored,
        taken=len(taken),
        back=len(taken) - len(missing),
        residue=tuple(
            Missing(
                {str(account): login for account, login in logins.items()}.get(g.subject.id, g.subject.id),
                f"{g.resource.kind} {names.get(g.resource, g.resource.id)}",
                g.role,
                reasons.get(g, "the model's forge did not show it at the end"),
            )
            for g in missing
        ),
        same=end == wanted,
        trips=tuple(f"{v.guard}: {v.arithmetic}" for v in plan.tripped),
    )


def drill(
    desk: Desk,
    organization: Organization,
    days: int,
    build: Callable[[Picture], AbstractContextManager[Model]],
) -> Rehearsed:
    """Rehearse everything that our runs took in the last days, as if it were taken today."""
    plan = removals(desk, organization, days)
    if plan is None:
        raise NotCovered(
            f"No run took anything in the last {days} days, so there is nothing to drill.",
            remedy="Rehearse a plan instead: seatkeeper rehearse PLAN",
        )
    return rehearse(desk, organization, plan, build)


def _given(plan: Plan) -> frozenset[Grant]:
    return frozenset(grant for change in plan.changes for grant in change.gained)


def _carry(model: Model, plan: Plan) -> tuple[RunState, Phase]:
    """Carry a plan out to its end, with everybody accepting, on other days where the allowance is used."""
    desk = model.desk
    approved, digest, file = _as_if_approved(desk, plan)
    began, writes = desk.clock.now(), model.writes()
    state = model.apply(approved, digest, file)
    for _ in range(DAYS_AT_MOST):
        accepted = model.everybody_accepts()
        if accepted:
            model.follow()
        state = load_run(desk.store, state.id) or state
        if not state.open:
            break
        if not accepted:
            desk.clock.sleep(DAY)
            model.follow()
    waiting = [c.change.login for c in state.changes if c.progressed in {"waiting", "pending", "in flight"}]
    seconds = (desk.clock.now() - began).total_seconds()
    phase = Phase(
        len(state.changes), model.writes() - writes, seconds, state.results(), tuple(sorted(waiting))
    )
    return state, phase


def _as_if_approved(desk: Desk, plan: Plan) -> tuple[Plan, Digest, bytes]:
    """The plan as computed now on the model, signed by two who exist there only."""
    approved = replace(
        plan,
        computed_at=desk.clock.now(),
        basis=plan.basis._replace(
            journal_seq=desk.store.last_outcome(plan.organization.id), policy_digest=desk.policy.digest
        ),
        verdicts=tuple(v for v in plan.verdicts if v.ruling != "trips"),
    )
    file = planfile.encode(approved)
    digest = planfile.digest(file)
    desk.store.append([planned(approved, digest)], desk.clock.now())
    propose(desk, approved, digest, PROPOSER)
    approve(desk, approved, digest, APPROVER)
    return approved, digest, file


def _bring_back(model: Model, run: RunState) -> tuple[Phase | None, dict[Grant, str]]:
    """Restore the run on the model; what the restore itself says can't come back, with its reason."""
    desk = model.desk
    found = restore(desk, run.plan.organization, Selection(runs=(run.id,)))
    reasons = {owed.grant: owed.because for owed in found.plan.owed if owed.reason}
    if not found.plan.changes:
        return None, reasons
    state, phase = _carry(model, found.plan)
    for change in state.changes:
        said = next((s.why for s in change.steps if s.result not in {None, "confirmed"}), "")
        reasons.update((grant, said) for grant in change.change.gained if said and grant not in reasons)
    return phase, reasons


def tally(missing: Sequence[Missing]) -> dict[str, int]:
    """How many grants stay away for each reason, the most frequent first."""
    return dict(Counter(m.why for m in missing).most_common())
