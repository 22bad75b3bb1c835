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
    from seatkeeper.workflow.again import objections
    from seatkeeper.workflow.follow import follow

    with call.office() as office:
        desk = office.desk
        organization = desk.reader.organization()
        news = held(
            lambda holder: follow(
                desk, office.writer, organization, holder=holder, object_to=lambda c: objections(desk, c)
            )
        )

    def shown(console: "Console") -> None:
        for item in news:
            console.print(f"{item.login}: {item.news}", markup=False)
        if not news:
            console.print("Nothing waits.")

    call.tell({"followed": [n._asdict() for n in news]}, shown)
