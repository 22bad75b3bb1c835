"""`seatkeeper links`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from seatkeeper.cli.options import Call, shared
from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from typing import Literal

    from rich.console import Console

    from seatkeeper.model.policy import LinkLine
    from seatkeeper.rules.links import Link

STATES = ("proposed", "ambiguous", "orphan", "bot", "external", "confirmed")
COLOURS = {"confirmed": "green", "proposed": "yellow", "ambiguous": "red", "orphan": "red"}


@click.command("links")
@shared
@click.option("--state", type=click.Choice(STATES), help="Only the accounts in this state.")
@click.option("--confirm", multiple=True, metavar="LOGIN|all", help="Confirm what is proposed of it.")
@click.option("--set", "correct", multiple=True, metavar="LOGIN=PERSON", help="Say whose it is, by key.")
@click.option(
    "--kind",
    type=click.Choice(("person", "bot", "external")),
    default="person",
    show_default=True,
    help="What --set makes of it; the person of a bot is accountable for it.",
)
@click.option("--import", "taken", type=click.Path(path_type=Path), help="Add the lines of another file.")
@click.option("--export", "given", type=click.Path(path_type=Path), help="Write the confirmed ones there.")
def command(
    call: Call,
    *,
    state: str | None,
    confirm: tuple[str, ...],
    correct: tuple[str, ...],
    kind: str,
    taken: Path | None,
    given: Path | None,
) -> None:
    """Show whose account is whose and what says so, on the last observation; changes go to the file of links.

    What is linked is the account's id, so that a rename or another address changes nothing. Commit the file.
    """
    from seatkeeper.config.links import read_links, write_links
    from seatkeeper.rules.links import confirmed, merged
    from seatkeeper.workflow.links import looked_over

    with call.office() as office:
        links, people = looked_over(office.desk, office.known_organization())
        known = {link.login.casefold(): link for link in links}
        new = confirmed(links, confirm)
        new += [_line(text, kind, known, people) for text in correct]
        new += read_links(taken, office.settings.document) if taken else ()
        ids = {login: link.account for login, link in known.items()}
        file = office.settings.links_file() if new else None
        if file is not None:
            write_links(file, merged(office.desk.lines, new, ids))
        if given is not None:
            told = [link.line() for link in links if link.state == "confirmed"]
            write_links(given, merged(told, office.desk.lines, ids))
    shown = [link for link in links if state in {None, link.state}]
    facts = {
        "links": [link._asdict() for link in shown],
        "written": len(new),
        "file": str(file) if file else None,
    }
    call.tell(facts, lambda console: _shown(console, shown, new, file))


def _line(text: str, kind: str, known: dict[str, "Link"], people: set[str]) -> "LinkLine":
    from seatkeeper.model.policy import LinkLine

    login, _, person = text.partition("=")
    link = known.get(login.casefold())
    if link is None:
        raise UsageError(f"No account has the login {login}.", remedy="see who is there: seatkeeper links")
    if person not in people and not (kind == "external" and not person):
        raise UsageError(
            f"Nobody in the record has the key {person!r}.",
            remedy=f"give the key that the record has: seatkeeper links --set {login}=KEY --kind {kind}",
        )
    told = cast("Literal['person', 'bot', 'external']", kind)
    return LinkLine(person, link.login, link.account, told, "said by hand")


def _shown(console: "Console", shown: Sequence["Link"], new: Sequence["LinkLine"], file: Path | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from seatkeeper.cli.tables import safe

    table = Table(title="as last observed", title_justify="left")
    for heading in ("login", "state", "person", "what says so"):
        table.add_column(heading)
    for link in sorted(shown, key=lambda link: STATES.index(link.state)):
        state = Text(link.state, COLOURS.get(link.state, ""))
        table.add_row(safe(link.login), state, safe(link.person or ""), safe(link.evidence))
    console.print(table)
    for line in _following(new, file):
        console.print(line, markup=False)


def _following(new: Sequence["LinkLine"], file: Path | None) -> Iterator[str]:
    if file is not None:
        yield f"{len(new):,} lines went into {file.name}."
        yield "next: look at what that changes: seatkeeper impact, then commit the file"
