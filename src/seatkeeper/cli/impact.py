"""`seatkeeper impact`."""

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from seatkeeper.rules.impact import Hit, Impact

CHANGES_EXIT = 3


@click.command("impact")
@shared
@click.option(
    "--against",
    metavar="REVISION|FILE",
    help="What to compare with; apply.from_branch, or main, when not told.",
)
@click.option("--read", is_flag=True, help="Ask the source anew, as the configuration does; keep nothing.")
@click.option("--by", "group", default="department", show_default=True, help="The column to group people by.")
@click.option("--markdown", is_flag=True, help="As Markdown, for a pull request: logins and no names.")
def command(call: Call, against: str | None, read: bool, group: str, markdown: bool) -> None:
    """Tell whose decision the configuration changes, on the last observation; nothing is written anywhere."""
    from seatkeeper.cli.exits import worst
    from seatkeeper.config.terms import terms_at, terms_of
    from seatkeeper.rules.guards import exit_codes
    from seatkeeper.rules.render_impact import markdown as as_markdown
    from seatkeeper.rules.render_impact import to_json
    from seatkeeper.workflow.impact import impact

    with call.office() as office:
        place = against or office.settings.configuration.apply.from_branch or "main"
        terms = terms_at(call.config, place, os.environ), terms_of(office.settings, call.config.name)
        told = impact(
            office.desk, office.known_organization(), office.capabilities, terms, read=read, group=group
        )
    if markdown:
        click.echo(as_markdown(told), nl=False)
    else:
        call.tell(to_json(told), lambda console: _shown(console, told))
    sys.exit(worst(exit_codes(told.verdicts) | ({CHANGES_EXIT} if told.turns else set())))


def _shown(console: "Console", told: "Impact") -> None:
    from rich.text import Text

    from seatkeeper.rules.plain import plain
    from seatkeeper.rules.render_impact import headline

    console.print(Text(plain(f"{told.new} against {told.old}"), "bold"))
    console.print(Text(plain(headline(told)), "bold red" if told.losing else "green"))
    for note in told.notes:
        console.print(Text(plain(note), "yellow"))
    for part in _parts(told):
        console.print(part)
    console.print(Text(f"As observed {told.seen_at:%Y-%m-%d %H:%M} UTC; nothing was written.", "dim"))


def _parts(told: "Impact") -> "Iterator[RenderableType]":
    from rich.text import Text

    from seatkeeper.cli.tables import guards_table, headed, safe
    from seatkeeper.rules.render_impact import SHOWN, change_lines, rows

    if told.turns:
        yield headed(("from", "to", "people", "lose", "because"), [
            (row.old, row.new, f"{row.amount:,}", f"{row.losing:,}", row.clause or "the default")
            for row in rows(told)
        ])  # fmt: skip
    for what, hits in (("team", told.teams), (told.grouped_by or "", told.groups)):
        if hits:
            yield headed((what, "lose", "of", ""), [_hit(hit) for hit in hits[:10]])
    speaking = [verdict for verdict in told.verdicts if verdict.ruling != "passes"]
    if speaking:
        yield guards_table(speaking)
    for turn in told.turns[:SHOWN]:
        who = f"{turn.login or turn.person} ({turn.name})" if turn.name else f"{turn.login or turn.person}"
        yield safe(f"{who}: {turn.verbs[0]} → {turn.verbs[1]}", "red" if turn.loses else "")
        said = turn.new or turn.old
        yield from (
            safe(f"    {line}", "dim") for line in (said.because if said else "", turn.clause) if line
        )
        yield from (safe(f"    {line}") for line in change_lines(turn, told.names))
    if len(told.turns) > SHOWN:
        yield Text(f"… and {len(told.turns) - SHOWN:,} people more; --json shows everybody", "dim")


def _hit(hit: "Hit") -> tuple[str, ...]:
    from seatkeeper.cli.tables import BAR

    filled = BAR * hit.losing // hit.size if hit.size else BAR
    return hit.name, f"{hit.losing:,}", f"{hit.size:,}", "█" * filled + "░" * (BAR - filled)
