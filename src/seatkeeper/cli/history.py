"""`seatkeeper history`, and `seatkeeper history import`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.defaulting import Defaulting
from seatkeeper.cli.history_import import command as import_command
from seatkeeper.cli.options import Call, shared
from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from seatkeeper.workflow.history import Line

TIMES = "Times are those of the observations that first saw a change."


@click.group("history", cls=Defaulting)
def command() -> None:
    """Tell who had what when, and take in what a forge's log tells of earlier."""


@command.command("tell")
@shared
@click.argument("account", required=False)
@click.option("--team", help="Only this team: who is in it, and what it holds itself.")
@click.option("--repository", help="Only this repository.")
@click.option("--at", type=click.DateTime(), help="Who had what at this moment (UTC; a day is its start).")
@click.option("--since", type=click.DateTime(), help="What held at this moment (UTC) or later.")
@click.option("--until", type=click.DateTime(), help="What held at this moment (UTC) or earlier.")
@click.option(
    "--changes",
    "moved",
    is_flag=True,
    help="Only what began or ended after the first observation or --since.",
)
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page to print."
)
def tell(
    call: Call,
    account: str | None,
    team: str | None,
    repository: str | None,
    at: datetime | None,
    since: datetime | None,
    until: datetime | None,
    moved: bool,
    as_csv: bool,
    page: Path | None,
) -> None:
    """Tell who had what when, by which decision, proposed and approved by whom.

    ACCOUNT is a login it ever had, or its id. See also: seatkeeper history import --help
    """
    from seatkeeper.cli.history_rows import COLUMNS, PAGE_COLUMNS, cells, line_dict, page_cells
    from seatkeeper.rules.ledger import csv_text, html_page
    from seatkeeper.workflow.history import Asked, changed, history, holdings, observed

    _check(at, since, until, moved=moved, forms=(call.as_json, as_csv, page is not None))
    asked = Asked(account, team, repository, _utc(since), _utc(until))
    with call.office() as office:
        organization = office.known_organization()
        moment, desk = _utc(at), office.desk
        first, last = observed(desk, organization, moment)
        if moment is not None:
            lines = holdings(desk, organization, moment, asked)
        else:
            lines = history(desk, organization, asked)
            lines = changed(lines, first, asked.since) if moved else lines
    title = f"Who had what in {organization.login}{f' on {moment:%Y-%m-%d %H:%M} UTC' if moment else ''}"
    if as_csv:
        click.echo(csv_text(COLUMNS, map(cells, lines)), nl=False)
    elif page is not None:
        told = (
            f"{_conditions(asked)}; {len(lines):,} grants, as last observed {last:%Y-%m-%d %H:%M} UTC.",
            f"{TIMES} Where no decision is named, it was made outside Seatkeeper.",
        )
        page.write_text(html_page(title, told, PAGE_COLUMNS, map(page_cells, lines)), encoding="utf-8")
        click.echo(f"{page}: {len(lines):,} grants")
    else:
        facts: dict[str, object] = {"organization": organization.login, "observed_at": last.isoformat()}
        facts["grants"] = [line_dict(line) for line in lines]
        call.tell(facts, lambda console: _show(console, lines, last))


def _check(
    at: datetime | None,
    since: datetime | None,
    until: datetime | None,
    *,
    moved: bool,
    forms: "Sequence[bool]",
) -> None:
    if sum(forms) > 1:
        raise UsageError("--json, --csv and --html are three answers.", remedy="Ask for one at a time.")
    if at is not None and (since is not None or until is not None or moved):
        raise UsageError(
            "--at is one moment; --since, --until and --changes are a time.", remedy="Give one or the other."
        )
    if since is not None and until is not None and until < since:
        raise UsageError(
            "--until is before --since.",
            arithmetic=f"{until:%Y-%m-%d %H:%M} < {since:%Y-%m-%d %H:%M}",
            remedy="Change them round.",
        )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _conditions(asked: object) -> str:
    told = [f"{name} {value}" for name, value in asked._asdict().items() if value is not None]  # type: ignore[attr-defined]
    return ", ".join(told) or "everybody, at any time"


def _show(console: "Console", lines: "Sequence[Line]", last: datetime) -> None:
    from rich.table import Table

    from seatkeeper.cli.history_rows import moment
    from seatkeeper.cli.words import words

    reasons = [_reason(line) for line in lines]
    numbers = {why: number for number, why in enumerate(dict.fromkeys(filter(None, reasons)), 1)}
    table = Table()
    for heading in ("who", "what", "role", "since", "until", "why"):
        table.add_column(heading, overflow="fold")
    for line, why in zip(lines, reasons, strict=True):
        table.add_row(
            words(line.who),
            words(line.what),
            words(line.role),
            moment(line.since),
            moment(line.until),
            str(numbers.get(why, "")),
        )
    console.print(table)
    for why, number in numbers.items():
        console.print(f"{number}  {words(why)}")
    console.print(f"{len(lines):,} grants, as last observed {last:%Y-%m-%d %H:%M} UTC. {TIMES}")


def _reason(line: "Line") -> str:
    from seatkeeper.cli.history_rows import signed

    decided = line.taken if line.until else line.given
    told = [f"{line.why}; {signed(decided)}" if decided else "", line.note]
    return "; ".join(filter(None, told))


command.add_command(import_command)
