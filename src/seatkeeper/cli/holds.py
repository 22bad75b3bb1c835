"""`seatkeeper holds`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("holds")
@shared
def command(call: Call) -> None:
    """List who is held, for which column, and what would end it; on the last observation."""
    from rich.table import Table

    from seatkeeper.cli.words import words
    from seatkeeper.rules.bots import bots
    from seatkeeper.rules.reasons import ENDS
    from seatkeeper.workflow.plan import decide_on
    from seatkeeper.workflow.recall import recall

    with call.office() as office:
        seen = recall(office.desk, office.known_organization())
        decisions = decide_on(office.desk, seen)
        held = decisions.of("hold")
        alone = [
            b for b in bots(decisions, {a.id for a in seen.snapshot.accounts}, office.desk.lines) if b.trouble
        ]
        decisions.close()
    ends = {d: ENDS[d.reason].format(column=d.column or "what is missing") for d in held}
    facts = [
        {
            "account": d.account,
            "login": d.login,
            "person": d.person,
            "name": d.name,
            "reason": d.reason,
            "because": d.because,
            "column": d.column,
            "ends": ends[d],
        }
        for d in held
    ]

    title = f"held, as observed {seen.snapshot.read_at:%Y-%m-%d %H:%M} UTC"

    def shown(console: "Console") -> None:
        table = Table(title=title, title_justify="left")
        for heading in ("who", "reason", "because", "ends when"):
            table.add_column(heading)
        for d in sorted(held, key=lambda d: (d.reason, d.login or "")):
            who = words(d.login or d.person or "")
            table.add_row(who, d.reason, words(d.because), words(ends[d]))
        console.print(table)
        for bot in alone:
            console.print(f"task: {bot.login} is a bot, and {bot.trouble}; it is kept.", markup=False)
            console.print(f"  next: seatkeeper links --set {bot.login}=PERSON --kind bot", markup=False)

    tasks = [bot._asdict() for bot in alone]
    call.tell({"as_of": seen.snapshot.read_at.isoformat(), "holds": facts, "bots": tasks}, shown)
