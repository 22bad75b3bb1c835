"""`seatkeeper verify`."""

import sys
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

BROKEN_EXIT = 9


@click.command("verify")
@shared
def command(call: Call) -> None:
    """Walk the journal's chain and name every place that does not hold."""
    from seatkeeper.rules.plain import plain

    with call.office() as office:
        found = office.desk.store.verify()
    facts = {
        "verifies": found.verifies,
        "entries": found.entries,
        "head": found.head,
        "erased": found.erased,
        "faults": [f._asdict() for f in found.faults],
    }

    def shown(console: "Console") -> None:
        for fault in found.faults:
            console.print(plain(fault.what), style="red", markup=False)
        if found.verifies:
            console.print(
                f"The journal verifies: {found.entries:,} entries, head {found.head[:16]}.", style="green"
            )
        else:
            console.print(
                f"{len(found.faults):,} places in {found.entries:,} entries do not hold.", style="red"
            )
            console.print("next: seatkeeper stop --reason TEXT; keep this copy, and look at a backup's")
        if found.erased:
            console.print(f"{found.erased:,} payloads were erased by a journaled erasure.")

    call.tell(facts, shown)
    if not found.verifies:
        sys.exit(BROKEN_EXIT)
