"""`seatkeeper history`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("history")
@shared
@click.argument("account", required=False)
@click.option("--at", type=click.DateTime(), help="Who had what at this moment (UTC).")
@click.option("--since", type=click.DateTime(), help="What changed since this moment (UTC).")
def command(call: Call, account: str | None, at: datetime | None, since: datetime | None) -> None:
    """Tell who had what when, and why it changed."""
    from rich.table import Table

    from seatkeeper.cli.words import words
    from seatkeeper.workflow.history import history, holdings

    with call.office() as office:
        organization = office.known_organization()
        if at is not None:
            lines = holdings(office.desk, organization, at.replace(tzinfo=UTC), account)
        else:
            moment = since.replace(tzinfo=UTC) if since else None
            lines = history(office.desk, organization, account, moment)

    def shown(console: "Console") -> None:
        table = Table()
        for heading in ("who", "what", "role", "since", "until", "why"):
            table.add_column(heading)
        for line in lines:
            until = f"{line.until:%Y-%m-%d %H:%M}" if line.until else ""
            table.add_row(
                words(line.who),
                words(line.what),
                words(line.role),
                f"{line.since:%Y-%m-%d %H:%M}",
                until,
                words(line.why),
            )
        console.print(table)
        console.print(f"{len(lines):,} grants. Times are those of the observations that saw the change.")

    call.tell({"organization": organization.login, "grants": [line._asdict() for line in lines]}, shown)
