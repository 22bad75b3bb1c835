"""`seatkeeper conformance`."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.holder import held
from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from seatkeeper.conformance.behaviour import Behaviour, Judged
    from seatkeeper.workflow.conform import Conformed

COLOURS = {"shown": "green", "not shown": "bold red", "not applicable": "dim"}


@click.command("conformance")
@shared
@click.option(
    "--subject", "subjects", multiple=True, help="Only this subject, such as 'asking in'; repeatable."
)
@click.option("--organization", help="The organization's login once more, where other people are in it.")
@click.option(
    "--suspend", is_flag=True, help="A scratch account may be suspended on the whole server for a moment."
)
@click.option("--empty", is_flag=True, help="Only take away what an earlier run that was killed left.")
@click.option("--list", "listed", is_flag=True, help="Only list the behaviours; nothing is asked or written.")
def command(
    call: Call,
    *,
    subjects: tuple[str, ...],
    organization: str | None,
    suspend: bool,
    empty: bool,
    listed: bool,
) -> None:
    """Show on a scratch organization, filled and emptied for it, what every connector must."""
    from seatkeeper.workflow import conform

    table = _table_of(subjects)
    if listed:
        facts = [{"subject": one.subject, "promise": one.promise} for one in table]
        call.tell({"behaviours": facts}, lambda console: _list(console, table))
        return
    with call.office() as office, office.scratch() as (desk, doors):
        if empty:
            removed, left = held(lambda us: conform.empty(desk, doors, holder=us))
            call.tell({"removed": removed, "left": left}, lambda console: _emptied(console, removed, left))
            sys.exit(1 if left else 0)
        told = held(
            lambda us: conform.conform(desk, doors, table, holder=us, named=organization, suspends=suspend)
        )
    call.tell(_facts(told), lambda console: _shown(console, told))
    sys.exit(1 if told.left or any(one.verdict == "not shown" for one in told.judged) else 0)


def _table_of(subjects: "Sequence[str]") -> "Sequence[Behaviour]":
    from seatkeeper.conformance.table import SUBJECTS, behaviours
    from seatkeeper.errors import UsageError

    known = [subject.name for subject in SUBJECTS]
    unknown = [name for name in subjects if name not in known]
    if unknown:
        raise UsageError(f"{unknown[0]} is no subject.", remedy=f"There are: {', '.join(known)}")
    return behaviours(subjects)


def _facts(told: "Conformed") -> dict[str, object]:
    from seatkeeper.conformance.walk import counts

    return {
        **told._asdict(),
        "organization": told.organization._asdict(),
        "judged": [one._asdict() for one in told.judged],
        "counts": counts(told.judged),
        "seconds": (told.ended - told.began).total_seconds(),
    }


def _list(console: "Console", named: "Sequence[Behaviour]") -> None:
    from seatkeeper.cli.tables import headed

    console.print(headed(("subject", "a connector shows that"), [(b.subject, b.promise) for b in named]))


def _shown(console: "Console", told: "Conformed") -> None:
    for part in _parts(told):
        console.print(part)


def _parts(told: "Conformed") -> "Iterator[RenderableType]":
    from rich.text import Text

    from seatkeeper.cli.tables import headed, safe
    from seatkeeper.conformance.walk import counts
    from seatkeeper.rules.takes import time_needed
    from seatkeeper.rules.words import number

    yield safe(f"{told.organization.login}, regime {told.regime}", "bold")
    yield _table(told.judged)
    for one in told.judged:
        if one.verdict == "not shown":
            yield safe(f"not shown: {one.subject}: {one.promise}", COLOURS[one.verdict])
            yield safe(f"    expected  {one.expected}\n    seen      {one.seen}")
    reasons = [one.told for one in told.judged if one.told]
    if reasons:
        asked = sorted({(reasons.count(why), why) for why in reasons}, reverse=True)
        yield headed(("not applicable", "because"), [(number(amount), why) for amount, why in asked])
    for fact, true in told.learnt.items():
        yield Text(f"learnt: {fact} is {'true' if true else 'false'} here; kept in the journal", "cyan")
    yield from _left(told.left)
    totals = counts(told.judged)
    took = time_needed((told.ended - told.began).total_seconds())
    yield Text(
        f"{number(totals['shown'])} shown, {number(totals['not shown'])} not shown, "
        f"{number(totals['not applicable'])} not applicable; {number(told.writes)} writes, {took}",
        "bold red" if totals["not shown"] or told.left else "bold green",
    )


def _table(judged: "Sequence[Judged]") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    from seatkeeper.conformance.walk import counts

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("subject", *COLOURS):
        table.add_column(heading, justify="left" if heading == "subject" else "right")
    for subject in dict.fromkeys(one.subject for one in judged):
        told = counts([one for one in judged if one.subject == subject])
        cells = [Text(str(told[word]), COLOURS[word] if told[word] else "dim") for word in COLOURS]
        table.add_row(subject, *cells)
    return table


def _left(left: Sequence[str]) -> "Iterator[RenderableType]":
    from rich.text import Text

    from seatkeeper.cli.tables import safe

    if not left:
        yield Text("The organization was read again and is as it was before.", "green")
        return
    yield Text("The organization is not as it was before:", "bold red")
    yield from (safe(f"  {one}") for one in left)
    yield Text("next: seatkeeper conformance --empty", "dim")


def _emptied(console: "Console", removed: int, left: Sequence[str]) -> None:
    console.print(f"{removed - len(left)} of {removed} things that an earlier run left are gone.")
    for one in left:
        console.print(f"  {one}", markup=False)
