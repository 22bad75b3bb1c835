"""`seatkeeper apply`."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.holder import held
from seatkeeper.cli.options import Call, shared
from seatkeeper.model.schedule import Work

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.bootstrap import Office
    from seatkeeper.model.plan import Plan
    from seatkeeper.workflow.runs import RunState
    from seatkeeper.workflow.scheduled import Scheduled

DRIFTED_EXIT = 7


@click.command("apply")
@shared
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@click.option(
    "--scheduled",
    "work",
    type=click.Choice(["leave", "join"]),
    help="As the schedule: observe, write PLAN, and carry out what the switch and a standing approval allow.",
)
def command(call: Call, plan: Path | None, work: Work | None) -> None:
    """Carry an approved plan out, wave by wave; or go on with the run of it that was interrupted.

    PLAN is plan.json unless said otherwise, and plan-leave.json or plan-join.json with --scheduled.
    """
    from seatkeeper.cli.exits import worst
    from seatkeeper.cli.plans import plan_for
    from seatkeeper.cli.runs import run_dict, show_run
    from seatkeeper.workflow.accounting import still_takes
    from seatkeeper.workflow.apply import apply

    if work is not None:
        _scheduled(call, work, plan or Path(f"plan-{work}.json"))
        return
    with call.office() as office:
        read, digest, file = plan_for(office, plan or Path("plan.json"), "apply")
        desk, writer = office.desk, office.writer
        state = held(
            lambda holder: apply(
                desk, writer, read, digest, file, holder=holder, send=lambda: send(office, read, holder)
            )
        )
        still = still_takes(desk, state)
    call.tell(run_dict(state, still), lambda console: show_run(console, state, still))
    sys.exit(worst(_codes(state)))


def send(office: "Office", plan: "Plan", holder: str) -> None:
    """Send what is due while a run waits for a veto; another process that sends already is just as good."""
    from seatkeeper.errors import LeaseLost
    from seatkeeper.workflow.post import send_due

    with suppress(LeaseLost):
        send_due(office.desk, plan.organization, office.post, holder=holder)


def _codes(state: "RunState") -> list[int]:
    results = state.results()
    codes = [DRIFTED_EXIT] if results["drifted"] else []
    return codes + ([1] if results["unknown"] or results["refused"] else [])


def _scheduled(call: Call, work: Work, out: Path) -> None:
    from seatkeeper.cli.exits import worst
    from seatkeeper.cli.plans import write_plan
    from seatkeeper.cli.runs import run_dict
    from seatkeeper.rules.render import to_json
    from seatkeeper.workflow.apply import apply
    from seatkeeper.workflow.plan import Computed
    from seatkeeper.workflow.scheduled import scheduled

    with call.office() as office:
        desk = office.desk

        def carry_out(c: Computed) -> "RunState":
            writer = office.writer
            return held(
                lambda holder: apply(
                    desk, writer, c.plan, c.digest, c.file,
                    holder=holder, send=lambda: send(office, c.plan, holder), work=work,
                )
            )  # fmt: skip

        done = scheduled(
            desk,
            office.settings.switched(work),
            lambda file: write_plan(out, file),
            carry_out,
            activity=office.activity,
        )
    facts = {
        "scheduled": work,
        "switch": done.switched.switch,
        "why": list(done.why),
        "file": str(out) if done.computed else None,
        "digest": done.computed.digest if done.computed else None,
        "plan": to_json(done.computed.plan) if done.computed else None,
        "run": run_dict(done.run) if done.run else None,
    }
    call.tell(facts, lambda console: _show(console, done, out))
    sys.exit(worst([*done.codes, *(_codes(done.run) if done.run else [])]))


def _show(console: "Console", done: "Scheduled", out: Path) -> None:
    from seatkeeper.cli.runs import show_run
    from seatkeeper.cli.tables import plan_view
    from seatkeeper.cli.words import words

    work, computed = done.switched.work, done.computed
    if computed is not None:
        console.print(plan_view(computed.plan, computed.digest))
    if done.run is not None:
        show_run(console, done.run)
    for why in done.why:
        console.print(f"[yellow]not carried out:[/] {words(why)}")
    if computed is None:
        console.print(f"The schedule's {work} is off.")
    elif done.why:
        console.print(f"next: seatkeeper show {out}; then seatkeeper plan --key KEY", markup=False)
