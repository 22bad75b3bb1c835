"""`seatkeeper release`."""

import click

from seatkeeper.cli.options import Call, shared


@click.command("release")
@shared
@click.option("--reason", required=True, help="What has changed since.")
@click.option("--key", required=True, help="Your SSH key; the approvers file says who you are.")
def command(call: Call, reason: str, key: str) -> None:
    """Lift the brake, as a named person; a new plan shows what would be done then."""
    from seatkeeper.workflow.brake import release

    with call.office() as office:
        person = release(office.desk, office.known_organization(), reason, key)
    call.tell(
        {"released_by": person, "reason": reason},
        lambda console: console.print(
            f"{person} released the brake: {reason}\nnext: seatkeeper plan", markup=False
        ),
    )
