"""`seatkeeper stop`."""

import getpass

import click

from seatkeeper.cli.options import Call, shared


@click.command("stop")
@shared
@click.option("--reason", required=True, help="Why; everybody who is stopped reads it.")
@click.option("--by", default=getpass.getuser, help="Who; your login on this machine unless told.")
def command(call: Call, reason: str, by: str) -> None:
    """Set the brake: whatever runs stops after at most one more step."""
    from seatkeeper.workflow.brake import stop

    with call.office() as office:
        organization = office.known_organization()
        stop(office.desk, organization, reason, by)
    call.tell(
        {"braked": organization.login, "reason": reason, "by": by},
        lambda console: console.print(f"Braked: {reason}\nnext: seatkeeper status", markup=False),
    )
