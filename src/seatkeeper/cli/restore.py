"""`seatkeeper restore`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

CHANGES_EXIT = 3
KEEP_DAYS = 14


@click.command("restore")
@shared
@click.option("--run", "runs", multiple=True, metavar="RUN", help="What this run took.")
@click.option("--account", "accounts", multiple=True, metavar="LOGIN", help="What this account lost.")
@click.option(
    "--team", "teams", multiple=True, metavar="SLUG", help="Who lost a place in it, with all they lost then."
)
@click.option("--at", type=click.DateTime(), help="What was taken since this moment (UTC).")
@click.option(
    "--first",
    multiple=True,
    metavar="LOGIN",
    help="Bring this one back first, like whoever says on their status page that they are blocked.",
)
@click.option(
    "--keep-days", default=KEEP_DAYS, show_default=True, help="How long who comes back is pinned; 0: not."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("restore.json"),
    show_default=True,
    help="The file.",
)
@click.option("--key", help="Sign the plan as its proposer with this SSH key.")
@click.option(
    "--from",
    "copy",
    metavar="COPY",
    help="First rebuild the journal, into an empty store, from its second place: a folder, or s3://BUCKET/PREFIX.",
)
def command(
    call: Call,
    runs: tuple[str, ...],
    accounts: tuple[str, ...],
    teams: tuple[str, ...],
    at: datetime | None,
    first: tuple[str, ...],
    keep_days: int,
    out: Path,
    key: str | None,
    copy: str | None,
) -> None:
    """Plan to give back what our runs took; several kinds of names narrow each other."""
    from seatkeeper.cli.exits import worst
    from seatkeeper.cli.plans import write_plan
    from seatkeeper.cli.returns import show_restoration
    from seatkeeper.rules.guards import exit_codes
    from seatkeeper.rules.render import to_json
    from seatkeeper.workflow.answer import blocked
    from seatkeeper.workflow.approve import propose
    from seatkeeper.workflow.restore import restore
    from seatkeeper.workflow.takings import Selection

    selection = Selection(runs, accounts, teams, at.replace(tzinfo=UTC) if at else None)
    with call.office(rebuilt_from=copy) as office:
        desk, organization = office.desk, office.known_organization()
        asked = [*first, *blocked(desk, organization)]
        made = restore(desk, organization, selection, first=asked, keep_days=keep_days)
        write_plan(out, made.file)
        person = propose(office.desk, made.plan, made.digest, key) if key else None
    plan = made.plan
    facts = {
        "file": str(out),
        "digest": made.digest,
        "proposer": person,
        "taken_again_by_the_record": list(made.again),
        "plan": to_json(plan),
    }

    def shown(console: "Console") -> None:
        show_restoration(console, made, out, proposed=person is not None)

    call.tell(facts, shown)
    sys.exit(worst(exit_codes(plan.verdicts) | ({CHANGES_EXIT} if plan.changes else set())))
