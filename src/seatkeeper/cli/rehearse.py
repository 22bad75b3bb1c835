"""`seatkeeper rehearse`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared
from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.workflow.rehearse import Phase, Rehearsed

MOST_SHOWN = 20


@click.command("rehearse")
@shared
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@click.option("--days", type=click.IntRange(1), help="Drill everything that was taken in so many days.")
def command(call: Call, plan: Path | None, days: int | None) -> None:
    """Carry a plan out on a model of the organization, then restore it, and tell what would come back.

    The model is built from the last whole observation and runs on this machine.
    The real forge is not called, and nothing is written to the journal.
    """
    from seatkeeper.bootstrap import open_rehearsal
    from seatkeeper.cli.plans import read_plan
    from seatkeeper.workflow.rehearse import drill, rehearse

    if (plan is None) == (days is None):
        raise UsageError(
            "Name a plan file to rehearse, or the days to drill, and not both.",
            remedy="seatkeeper rehearse plan.json, or: seatkeeper rehearse --days 30",
        )
    with call.office() as office:
        desk, organization = office.desk, office.known_organization()
        if plan is not None:
            read, _, _ = read_plan(plan)
            shown = rehearse(desk, organization, read, lambda seen: open_rehearsal(desk, seen))
        else:
            shown = drill(desk, organization, days or 0, lambda seen: open_rehearsal(desk, seen))
    call.tell(_facts(shown), lambda console: _show(console, shown))


def _facts(shown: "Rehearsed") -> dict[str, object]:
    from seatkeeper.workflow.rehearse import tally

    return {
        "model": shown.model,
        "kind": shown.kind,
        "seen_at": shown.seen_at.isoformat(),
        "carried": _phase(shown.carried),
        "restored": _phase(shown.restored) if shown.restored else None,
        "taken": shown.taken,
        "back": shown.back,
        "residue": [missing._asdict() for missing in shown.residue],
        "residue_reasons": tally(shown.residue),
        "same": shown.same,
        "trips": list(shown.trips),
    }


def _phase(phase: "Phase") -> dict[str, object]:
    return {
        "people": phase.people,
        "writes": phase.writes,
        "virtual_seconds": phase.seconds,
        "results": phase.results,
        "waiting": list(phase.waiting),
    }


def _show(console: "Console", shown: "Rehearsed") -> None:
    from seatkeeper.cli.words import words
    from seatkeeper.workflow.rehearse import tally

    console.print(f"[yellow]{shown.model}[/] Last seen whole: {shown.seen_at:%Y-%m-%d %H:%M} UTC.")
    for trip in shown.trips:
        console.print(f"[red]The real plan is stopped by {words(trip)}[/]")
    console.print(f"Carried out: {_told(shown.carried)}")
    if shown.restored is not None:
        console.print(f"Restored: {_told(shown.restored)}")
    if shown.taken:
        console.print(
            f"Of {shown.taken:,} grants taken {shown.back:,} would come back; "
            f"{len(shown.residue):,} would not."
        )
    for why, count in tally(shown.residue).items():
        console.print(f"  {count:,}: {words(why)}")
    for missing in shown.residue[:MOST_SHOWN]:
        console.print(f"  {words(missing.login)}: {words(missing.what)} ({words(missing.role)})")
    if len(shown.residue) > MOST_SHOWN:
        console.print(f"  and {len(shown.residue) - MOST_SHOWN:,} more; all of them with --json")
    if shown.same:
        told = "as before" if shown.taken else "as planned"
        console.print(f"[green]At the end the model holds exactly what it should: {told}.[/]")
    else:
        console.print("[yellow]At the end the model does not hold exactly what it should.[/]")


def _told(phase: "Phase") -> str:
    from datetime import timedelta

    ended = ", ".join(f"{count} {result}" for result, count in phase.results.items() if count) or "no steps"
    waits = f"; still waiting: {', '.join(phase.waiting)}" if phase.waiting else ""
    seconds = timedelta(seconds=round(phase.seconds))
    return f"{phase.people:,} people, {phase.writes:,} writes, {seconds} of the forge's time; {ended}{waits}"
