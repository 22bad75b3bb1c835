"""How a restore looks: the plan with what it takes, and how everything that is owed stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from seatkeeper.cli.words import words
from seatkeeper.model.plan import Estimate
from seatkeeper.rules.takes import estimate_json, needs
from seatkeeper.workflow.accounting import Accounting, account
from seatkeeper.workflow.runs import RunState

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.workflow.restore import Restoration

MOST = 12


def show_restoration(console: "Console", made: "Restoration", out: Path, *, proposed: bool) -> None:
    """The plan, then who would be taken again, and what to type next."""
    from seatkeeper.cli.tables import plan_view

    console.print(plan_view(made.plan, made.digest, most=MOST))
    if made.again:
        shown = ", ".join(made.again[:MOST])
        console.print(f"Today's record would take these again once their pins end: {words(shown)}")
    if not made.plan.changes:
        console.print("Nothing is left to give back.")
        return
    following = f"seatkeeper approve {out} --key KEY" if proposed else "seatkeeper restore … --key KEY"
    console.print(f"next: {following}", markup=False)


def show_accounting(console: "Console", told: Accounting, still: Estimate | None = None) -> None:
    """Confirmed, pending and residue with their sum, why something stays away, and what is still to come."""
    for line in accounting_lines(told):
        console.print(line, markup=False)
    if still is not None:
        console.print("Still to come:")
        for line in needs(still):
            console.print(f"  {line}", markup=False)


def accounting_lines(told: Accounting) -> Iterator[str]:
    """The same, as text."""
    amounts, people = told.amounts(), told.people()
    yield (
        f"{amounts['confirmed']:,} confirmed + {amounts['pending']:,} pending + "
        f"{amounts['residue']:,} residue = {amounts['total']:,} grants"
    )
    yield (
        f"{people['complete']:,} people have everything back, {people['pending']:,} are waited for, "
        f"{people['incomplete']:,} miss something"
    )
    for why, amount in told.residue().items():
        yield f"  residue {amount:,}: {words(why)}"


def restore_dict(state: RunState, still: Estimate | None) -> dict[str, object]:
    """The same for machines, every grant of it."""
    return {"accounting": _accounting_dict(account(state)), "still_takes": estimate_json(still)}


def _accounting_dict(told: Accounting) -> dict[str, object]:
    return {
        **told.amounts(),
        "people": told.people(),
        "reasons": told.residue(),
        "grants": [
            {
                "login": line.login,
                "on": line.grant.resource.kind,
                "id": line.grant.resource.id,
                "role": line.grant.role,
                "standing": line.standing,
                "why": line.why,
                "pending_on": line.on,
                "until": line.until.isoformat() if line.until else None,
            }
            for line in told.lines
        ],
    }
