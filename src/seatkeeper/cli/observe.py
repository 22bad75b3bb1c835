"""`seatkeeper observe`."""

import sys
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

COVERAGE_EXIT = 5


@click.command("observe")
@shared
def command(call: Call) -> None:
    """Read the people and the forge once, and keep both readings."""
    from rich.table import Table

    from seatkeeper.cli.words import words
    from seatkeeper.workflow.observe import observe

    with call.office() as office:
        seen = observe(office.desk, activity=office.activity)
    snapshot, coverage = seen.snapshot, seen.snapshot.coverage
    facts = {
        "organization": snapshot.organization._asdict(),
        "read_at": snapshot.read_at.isoformat(),
        "digest": seen.snapshot_digest,
        "accounts": len(snapshot.accounts),
        "teams": len(snapshot.teams),
        "repositories": len(snapshot.repositories),
        "grants": len(snapshot.grants),
        "invitations": len(snapshot.invitations),
        "seats": snapshot.seats._asdict(),
        "people": {
            "rows": seen.extract.rows,
            "digest": seen.extract.digest,
            "whole": seen.extract.whole,
            "as_of": seen.extract.as_of.isoformat(),
            "as_of_told": seen.extract.as_of_told,
            "problem": seen.extract.problem,
        },
        "coverage": [r._asdict() for r in coverage.readings],
        "unreadable": [f"{r.kind}:{r.id}" for r in sorted(coverage.unreadable)],
        "complete": coverage.complete,
    }

    def shown(console: "Console") -> None:
        table = Table(title=f"{words(snapshot.organization.login)} at {snapshot.read_at:%Y-%m-%d %H:%M} UTC")
        for heading, justify in (
            ("collection", "left"),
            ("read", "right"),
            ("announced", "right"),
            ("whole", "left"),
        ):
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # two literals
        for reading in coverage.readings:
            told = "-" if reading.expected is None else f"{reading.expected:,}"
            whole = "[green]yes[/]" if reading.whole else f"[red]no[/]: {words(reading.problem or '')}"
            table.add_row(words(reading.collection), f"{reading.seen:,}", told, whole)
        people = "[green]yes[/]" if seen.extract.whole else f"[red]no[/]: {words(seen.extract.problem or '')}"
        table.add_row("people", f"{seen.extract.rows:,}", "-", people)
        console.print(table)
        console.print(f"{len(snapshot.grants):,} grants kept, journal entry {seen.seq}.")
        if not seen.extract.as_of_told:
            console.print("The source does not say how fresh it is; the time of reading stands in.")

    call.tell(facts, shown)
    if not (coverage.complete and seen.extract.whole):
        sys.exit(COVERAGE_EXIT)
