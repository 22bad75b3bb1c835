"""How a run looks, in a terminal and as JSON."""

from datetime import datetime
from typing import TYPE_CHECKING

from seatkeeper.cli.returns import restore_dict, show_accounting
from seatkeeper.model.plan import Estimate
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.runs import ChangeState, RunState

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {
    "confirmed": "green",
    "pending": "yellow",
    "waiting": "cyan",
    "in flight": "magenta",
    "refused": "red",
    "drifted": "yellow",
    "unknown": "red",
}


def run_dict(state: RunState, still: Estimate | None = None) -> dict[str, object]:
    """A run for machines; `still` is what a restore takes from now on."""
    until = reinstated_until(state)
    return {
        "run": state.id,
        "plan": state.digest,
        "kind": state.plan.kind,
        "started": state.started.isoformat(),
        "ended": state.ended.isoformat() if state.ended else None,
        "results": state.results(),
        "reinstated_until": until.isoformat() if until else None,
        "changes": [_change_dict(c) for c in state.changes],
        **(restore_dict(state, still) if state.plan.kind == "restore" else {}),
    }


def reinstated_until(state: RunState) -> datetime | None:
    """The first moment at which the forge stops reinstating one of those whom this run removed."""
    return min((c.reinstated_until for c in state.changes if c.reinstated_until), default=None)


def _change_dict(state: ChangeState) -> dict[str, object]:
    return {
        "account": state.change.account,
        "login": state.change.login,
        "kind": state.change.kind,
        "reason": state.change.reason,
        "state": state.progressed,
        "reinstated_until": state.reinstated_until.isoformat() if state.reinstated_until else None,
        "pending_until": state.until.isoformat() if state.until and state.progressed == "pending" else None,
        "steps": [{"id": s.id, "call": s.step.call, "result": s.result, "why": s.why} for s in state.steps],
    }


def show_run(console: "Console", state: RunState, still: Estimate | None = None) -> None:
    """A run for a person: each change and its true state, then the sum, and what is still to be done."""
    from rich.table import Table

    from seatkeeper.cli.words import words

    table = Table(title=f"run {state.id}", title_justify="left")
    for heading in ("account", "change", "state", "steps", "why"):
        table.add_column(heading)
    for change in state.changes:
        done = sum(s.result == "confirmed" for s in change.steps)
        said = next((s.why for s in change.steps if s.result not in {None, "confirmed"}), "")
        until = f" until {change.until:%Y-%m-%d}" if change.progressed == "pending" and change.until else ""
        colour = COLOURS[change.progressed]
        table.add_row(
            words(change.change.login),
            change.change.kind,
            f"[{colour}]{change.progressed}{until}[/]",
            f"{done}/{len(change.steps)}",
            words(said),
        )
    console.print(table)
    if state.plan.kind == "restore":
        show_accounting(console, account(state), still)
    deadline = reinstated_until(state)
    if deadline is not None:
        console.print(
            f"The forge reinstates whom this run removed until {deadline:%Y-%m-%d %H:%M} UTC. "
            f"To give back what it took: seatkeeper restore --run {state.id}",
            markup=False,
        )
    counts: dict[str, int] = {}
    for change in state.changes:
        counts[change.progressed] = counts.get(change.progressed, 0) + 1
    console.print(", ".join(f"{n} {what}" for what, n in counts.items()) or "no changes")
    if counts.get("pending"):
        console.print("Pending is not done: these wait for people to accept. next: seatkeeper follow")
    if counts.get("waiting") and state.ended is not None:
        console.print("What waits is asked in on a later day. next: seatkeeper follow")
    if counts.get("in flight") or (state.ended is None and counts.get("waiting")):
        console.print(
            "This run was interrupted. next: seatkeeper apply PLAN, or seatkeeper follow to only resolve it"
        )
