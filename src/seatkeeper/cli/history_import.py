"""`seatkeeper history import`."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.model.past import Lost
    from seatkeeper.workflow.reconstruct import Imported

COLUMNS = ("account", "account_id", "resource", "resource_id", "role", "question")
SHOWN = 20

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("import")
@shared
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--questions", type=_FILE, help="Write what the log does not tell into this CSV, to fill in.")
@click.option(
    "--answers",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="That CSV with the roles filled in: account, resource, role.",
)
@click.option("--by", default=getpass.getuser, help="Who answers; your login on this machine unless told.")
def command(call: Call, file: Path, questions: Path | None, answers: Path | None, by: str) -> None:
    """Take in a GitHub audit-log export: grants that were removed before the first observation.

    Each is labelled reconstructed, with the event it rests on. What the log does not tell is asked, and a
    grant with an open question is not given back by any restore. The same file twice changes nothing.
    """
    from seatkeeper.rules.answers import read_answers
    from seatkeeper.rules.ledger import csv_text
    from seatkeeper.workflow.reconstruct import custom_roles, take_in

    with call.office() as office:
        organization = office.known_organization()
        log = office.past_log(file.read_bytes(), organization, file.name)
        custom = custom_roles(office.desk, organization, log)
        text = answers.read_text(encoding="utf-8", errors="replace") if answers else ""
        rows = read_answers(text, answers.name if answers else "", custom)
        imported = take_in(office.desk, organization, log, rows, by)
    if questions is not None:
        questions.write_text(csv_text(COLUMNS, map(_question, imported.open)), encoding="utf-8")
    call.tell(_facts(imported), lambda console: _show(console, imported, file, questions))


def _question(lost: "Lost") -> list[str]:
    return [
        lost.login,
        lost.account or "",
        f"{lost.kind} {lost.name}",
        lost.resource or "",
        lost.role or "",
        lost.question,
    ]


def _facts(imported: "Imported") -> dict[str, object]:
    facts = imported._asdict()
    facts["lost"] = [
        {
            **lost._asdict(),
            "evidence": [event._asdict() for event in lost.evidence],
            "rests_on": lost.rests_on,
            "label": "reconstructed",
            "restorable": lost.grant is not None,
        }
        for lost in imported.lost
    ]
    return {**facts, "questions": len(imported.open)}


def _show(console: "Console", imported: "Imported", file: Path, questions: Path | None) -> None:
    from seatkeeper.cli.words import words

    found = imported
    console.print(
        f"{found.new:,} events were new, {found.known:,} known already, {found.later:,} later than the first "
        f"observation ({found.first:%Y-%m-%d %H:%M} UTC), which knows better; {found.foreign:,} of other "
        f"organizations; {sum(found.unused.values()):,} of {len(found.unused):,} kinds that tell of no grant."
    )
    for action, times in sorted(found.unused.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]:
        console.print(f"  {times:>6,} {words(action)}")
    console.print(
        f"{len(found.lost):,} grants reconstructed, {len(found.lost) - len(found.open):,} of them whole."
    )
    if found.earliest:
        console.print(
            f"The log begins at {found.earliest:%Y-%m-%d %H:%M} UTC: what was given earlier and went without "
            "an event of its own can't be seen in it."
        )
    for lost in found.open[:SHOWN]:
        console.print(f"  {words(lost.login)}, {lost.kind} {words(lost.name)}: {words(lost.question)}")
    if found.open:
        more = f"{len(found.open):,} open questions. "
        where = words(str(questions)) if questions else "QUESTIONS.csv"
        written = f"Fill in {where}" if questions else f"Write them with --questions {where}, fill it in"
        console.print(
            f"{more}{written}, then: seatkeeper history import {words(str(file))} --answers {where}"
        )
