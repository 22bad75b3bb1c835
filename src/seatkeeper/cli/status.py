"""`seatkeeper status`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("status")
@shared
@click.argument("run", required=False)
@click.option("--last", default=1, show_default=True, help="How many of the latest runs.")
def command(call: Call, run: str | None, last: int) -> None:
    """Tell each change's true state, as the journal has it; a killed run included."""
    from seatkeeper.cli.runs import run_dict, show_run
    from seatkeeper.errors import UsageError
    from seatkeeper.model.ids import RunId
    from seatkeeper.workflow.accounting import still_takes
    from seatkeeper.workflow.revoke import unreviewed
    from seatkeeper.workflow.runs import load_run, runs

    with call.office() as office:
        known = runs(office.desk.store)
        wanted = [RunId(run)] if run else known[-last:]
        states = [s for s in (load_run(office.desk.store, r) for r in wanted) if s]
        still = {s.id: still_takes(office.desk, s) for s in states}
        braked = office.brake()
        waiting = unreviewed(office.desk)
    if run and not states:
        raise UsageError(f"The journal has no run {run}.", remedy="List them: seatkeeper status --last 20")
    facts = {
        "brake": braked._asdict() if braked else None,
        "unreviewed": [one._asdict() for one in waiting],
        "runs": [run_dict(s, still[s.id]) for s in states],
    }

    def shown(console: "Console") -> None:
        if braked:
            console.print(f"The brake is set by {braked.by}: {braked.reason}", style="bold red", markup=False)
        for state in states:
            show_run(console, state, still[state.id])
        for one in waiting:
            console.print(
                f"{one.person} revoked {one.login} at {one.at:%Y-%m-%d %H:%M} UTC, and nobody has reviewed "
                f"it. next: seatkeeper revoke {one.login} --review --key KEY",
                style="yellow",
                markup=False,
            )
        if not states:
            console.print("No run yet.")

    call.tell(facts, shown)
