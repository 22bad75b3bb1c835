"""`seatkeeper apply`."""

import sys
from pathlib import Path

import click

from seatkeeper.cli.holder import held
from seatkeeper.cli.options import Call, shared

DRIFTED_EXIT = 7


@click.command("apply")
@shared
@click.argument("plan", type=click.Path(path_type=Path), default=Path("plan.json"))
def command(call: Call, plan: Path) -> None:
    """Carry an approved plan out, wave by wave; or go on with the run of it that was interrupted."""
    from seatkeeper.cli.exits import worst
    from seatkeeper.cli.plans import read_plan
    from seatkeeper.cli.runs import run_dict, show_run
    from seatkeeper.workflow.apply import apply

    read, digest, file = read_plan(plan)
    with call.office() as office:
        desk, writer = office.desk, office.writer
        state = held(lambda holder: apply(desk, writer, read, digest, file, holder=holder))
    call.tell(run_dict(state), lambda console: show_run(console, state))
    results = state.results()
    codes = [DRIFTED_EXIT] if results["drifted"] else []
    codes += [1] if results["unknown"] or results["refused"] else []
    sys.exit(worst(codes))
