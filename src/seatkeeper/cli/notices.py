"""`seatkeeper notices`, and `seatkeeper notices preview`."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.defaulting import Defaulting
from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.model.notice import TellResult

COLOURS = {
    "accepted": "green",
    "failed": "red",
    "refused": "bold red",
    "overtaken": "dim",
    "claimed": "yellow",
}


@click.group("notices", cls=Defaulting)
def command() -> None:
    """Tell people what happened to them, from the journal alone."""


@command.command("send")
@shared
@click.option("--list", "only_list", is_flag=True, help="Only list what is there; queue and send nothing.")
def send(call: Call, only_list: bool) -> None:
    """Queue what is to be told, send what is due, and list the outbox; meant for a timer.

    Accepted means that a server took the message. Nobody can know that it was delivered, or read.
    """
    from rich.table import Table

    from seatkeeper.cli.holder import held
    from seatkeeper.cli.words import words
    from seatkeeper.workflow.post import posted, send_due, targets
    from seatkeeper.workflow.tell import tell

    with call.office() as office:
        desk, organization = office.desk, office.known_organization()
        results: Counter[TellResult] = Counter()
        if not only_list:
            tell(desk, organization)
            results = held(lambda holder: send_due(desk, organization, office.post, holder=holder))
        outbox = posted(desk, organization)
        rules = desk.notices
    facts = [
        {
            "id": one.notice.id,
            "kind": one.notice.word.kind,
            "queued": one.notice.queued_at.isoformat(),
            "target": target,
            "state": one.told[target].state if target in one.told else "due",
            "why": one.told[target].why if target in one.told else "",
        }
        for one in outbox
        for target in targets(one.notice, rules) or ("nobody: no address is known",)
    ]

    def shown(console: "Console") -> None:
        table = Table()
        for heading in ("queued", "notice", "to", "state", "why"):
            table.add_column(heading)
        for one in facts:
            colour = COLOURS.get(one["state"], "default")
            state = f"[{colour}]{one['state']}[/]"
            table.add_row(one["queued"][:16], one["kind"], words(one["target"]), state, words(one["why"]))
        console.print(table)
        if rules.switch != "apply":
            console.print(f"Nothing leaves: apply.notices is {rules.switch}.", style="yellow")

    call.tell({"switch": rules.switch, "results": results, "notices": facts}, shown)


@command.command("preview")
@shared
@click.argument("notice", required=False)
def preview(call: Call, notice: str | None) -> None:
    """Show what is due exactly as it would be sent now; or only the notice whose id begins so."""
    from seatkeeper.rules.plain import plain
    from seatkeeper.workflow.preview import previews
    from seatkeeper.workflow.tell import tell

    with call.office() as office:
        organization = office.known_organization()
        tell(office.desk, organization)
        found = previews(office.desk, organization, office.post, notice or "")

    def shown(console: "Console") -> None:
        for one in found:
            console.rule(align="left")
            for line in one.text.splitlines():
                console.print(plain(line), markup=False, soft_wrap=True)
        if not found:
            console.print("Nothing is due.")

    call.tell({"previews": [one._asdict() for one in found]}, shown)
