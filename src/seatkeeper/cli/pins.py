"""`seatkeeper pins`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("pins")
@shared
def command(call: Call) -> None:
    """List the pins: who says what of whom, why, and until when."""
    from rich.table import Table

    from seatkeeper.cli.words import words

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
                f"{pin.until}{lapsed}",
                words(pin.reason),
            )
        console.print(table)

    call.tell({"pins": facts}, shown)
