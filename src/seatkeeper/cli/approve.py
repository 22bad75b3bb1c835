"""`seatkeeper approve`."""

from pathlib import Path

import click

from seatkeeper.cli.options import Call, shared
from seatkeeper.model.schedule import Work


@click.command("approve")
@shared
@click.argument("plan", type=click.Path(path_type=Path), default=Path("plan.json"))
@click.option("--key", required=True, help="Your SSH key; the approvers file says who you are.")
@click.option("--waive", multiple=True, metavar="GUARD", help="Waive this guard's trip, as a third person.")
@click.option(
    "--standing",
    "works",
    multiple=True,
    type=click.Choice(["leave", "join"]),
    help="Instead of a plan, approve what the schedule does of this by today's policy, for 30 days.",
)
def command(call: Call, plan: Path, key: str, waive: tuple[str, ...], works: tuple[Work, ...]) -> None:
    """Sign the exact changes of a plan. Whoever proposed it can't approve it."""
    from seatkeeper.cli.plans import plan_for
    from seatkeeper.workflow.approve import approve

    if works:
        _stand(call, key, works)
        return
    with call.office() as office:
        read, digest, _ = plan_for(office, plan, "approve")
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


def _stand(call: Call, key: str, works: tuple[Work, ...]) -> None:
    from seatkeeper.workflow.standing import stand

    with call.office() as office:
        standing = stand(office.desk, office.known_organization(), works, key)
    facts = {
        "person": standing.person,
        "policy": standing.policy,
        "works": sorted(standing.works),
        "expires": standing.expires.isoformat(),
    }
    done = (
        f"{standing.person} approved the schedule's {' and '.join(sorted(standing.works))} by policy "
        f"{standing.policy[:16]}, until {standing.expires:%Y-%m-%d %H:%M} UTC."
    )
    following = f"seatkeeper apply --scheduled {works[0]}"
    call.tell(facts, lambda console: console.print(f"{done}\nnext: {following}", markup=False))
