"""`seatkeeper look`."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call
from seatkeeper.cli.starting import Start, starting
from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from seatkeeper.workflow.look import Found, Look

COVERAGE_EXIT = 5
SHOWN = 25
PARTS = (
    ("leavers", "left, and still have access"),
    ("doubtful", "left by the record, and something stands in between"),
    ("orphans", "accounts nobody is linked to"),
    ("ambiguous", "accounts that several people fit"),
    ("bots", "bots without an accountable person"),
)


@click.command("look")
@starting
@click.option("--price", help="What a seat costs in a month, such as 21 or 19.50.")
@click.option("--page", type=click.Path(path_type=Path), help="Write one HTML page to forward.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(start: Start, *, price: str | None, page: Path | None, as_json: bool) -> None:
    """Look once with a reading token (GH_READ) and a record of people; nothing is configured or kept."""
    from seatkeeper.bootstrap import open_look
    from seatkeeper.cli.progress import Shown, Silent
    from seatkeeper.config.template import render
    from seatkeeper.workflow.look import look

    cost, text = _price(price), render(start.starter("look", Path()))
    with open_look(text, start.environ(os.environ), Silent() if as_json else Shown()) as desk:
        seen = look(desk, cost)
    if page is not None:
        from seatkeeper.workflow.wording import look_page

        page.write_text(look_page(seen, PARTS, text, "UTC"), encoding="utf-8")
    Call(Path(), None, as_json).tell(_facts(seen, text), lambda console: _shown(console, seen, text))
    if seen.doubts:
        sys.exit(COVERAGE_EXIT)


def _price(told: str | None) -> Decimal | None:
    try:
        price = None if told is None else Decimal(told)
    except InvalidOperation:
        price = Decimal("NaN")
    if price is not None and not (price.is_finite() and price >= 0):
        raise UsageError(f"--price {told} is no price.", remedy="write it as a number: --price 21")
    return price


def _facts(seen: "Look", text: str) -> dict[str, object]:
    lists = {name: [one._asdict() for one in getattr(seen, name)] for name, _ in PARTS}
    return {
        **asdict(seen),
        **lists,
        "organization": seen.organization._asdict(),
        "at": seen.at.isoformat(),
        "statuses": [status._asdict() for status in seen.statuses],
        "money": {**seen.money._asdict(), "monthly": seen.money.monthly},
        "configuration": text,
    }


def _shown(console: "Console", seen: "Look", text: str) -> None:
    for part in _parts(seen):
        console.print(part)
    console.print("What [bold]seatkeeper init[/] would write, with the same options:", style="dim")
    console.print(text, markup=False, style="dim", soft_wrap=True)


def _parts(seen: "Look") -> "Iterator[RenderableType]":
    from rich.text import Text

    from seatkeeper.cli.tables import headed, safe

    yield safe(f"{seen.organization.login} at {seen.at:%Y-%m-%d %H:%M} UTC; nothing is kept", "bold")
    yield Text(f"{seen.people:,} people, {seen.linked:,} of {seen.accounts:,} person accounts are linked")
    yield from (safe(f"not read whole: {doubt}", "yellow") for doubt in seen.doubts)
    for line in seen.money.lines():
        yield Text(line)
    yield headed(("status", "people", "means"), [
        ("missing" if s.value is None else repr(s.value), f"{s.records:,}", s.means) for s in seen.statuses
    ])  # fmt: skip
    for name, title in PARTS:
        found: Sequence[Found] = getattr(seen, name)
        yield Text(f"\n{title}: {len(found):,}", "bold red" if found and name == "leavers" else "bold")
        if found:
            yield headed(("login", "name", "role", "grants", "why"), [
                (one.login, one.name, one.role, f"{one.grants:,}", one.why) for one in found[:SHOWN]
            ])  # fmt: skip
        if len(found) > SHOWN:
            yield Text(f"… and {len(found) - SHOWN:,} more; --json and --page show all", "dim")
