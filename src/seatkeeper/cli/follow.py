"""`seatkeeper follow`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.holder import held
from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("follow")
@shared
def command(call: Call) -> None:
    """Read what waits on people, carry on where they accepted, and say what can't come any more."""
    from seatkeeper.cli.returns import restore_dict, show_accounting
    from seatkeeper.workflow.accounting import account, still_takes
    from seatkeeper.workflow.again import objections
    from seatkeeper.workflow.follow import follow
    from seatkeeper.workflow.runs import load_run

    with call.office() as office:
        desk = office.desk
        organization = desk.reader.organization()
        news = held(
            lambda holder: follow(
                desk, office.writer, organization, holder=holder, object_to=lambda c: objections(desk, c)
            )
        )
        states = [load_run(desk.store, run) for run in dict.fromkeys(item.run for item in news)]
        restores = [(s, still_takes(desk, s)) for s in states if s and s.plan.kind == "restore"]

    def shown(console: "Console") -> None:
        for item in news:
            console.print(f"{item.login}: {item.news}", markup=False)
        for state, still in restores:
            console.print(f"restore {state.id}:", markup=False)
            show_accounting(console, account(state), still)
        if not news:
            console.print("Nothing waits.")

    facts = {
        "followed": [n._asdict() for n in news],
        "restores": [{"run": state.id, **restore_dict(state, still)} for state, still in restores],
    }
    call.tell(facts, shown)
