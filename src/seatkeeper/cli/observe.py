"""`seatkeeper observe`."""

import sys
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.workflow.observe import Observation

COVERAGE_EXIT = 5


@click.command("observe")
@shared
def command(call: Call) -> None:
    """Read the people and the forge once, and keep both readings."""
    from seatkeeper.workflow.observe import observe

    with call.office() as office:
        seen = observe(office.desk, activity=office.activity)
    call.tell(_facts(seen), lambda console: _shown(console, seen))
    if not (seen.snapshot.coverage.complete and seen.extract.whole):
        sys.exit(COVERAGE_EXIT)


def _facts(seen: "Observation") -> dict[str, object]:
    snapshot, coverage = seen.snapshot, seen.snapshot.coverage
    return {
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


def _shown(console: "Console", seen: "Observation") -> None:
    from rich.table import Table

    from seatkeeper.cli.words import words

    snapshot, extract = seen.snapshot, seen.extract
    table = Table(title=f"{words(snapshot.organization.login)} at {snapshot.read_at:%Y-%m-%d %H:%M} UTC")
    table.add_column("collection")
    table.add_column("read", justify="right")
    table.add_column("announced", justify="right")
    table.add_column("whole")
    for reading in snapshot.coverage.readings:
        told = "-" if reading.expected is None else f"{reading.expected:,}"
        whole = _whole(reading.problem, whole=reading.whole)
        table.add_row(words(reading.collection), f"{reading.seen:,}", told, whole)
    table.add_row("people", f"{extract.rows:,}", "-", _whole(extract.problem, whole=extract.whole))
    console.print(table)
    console.print(f"{len(snapshot.grants):,} grants kept, journal entry {seen.seq}.")
    if not extract.as_of_told:
        console.print("The source does not say how fresh it is; the time of reading stands in.")


def _whole(problem: str | None, *, whole: bool) -> str:
    from seatkeeper.cli.words import words

    return "[green]yes[/]" if whole else f"[red]no[/]: {words(problem or '')}"
