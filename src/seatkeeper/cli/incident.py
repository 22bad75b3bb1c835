"""`seatkeeper incident`: show, open, reply, report."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seatkeeper.cli.defaulting import Defaulting
from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.model.incident import Incident
    from seatkeeper.workflow.report import Report

BAR = 40


@click.group("incident", cls=Defaulting)
def command() -> None:
    """Open an incident, follow it, and write its report."""


@command.command("show")
@shared
@click.argument("incident", type=int, required=False)
def show(call: Call, incident: int | None) -> None:
    """Tell what is known by now of an incident, the latest unless told: who lost what, who answered when."""
    from seatkeeper.workflow.incident import known, named
    from seatkeeper.workflow.report import report

    with call.office() as office:
        desk, organization = office.desk, office.known_organization()
        found = known(desk, organization)
        wanted = named(desk, organization, incident) if found or incident is not None else None
        told = report(desk, organization, wanted) if wanted else None
    facts = {"incidents": [_fact(one) for one in found], "report": _facts(told) if told else None}
    call.tell(facts, lambda console: _show(console, found, told))


def _fact(one: "Incident") -> dict[str, Any]:
    return {**one._asdict(), "open": one.closed is None}


def _facts(told: "Report") -> dict[str, Any]:
    return {
        "incident": _fact(told.incident),
        "figures": [one._asdict() for one in told.figures],
        "causes": [one._asdict() for one in told.causes],
        "messages": [one._asdict() for one in told.messages],
        "grants": told.grants,
        "responses": told.responses._asdict(),
        "people": [one._asdict() for one in told.people],
        "timeline": [one._asdict() for one in told.timeline],
    }


def _show(console: "Console", found: "tuple[Incident, ...]", told: "Report | None") -> None:
    from rich.table import Table

    from seatkeeper.cli.words import words

    for one in found:
        state = "[red]open[/]" if one.closed is None else "closed"
        console.print(f"{one.seq}  {one.opened:%Y-%m-%d %H:%M}  {state}  by {one.cause}: {words(one.reason)}")
    if told is None:
        console.print("No incident.")
        return
    table = Table(title=f"Incident {told.incident.seq}", title_justify="left", show_header=False)
    for figure in told.figures:
        table.add_row(figure.what, words(figure.value))
    console.print(table)
    chart(console, "Who answered when", told.responses.bars())


def chart(console: "Console", title: str, bars: list[tuple[str, int]]) -> None:
    """Columns lying on their side, with their figures."""
    console.print(title, style="bold")
    top = max(1, *(amount for _, amount in bars))
    for name, amount in bars:
        console.print(f"  {name:18} {amount:5,} [cyan]{'█' * round(BAR * amount / top)}[/]")


@command.command("open")
@shared
@click.option("--reason", required=True, help="What went wrong, as far as known.")
@click.option(
    "--run",
    "runs",
    multiple=True,
    metavar="RUN",
    help="A run it is about; else those of the last day that took.",
)
@click.option("--by", default=getpass.getuser, help="Who; your login on this machine unless told.")
def open_(call: Call, reason: str, runs: tuple[str, ...], by: str) -> None:
    """Open an incident: nothing is taken from anybody until it is released; giving goes on."""
    from seatkeeper.workflow.incident import by_hand

    with call.office() as office:
        made = by_hand(office.desk, office.known_organization(), reason, by, runs)
    give = f"seatkeeper restore --run {made.runs[-1]}" if made.runs else "seatkeeper incident"
    call.tell(
        {"incident": made.seq, "runs": list(made.runs)},
        lambda console: console.print(f"Incident {made.seq} is open.\nnext: {give}", markup=False),
    )


@command.command("reply")
@shared
@click.argument("login")
@click.option("--at", type=click.DateTime(), help="When they answered, in UTC; now unless told.")
@click.option("--by", default=getpass.getuser, help="Who records it.")
def reply(call: Call, login: str, at: datetime | None, by: str) -> None:
    """Record that an affected person answered in some other way, such as by phone."""
    from seatkeeper.workflow.answer import answer
    from seatkeeper.workflow.takings import named_accounts

    with call.office() as office:
        desk, organization = office.desk, office.known_organization()
        when = at.replace(tzinfo=UTC) if at else None
        for account in named_accounts(desk, organization, (login,)):
            answer(desk, organization, account, "reply", by=by, at=when)
    call.tell({"login": login, "by": by}, lambda console: console.print("Recorded."))


@command.command("report")
@shared
@click.argument("incident", type=int, required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("incident.md"), show_default=True,
    help="The Markdown file; the page goes beside it as .html.",
)  # fmt: skip
def report_(call: Call, incident: int | None, out: Path) -> None:
    """Write the report after an incident: facts filled in, open questions marked, as Markdown and HTML."""
    from seatkeeper.workflow.incident import named
    from seatkeeper.workflow.report import report
    from seatkeeper.workflow.wording import written

    with call.office() as office:
        desk, organization = office.desk, office.known_organization()
        told = report(desk, organization, named(desk, organization, incident))
    page = out.with_suffix(".html")
    for path in (out, page):
        path.write_text(written(told, path.suffix, desk.zone), encoding="utf-8")
    call.tell(
        {"incident": told.incident.seq, "markdown": str(out), "html": str(page)},
        lambda console: console.print(f"Written: {out} and {page}", markup=False),
    )
