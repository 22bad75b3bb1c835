"""`seatkeeper pins`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("pins")
@shared
@click.option("--lift", metavar="ACCOUNT", help="Lift the pins that runs set on this account.")
@click.option("--reason", help="Why they are lifted.")
@click.option("--key", help="Your SSH key; the approvers file says who you are.")
def command(call: Call, lift: str | None, reason: str | None, key: str | None) -> None:
    """List the pins: who says what of whom, why, and until when; or lift those that runs set."""
    if lift is not None:
        _lift(call, lift, reason, key)
        return
    from rich.table import Table

    from seatkeeper.cli.words import words
    from seatkeeper.workflow.pinning import UNTIL_LIFTED

    with call.office() as office:
        found = office.desk.pins(office.known_organization())
        today = office.desk.clock.now().date()

    facts = [
        {
            "pin": p.kind,
            "account": p.account or p.account_id,
            "owner": p.owner,
            "reason": p.reason,
            "until": p.until.isoformat(),
            "lapsed": p.until < today,
        }
        for p in found
    ]

    def shown(console: "Console") -> None:
        table = Table()
        for heading in ("account", "pin", "owner", "until", "reason"):
            table.add_column(heading)
        for pin in found:
            lapsed = " [red]lapsed[/]" if pin.until < today else ""
            table.add_row(
                words(pin.account or pin.account_id or ""),
                pin.kind,
                words(pin.owner),
                "lifted" if pin.until == UNTIL_LIFTED else f"{pin.until}{lapsed}",
                words(pin.reason),
            )
        console.print(table)

    call.tell({"pins": facts}, shown)


def _lift(call: Call, login: str, reason: str | None, key: str | None) -> None:
    from seatkeeper.errors import UsageError
    from seatkeeper.workflow.pinning import lift
    from seatkeeper.workflow.takings import named_accounts

    if not reason or not key:
        raise UsageError(
            "Whoever lifts a pin signs it, and says why.",
            remedy=f"seatkeeper pins --lift {login} --reason TEXT --key KEY",
        )
    with call.office() as office:
        organization = office.known_organization()
        found = named_accounts(office.desk, organization, [login])
        people = [lift(office.desk, organization, account, reason, key) for account in sorted(found)]
    call.tell(
        {"lifted_by": people[0], "account": login, "reason": reason},
        lambda console: console.print(f"{people[0]} lifted the pins on {login}: {reason}", markup=False),
    )
