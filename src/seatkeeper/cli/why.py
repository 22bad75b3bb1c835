"""`seatkeeper why`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from seatkeeper.model.decision import Decision


@click.command("why")
@shared
@click.argument("who")
def command(call: Call, who: str) -> None:
    """Tell one person's case in a paragraph: by login, key or e-mail, on the last observation."""
    from seatkeeper.errors import UsageError
    from seatkeeper.workflow.plan import decide_on
    from seatkeeper.workflow.recall import recall

    with call.office() as office:
        seen = recall(office.desk, office.known_organization())
        decisions = decide_on(office.desk, seen)
        found = decisions.find(who)
        decisions.close()
    if not found:
        raise UsageError(
            f"Neither an account nor a person {who} was in the last observation.",
            arithmetic=f"{len(seen.snapshot.accounts):,} accounts and {seen.extract.rows:,} people were",
            remedy="Read again: seatkeeper observe",
        )
    facts = [_facts(d) for d in found]
    told = {"as_of": seen.snapshot.read_at.isoformat(), "cases": facts}
    call.tell(told, lambda console: _shown(console, found, seen.snapshot.read_at))


def _facts(d: "Decision") -> dict[str, object]:
    return {
        "decision": d.verb,
        "reason": d.reason,
        "because": d.because,
        "account": d.account,
        "login": d.login,
        "person": d.person,
        "name": d.name,
        "values": [a._asdict() for a in d.atoms],
    }


def _shown(console: "Console", found: "list[Decision]", read_at: "datetime") -> None:
    from seatkeeper.cli.tables import atom_lines
    from seatkeeper.rules.plain import plain

    for d in found:
        head = plain(f"{d.login or d.person}: {d.verb} ({d.reason})")
        console.print(head, style="bold", markup=False)
        console.print(plain(d.because), markup=False)
        for line in atom_lines(d.atoms):
            console.print(plain(f"  {line}"), markup=False)
    console.print(f"As observed {read_at:%Y-%m-%d %H:%M} UTC.", style="dim")
