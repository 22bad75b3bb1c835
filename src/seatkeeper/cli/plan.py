"""`seatkeeper plan`."""

import sys
from pathlib import Path

import click

from seatkeeper.cli.options import Call, shared

CHANGES_EXIT = 3


@click.command("plan")
@shared
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("plan.json"), show_default=True, help="The file."
)
@click.option("--key", help="Sign the plan as its proposer with this SSH key.")
@click.option(
    "--with",
    "named",
    multiple=True,
    metavar="LOGIN",
    help="Put this one to an approver, also if their pin has lapsed or they left the record.",
)
@click.option("--backlog", is_flag=True, help="Plan only the leavers that were met at adoption.")
@click.option(
    "--scratch",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Plan on a copy of the store in this folder: such a plan can't be applied.",
)
def command(
    call: Call, out: Path, key: str | None, named: tuple[str, ...], scratch: Path | None, *, backlog: bool
) -> None:
    """Read everything, decide, and write a plan file; nothing is sent to the forge."""
    from seatkeeper.cli.exits import worst
    from seatkeeper.cli.plans import write_plan
    from seatkeeper.cli.tables import plan_view
    from seatkeeper.rules.guards import exit_codes
    from seatkeeper.rules.render import to_json
    from seatkeeper.workflow.approve import propose
    from seatkeeper.workflow.observe import observe
    from seatkeeper.workflow.plan import compute

    with call.office(scratch=scratch) as office:
        seen = observe(office.desk, activity=office.activity)
        computed = compute(office.desk, seen, named=named, clears=backlog)
        computed.decisions.close()
        write_plan(out, computed.file)
        person = propose(office.desk, computed.plan, computed.digest, key) if key else None
    plan = computed.plan
    facts = {"file": str(out), "digest": computed.digest, "proposer": person, "plan": to_json(plan)}
    call.tell(facts, lambda console: console.print(plan_view(plan, computed.digest)))
    changes = {CHANGES_EXIT} if plan.changes or plan.kind == "adoption" else set()
    sys.exit(worst(exit_codes(plan.verdicts) | changes))
