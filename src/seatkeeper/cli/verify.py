"""`seatkeeper verify`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared
from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.model.ids import Digest

BROKEN_EXIT = 9


@click.command("verify")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A checkpoint kept elsewhere: the journal must still hold what it names.",
)
@shared
def command(call: Call, checkpoint: Path | None) -> None:
    """Walk the journal's chain and name every place that does not hold."""
    from seatkeeper.journal.checkpoints import checkpoint_line
    from seatkeeper.rules.plain import plain

    remembered = _remembered(checkpoint) if checkpoint else {}
    with call.office() as office:
        found = office.desk.store.verify(remembered)
    facts = {
        "verifies": found.verifies,
        "entries": found.entries,
        "head": found.head,
        "erased": found.erased,
        "checkpoint": found.checkpoint and found.checkpoint._asdict(),
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
        if found.checkpoint:
            console.print(f"Signed up to entry {found.checkpoint.seq:,}; keep this line elsewhere:")
            console.print(checkpoint_line(found.checkpoint), soft_wrap=True)
        if found.erased:
            console.print(f"{found.erased:,} payloads were erased by a journaled erasure.")

    call.tell(facts, shown)
    if not found.verifies:
        sys.exit(BROKEN_EXIT)


def _remembered(file: Path) -> "dict[int, Digest]":
    """The head that a kept checkpoint names; whether it was truly signed shows beside the journal's own."""
    from seatkeeper.journal.checkpoints import parse_checkpoint

    try:
        kept = parse_checkpoint(file.read_bytes())
    except OSError:
        kept = None
    if kept is None:
        raise UsageError(
            f"{file} holds no checkpoint.",
            remedy="Give the line that `seatkeeper verify` shows: seatkeeper verify --checkpoint FILE",
        )
    return {kept.seq: kept.head}
