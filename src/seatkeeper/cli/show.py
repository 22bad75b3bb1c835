"""`seatkeeper show`."""

from pathlib import Path

import click

from seatkeeper.cli.options import Call, shared


@click.command("show")
@shared
@click.argument("plan", type=click.Path(path_type=Path), default=Path("plan.json"))
@click.option("--markdown", is_flag=True, help="As Markdown, with every name and value: for its approvers.")
@click.option("--figures", is_flag=True, help="As Markdown without names and values, for a pull request.")
def command(call: Call, plan: Path, markdown: bool, figures: bool) -> None:
    """Show a plan file: who loses and gains what, why, and what the guards say."""
    from seatkeeper.cli.plans import read_plan
    from seatkeeper.cli.tables import plan_view
    from seatkeeper.rules.render import figures as as_figures
    from seatkeeper.rules.render import markdown as as_markdown
    from seatkeeper.rules.render import to_json

    read, digest, _ = read_plan(plan)
    if markdown or figures:
        click.echo((as_figures if figures else as_markdown)(read, digest))
        return
    facts = {"file": str(plan), "digest": digest, "plan": to_json(read)}
    call.tell(facts, lambda console: console.print(plan_view(read, digest)))
