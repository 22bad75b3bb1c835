"""`seatkeeper init`."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from seatkeeper.cli.starting import Start, starting
from seatkeeper.errors import UsageError

CASES = "cases.yaml"


@click.command("init")
@click.option(
    "-c", "--config", type=click.Path(path_type=Path), default=Path("seatkeeper.yaml"), show_default=True
)
@starting
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(
    start: Start,
    *,
    config: Path,
    force: bool,
    as_json: bool,
) -> None:
    """Write a commented configuration to start from, and the files of cases and approvers beside it."""
    from seatkeeper.bootstrap import today
    from seatkeeper.config.template import render, render_cases

    simulated, starter = start.simulated, start.starter("init", config.parent)
    approvers, cases = config.parent / starter.approvers, config.parent / CASES
    _write(config, render(starter), force=force)
    _write(cases, render_cases(starter, today()), force=force)
    if not approvers.exists():
        _write(approvers, "# One line a person: E-MAIL ssh-ed25519 AAAA…\n", force=force)
    following = f"set GH_READ and HR_DATABASE_URL, then: seatkeeper check -c {config}"
    if simulated:
        tokens = config.parent / "simulator.env"
        _write(tokens, _environment(simulated), force=force)
        tokens.chmod(0o600)
        following = f". {_named(tokens)} && seatkeeper check -c {config}"
    if as_json:
        facts = {"config": str(config), "approvers": str(approvers), "cases": str(cases), "next": following}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"Wrote {config}, {cases} and {approvers}.")
    click.echo(f"next: {following}")


def _named(path: Path) -> str:
    """As a shell's `.` takes it: a name without a slash would be looked for elsewhere."""
    return str(path) if path.is_absolute() else f"./{path}"


def _environment(simulated: Mapping[str, str]) -> str:
    lines = [f"export GH_READ={simulated['read_token']}", f"export GH_WRITE={simulated['write_token']}"]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str, *, force: bool) -> None:
    if path.exists() and not force:
        raise UsageError(
            f"{path} is there already.", remedy="Name another, or overwrite it: seatkeeper init --force"
        )
    path.write_text(text, encoding="utf-8")
