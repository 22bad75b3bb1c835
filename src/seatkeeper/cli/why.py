"""`seatkeeper why`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


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
    facts = [
        {
            "decision": d.verb,
            "reason": d.reason,
            "because": d.because,
            "account": d.account,
            "login": d.login,
            "person": d.person,
            "name": d.name,
            "values": [a._asdict() for a in d.atoms],
        }
        for d in found
    ]

    def shown(console: "Console") -> None:
        for d in found:
            console.print(f"{d.login or d.person}: {d.verb} ({d.reason})", style="bold", markup=False)
            console.print(d.because, markup=False)
            for atom in d.atoms:
                truth = {True: "true", False: "false", None: "unknown"}[atom.truth]
                value = "missing" if atom.value is None else repr(atom.value)
                console.print(f"  {atom.text}: {truth} ({atom.column or '-'} is {value})", markup=False)
        console.print(f"As observed {seen.snapshot.read_at:%Y-%m-%d %H:%M} UTC.", style="dim")

    call.tell({"as_of": seen.snapshot.read_at.isoformat(), "cases": facts}, shown)
