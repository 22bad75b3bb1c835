"""`seatkeeper history`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.workflow.history import Line


@click.command("history")
@shared
@click.argument("account", required=False)
@click.option("--at", type=click.DateTime(), help="Who had what at this moment (UTC).")
@click.option("--since", type=click.DateTime(), help="Only what changed since this moment (UTC).")
def command(call: Call, account: str | None, at: datetime | None, since: datetime | None) -> None:
    """Tell who had what when, and why it changed.

    Without ACCOUNT: what changed for anybody since the first observation.
    """
    from seatkeeper.workflow.history import changes, history, holdings, observed

    asked = at.replace(tzinfo=UTC) if at else None
    after = since.replace(tzinfo=UTC) if since else None
    with call.office() as office:
        desk, organization = office.desk, office.known_organization()
        _, last = observed(desk, organization, asked)
        if asked is not None:
            lines = holdings(desk, organization, asked, account)
        elif account is None or after is not None:
            lines = changes(desk, organization, account, after)
        else:
            lines = history(desk, organization, account, None)

    facts = [_held(line) if asked else line._asdict() for line in lines]
    told = {"organization": organization.login, "observed_at": last.isoformat(), "grants": facts}
    call.tell(told, lambda console: _shown(console, lines, last, timed=asked is None))


def _held(line: "Line") -> dict[str, str]:
    return {"who": line.who, "what": line.what, "role": line.role}


def _shown(console: "Console", lines: "list[Line]", last: datetime, *, timed: bool) -> None:
    from rich.table import Table

    from seatkeeper.cli.words import words

    numbers = {why: number for number, why in enumerate(dict.fromkeys(x.why for x in lines if x.why), 1)}
    table = Table()
    for heading in ("who", "what", "role", *(("since", "until", "why") if timed else ())):
        table.add_column(heading, overflow="fold")
    for line in lines:
        until = f"{line.until:%Y-%m-%d %H:%M}" if line.until else ""
        times = (f"{line.since:%Y-%m-%d %H:%M}", until, str(numbers.get(line.why, ""))) if timed else ()
        table.add_row(words(line.who), words(line.what), words(line.role), *times)
    console.print(table)
    for why, number in numbers.items():
        console.print(f"{number}  {words(why)}")
    console.print(f"{len(lines):,} grants, as last observed {last:%Y-%m-%d %H:%M} UTC.")
    if timed:
        console.print("Times are those of the observations that saw the change.")
