"""`seatkeeper approve`."""

from pathlib import Path

import click

from seatkeeper.cli.options import Call, shared


@click.command("approve")
@shared
@click.argument("plan", type=click.Path(path_type=Path), default=Path("plan.json"))
@click.option("--key", required=True, help="Your SSH key; the approvers file says who you are.")
@click.option("--waive", multiple=True, metavar="GUARD", help="Waive this guard's trip, as a third person.")
def command(call: Call, plan: Path, key: str, waive: tuple[str, ...]) -> None:
    """Sign the exact changes of a plan. Whoever proposed it can't approve it."""
    from seatkeeper.cli.plans import read_plan
    from seatkeeper.workflow.approve import approve

    read, digest, _ = read_plan(plan)
    with call.office() as office:
        approval = approve(office.desk, read, digest, key, waive=frozenset(waive))
    facts = {
        "person": approval.person,
        "digest": digest,
        "changes": len(approval.changes),
        "baseline": approval.baseline,
        "waives": sorted(approval.waives),
        "expires": approval.expires.isoformat(),
    }
    what = f"the trip of {', '.join(sorted(waive))}" if waive else f"{len(approval.changes)} changes"
    what = "the baseline of this organization" if approval.baseline and not waive else what
    done = f"{approval.person} approved {what}, until {approval.expires:%Y-%m-%d %H:%M} UTC."
    following = "seatkeeper plan --key KEY" if approval.baseline else f"seatkeeper apply {plan}"
    call.tell(facts, lambda console: console.print(f"{done}\nnext: {following}", markup=False))
