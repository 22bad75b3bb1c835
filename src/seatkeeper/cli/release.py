"""`seatkeeper release`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("release")
@shared
@click.option("--reason", required=True, help="What has changed since.")
@click.option("--key", required=True, help="Your SSH key; the approvers file says who you are.")
def command(call: Call, reason: str, key: str) -> None:
    """Lift the brake, as a named person; tells whom today's record would take, and a new plan shows the rest.

    Refused while somebody who was just given access back would lose it again and no pin keeps them.
    """
    from seatkeeper.rules.words import listed, people
    from seatkeeper.workflow.brake import release

    with call.office() as office:
        done = release(office.desk, office.known_organization(), reason, key)

    def shown(console: "Console") -> None:
        console.print(f"{done.by} released the brake: {reason}", markup=False)
        if done.again.unread:
            console.print(f"Whom it would take now is not known: {done.again.unread}", markup=False)
        if done.again.logins:
            console.print(
                f"Today's record would take {people(len(done.again.logins))}: {listed(done.again.logins)}",
                style="yellow",
                markup=False,
            )
        console.print("next: seatkeeper plan")

    facts = {"released_by": done.by, "reason": reason, "would_take": done.again._asdict()}
    call.tell(facts, shown)
