"""`seatkeeper demo`."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.demo.company import Company
    from seatkeeper.forges.simulator.serve import Simulator
    from seatkeeper.model.plan import Plan


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(as_json: bool) -> None:
    """Watch the whole story on an invented company of 3,500 seats, over real HTTP on loopback."""
    from seatkeeper.cli.options import console
    from seatkeeper.cli.progress import Shown, Silent
    from seatkeeper.demo.story import play

    shown = console()
    with tempfile.TemporaryDirectory(prefix="seatkeeper-demo-") as folder:
        if as_json:
            facts = play(Path(folder), _simulator, Silent(), lambda _act, _facts: None)
            click.echo(json.dumps(facts))
            return
        play(Path(folder), _simulator, Shown(), lambda act, facts: ACTS.get(act, _quiet)(shown, facts))


def _simulator(company: "Company") -> "Simulator":
    from seatkeeper.forges.simulator.serve import Simulator

    return Simulator(company.world())


def _quiet(_console: "Console", _facts: dict[str, Any]) -> None:
    """Acts that need no words."""


def _title(console: "Console", text: str) -> None:
    console.print()
    console.rule(f"[bold]{text}", align="left")


def _old_script(console: "Console", facts: dict[str, Any]) -> None:
    _title(console, "1  The old script")
    console.print(
        f"One exception on the wrong list, and it selects [red]{facts['old_script_selects']:,} of "
        f"{facts['accounts']:,}[/] people. {facts['true_leavers']} have really left."
    )


def _adoption(console: "Console", facts: dict[str, Any]) -> None:
    _title(console, "2  Adoption: look first, take nothing")
    read = ", ".join(f"{count:,} {name}" for name, count in facts["coverage"].items())
    console.print(f"Read whole over HTTP: {read}; {facts['grants']:,} direct grants in the journal.")
    console.print(
        f"The first plan is the baseline: {facts['changes']} changes, proposed by ana, approved by ben."
    )


def _plan(console: "Console", facts: dict[str, Any]) -> None:
    from seatkeeper.cli.tables import plan_view

    _title(console, "3  Our plan of the day")
    plan: Plan = facts["plan"]
    console.print(plan_view(plan, facts["digest"], most=2))


def _wrong(console: "Console", facts: dict[str, Any], title: str, remark: str) -> None:
    _title(console, title)
    console.print(remark)
    selected, beyond, held = facts["selected"], facts["beyond"], facts["held"]
    console.print(f"  selected {selected:,}, beyond the true leavers {beyond:,}, held {held:,}")
    for verdict in facts["tripped"]:
        console.print(f"  [red]stopped[/] by {verdict.guard}: {verdict.arithmetic}")
    if not facts["tripped"]:
        console.print("  [green]nobody loses anything[/]: the table says keep, so each of them is held")


def _as_written(console: "Console", facts: dict[str, Any]) -> None:
    _wrong(
        console,
        facts,
        "4  The wrong exception in our policy, as written",
        "leave: {when: \"username <> 'user3'\"}",
    )


def _forced(console: "Console", facts: dict[str, Any]) -> None:
    said = "leave: {when: \"username <> 'user3'\", over: [active]}"
    _wrong(console, facts, "5  The same, forced over the table", said)


def _run(console: "Console", facts: dict[str, Any]) -> None:
    from seatkeeper.cli.runs import show_run

    _title(console, "6  The run: proposed by ana, approved by ben, in waves")
    show_run(console, facts["state"])


def _following(console: "Console", facts: dict[str, Any]) -> None:
    from seatkeeper.cli.runs import show_run

    _title(console, f"7  Later: {facts['accepted']} of the invited have accepted")
    show_run(console, facts["state"])


def _wrong_run(console: "Console", facts: dict[str, Any]) -> None:
    _title(console, "8  A wrong run, waived by a third person; an incident stops all taking")
    console.print(
        f"{facts['people']} people lost {facts['grants']:,} grants. What they had is in the journal."
    )


def _restore(console: "Console", facts: dict[str, Any]) -> None:
    from seatkeeper.rules.takes import estimate_lines

    _title(console, "9  restore --run: one command, one approval")
    for line in estimate_lines(facts["plan"]):
        console.print(line, markup=False)
    _standing(console, "Before anybody accepts", facts["before_acceptance"])


def _back(console: "Console", facts: dict[str, Any]) -> None:
    from seatkeeper.cli.incident import chart

    _title(console, "10  Everybody has accepted over four days; the incident's report")
    _standing(console, "Read back", facts["after_acceptance"])
    for figure in facts["report"].figures:
        console.print(f"  {figure.what}: {figure.value}", markup=False)
    chart(console, "Who answered when", facts["report"].responses.bars())
    told, mail = facts["notices"], facts["mail"]
    console.print(f"{told['sent']:,} notices in the local mailbox, {told['untrue']} untrue claims; the last:")
    console.print(f"To: {mail['To']}\nSubject: {mail['Subject']}", style="dim", markup=False)
    console.print(mail.get_body(("plain",)).get_content(), style="dim", markup=False)
    same = "[green]equals[/]" if facts["equal"] else "[red]is not[/]"
    console.print(f"What they hold {same} what they held before the wrong run, grant for grant.")


def _standing(console: "Console", when: str, facts: dict[str, Any]) -> None:
    console.print(
        f"{when}: {facts['confirmed']:,} confirmed + {facts['pending']:,} pending + "
        f"{facts['residue']:,} residue = {facts['grants']:,}; {facts['writes']:,} writes, "
        f"{facts['virtual_seconds']:,} s of the forge's time (its limits allow {facts['floor_seconds']:,} s)"
    )


def _end(console: "Console", facts: dict[str, Any]) -> None:
    verdict = "[green]verifies[/]" if facts["journal_verifies"] else "[red]does not verify[/]"
    _title(console, "11  The journal")
    console.print(f"It {verdict}. All of this took {facts['seconds']} s.")


ACTS: dict[str, Callable[["Console", dict[str, Any]], None]] = {
    "the old script": _old_script,
    "adoption": _adoption,
    "our plan": _plan,
    "the wrong exception, as written": _as_written,
    "the wrong exception, forced": _forced,
    "the run": _run,
    "following": _following,
    "the wrong run": _wrong_run,
    "the restore": _restore,
    "everybody back": _back,
    "the end": _end,
}
