"""How a run looks, in a terminal and as JSON."""

from typing import TYPE_CHECKING

from seatkeeper.cli.returns import accounting_dict, show_accounting
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


def run_dict(state: RunState) -> dict[str, object]:
    """A run for machines."""
    return {
        "run": state.id,
        "plan": state.digest,
        "kind": state.plan.kind,
        "started": state.started.isoformat(),
        "ended": state.ended.isoformat() if state.ended else None,
        "results": state.results(),
        "changes": [_change_dict(c) for c in state.changes],
        **({"accounting": accounting_dict(account(state))} if state.plan.kind == "restore" else {}),
    }


def _change_dict(state: ChangeState) -> dict[str, object]:
    return {
        "account": state.change.account,
        "login": state.change.login,
        "kind": state.change.kind,
        "reason": state.change.reason,
        "state": state.progressed,
        "pending_until": state.until.isoformat() if state.until and state.progressed == "pending" else None,
        "steps": [{"id": s.id, "call": s.step.call, "result": s.result, "why": s.why} for s in state.steps],
    }


def show_run(console: "Console", state: RunState) -> None:
    """A run for a person: each change and its true state, then the sum."""
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
        show_accounting(console, account(state))
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
