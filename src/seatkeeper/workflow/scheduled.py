"""Scheduled: what starts by the clock. It observes, plans its own work, and carries out what it may.

What it may is bounded by the switch, by the plan itself and by a standing
approval; whatever else there is to do waits in the plan file for people, and
both the answer and the journal say why.
"""

from collections.abc import Callable
from dataclasses import dataclass

from seatkeeper.errors import ApprovalError, Braked, PlanRefused, SeatkeeperError
from seatkeeper.model.run import Draft
from seatkeeper.model.schedule import Switched
from seatkeeper.rules.guards import exit_codes
from seatkeeper.workflow.admit import tripped
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.runs import RunState, run_of_plan

PROPOSED_EXIT = 3


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What came of it: the plan (None: switched off), the run (None: proposed only), and why no more.

    `codes` are the exit codes of what was not carried out.
    """

    switched: Switched
    computed: Computed | None = None
    run: RunState | None = None
    why: tuple[str, ...] = ()
    codes: frozenset[int] = frozenset()


def scheduled(
    desk: Desk,
    switched: Switched,
    keep: Callable[[bytes], None],
    carry_out: Callable[[Computed], RunState],
    *,
    activity: bool = False,
) -> Scheduled:
    """Do the work of one due time.

    `keep` lays the plan file where people find it; `carry_out` applies the
    plan as the schedule (`apply` with `work`). A run that stops on the way
    raises what stopped it.
    """
    if switched.switch == "off":
        _fell_back(desk, switched, None, switched.why)
        return Scheduled(switched, why=switched.why)
    computed = compute(desk, observe(desk, activity=activity), work=switched.work)
    computed.decisions.close()
    keep(computed.file)
    plan = computed.plan
    codes = exit_codes(plan.verdicts)
    if not plan.changes and plan.kind == "daily":
        return Scheduled(switched, computed, codes=codes)
    if switched.switch == "propose":
        _fell_back(desk, switched, computed, switched.why)
        return Scheduled(switched, computed, why=switched.why, codes=codes | {PROPOSED_EXIT})
    try:
        if plan.tripped:
            raise tripped(list(plan.tripped))
        return Scheduled(switched, computed, carry_out(computed), codes=codes)
    except SeatkeeperError as refusal:
        if not _only_refused(desk, computed, refusal):
            raise
        why = (" ".join(filter(None, (refusal.what, refusal.arithmetic))),)
        _fell_back(desk, switched, computed, why)
        return Scheduled(switched, computed, why=why, codes=codes | {PROPOSED_EXIT, refusal.exit_code})


def _only_refused(desk: Desk, computed: Computed, refusal: SeatkeeperError) -> bool:
    """True when the plan was not let start, so that it can wait; what a run meets on the way is raised."""
    plan = computed.plan
    if plan.tripped:
        return True
    started = run_of_plan(desk.store, plan.organization, computed.digest) is not None
    return isinstance(refusal, ApprovalError | Braked | PlanRefused) and not started


def _fell_back(desk: Desk, switched: Switched, computed: Computed | None, why: tuple[str, ...]) -> None:
    payload: dict[str, object] = {
        "what": "schedule",
        "work": switched.work,
        "switch": switched.switch,
        "plan": computed.digest if computed else "",
        "changes": len(computed.plan.changes) if computed else 0,
        "why": "; ".join(why),
        "guards": [f"{v.guard}: {v.arithmetic}" for v in computed.plan.tripped] if computed else [],
    }
    organization = desk.reader.organization().id
    desk.store.append([Draft("refusal", organization, payload)], desk.clock.now())
