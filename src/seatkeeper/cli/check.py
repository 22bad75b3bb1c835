"""`seatkeeper check`."""

import sys
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {"fine": "green", "note": "cyan", "warning": "yellow", "problem": "red"}


@click.command("check")
@shared
def command(call: Call) -> None:
    """Check configuration, credentials, source, forge, journal and limits; nothing is changed."""
    from rich.table import Table

    from seatkeeper.cli.exits import worst
    from seatkeeper.cli.words import words
    from seatkeeper.workflow.check import check

    with call.office() as office:
        findings = check(office.desk)

    def shown(console: "Console") -> None:
        table = Table(show_header=False)
        for finding in findings:
            colour = COLOURS[finding.severity]
            remedy = f"\n[dim]next: {words(finding.remedy)}[/]" if finding.remedy else ""
            table.add_row(f"[{colour}]{finding.severity}[/]", finding.about, words(finding.told) + remedy)
        console.print(table)

    call.tell({"findings": [f._asdict() for f in findings]}, shown)
    sys.exit(worst(f.exit_code for f in findings))
