"""`seatkeeper holds`."""

from typing import TYPE_CHECKING, Any

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console


@click.command("holds")
@shared
def command(call: Call) -> None:
    """List who is held, for which column, since when and whose record it is; on the last observation."""
    from rich.table import Table

    from seatkeeper.cli.tables import task_lines
    from seatkeeper.cli.words import words
    from seatkeeper.rules.bots import bots
    from seatkeeper.rules.reasons import ENDS
    from seatkeeper.rules.tasks import bot_tasks
    from seatkeeper.workflow.holds import holds
    from seatkeeper.workflow.plan import decide_on
    from seatkeeper.workflow.recall import recall

    with call.office() as office:
        organization, chase = office.known_organization(), office.desk.notices.chase
        seen = recall(office.desk, organization)
        decisions = decide_on(office.desk, seen)
        held = holds(office.desk, organization, seen, decisions.of("hold"))
        known = bots(decisions, {a.id for a in seen.snapshot.accounts}, office.desk.lines)
        tasks = list(bot_tasks(known))
        decisions.close()
    facts: list[dict[str, Any]] = [
        {
            "account": d.account,
            "login": d.login,
            "person": d.person,
            "name": d.name,
            "manager": one.manager,
            "reason": d.reason,
            "because": d.because,
            "column": d.column,
            "missing": d.missing,
            "since": one.since and one.since.isoformat(),
            "reminded": one.reminded,
            "due": one.due and one.due.isoformat(),
            "ends": ENDS[d.reason].format(column=d.column or "what is missing"),
        }
        for one in held
        for d in (one.decision,)
    ]

    title = f"held, as observed {seen.snapshot.read_at:%Y-%m-%d %H:%M} UTC"

    def shown(console: "Console") -> None:
        table = Table(title=title, title_justify="left")
        headings = ("who", "record of", "reason", "since", "because", "ends when")
        for heading in (*headings, "reminded") if chase else headings:
            table.add_column(heading)
        for one in sorted(facts, key=lambda one: (one["reason"], one["login"] or "")):
            record = " / ".join(told for told in (one["person"], one["manager"]) if told)
            cells = [one["login"] or one["person"], record, one["reason"], (one["since"] or "")[:10]]
            cells += [one["because"], one["ends"], _reminded(one) if chase else ""]
            table.add_row(*(words(cell or "") for cell in cells[: len(table.columns)]))
        console.print(table)
        for line in task_lines(tasks):
            console.print(line)

    told = [task._asdict() for task in tasks]
    call.tell({"as_of": seen.snapshot.read_at.isoformat(), "holds": facts, "tasks": told}, shown)


def _reminded(one: "dict[str, Any]") -> str:
    """How often, and when next."""
    if not one["missing"]:
        return ""
    return f"{one['reminded']}, " + (f"next on {one['due'][:10]}" if one["due"] else "no more")
