"""`seatkeeper review`."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

PARTS = ("check", "test", "impact", "plan")
FINE = {"check": {0}, "test": {0}, "impact": {0, 3}, "plan": {0, 3}}
"""The exit codes with which nothing is wrong: that there are changes is what a review is for."""


class Part(NamedTuple):
    """One command of a review, what of it goes to where many read, and its exit code."""

    name: str
    text: str
    code: int


@click.command("review")
@click.option(
    "-c", "--config", type=click.Path(path_type=Path), default=Path("seatkeeper.yaml"), show_default=True
)
@click.option("--forge", help="Which forge of the configuration; needed when it names several.")
@click.option("--against", default="main", show_default=True, metavar="REVISION|FILE", help="As for impact.")
@click.option("--only", default=",".join(PARTS), show_default=True, help="Which of them, by commas.")
@click.option("--laws", default="all", show_default=True, help="As for test.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the Markdown here as well.")
def command(config: Path, forge: str | None, against: str, only: str, laws: str, out: Path | None) -> None:
    """Check, test, impact and plan in turn, as one Markdown text without anybody's name or values.

    What each of them says in full, names included, goes to standard error:
    to whoever may read the log, and not to the pull request.
    """
    from seatkeeper.cli.exits import worst
    from seatkeeper.errors import UsageError

    wanted = [name.strip() for name in only.split(",")]
    if unknown := sorted(set(wanted) - set(PARTS)):
        raise UsageError(
            f"A review has no part {unknown[0]}.", remedy=f"seatkeeper review --only {','.join(PARTS)}"
        )
    shared = ["-c", str(config), *(["--forge", forge] if forge else [])]
    told = list(_parts(wanted, shared, against, laws))
    text = "\n".join(_markdown(told))
    click.echo(text)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    sys.exit(worst({part.code for part in told if part.code not in FINE[part.name]}))


def _parts(wanted: Sequence[str], shared: Sequence[str], against: str, laws: str) -> Iterator[Part]:
    if "check" in wanted:
        yield Part("check", *_said(["check", *shared], shown=False))
    if "test" in wanted:
        yield Part("test", *_said(["test", *shared, "--laws", laws, "--markdown"]))
    if "impact" in wanted:
        yield Part("impact", *_said(["impact", *shared, "--against", against, "--markdown"]))
    if "plan" in wanted:
        yield _plan(shared)


def _plan(shared: Sequence[str]) -> Part:
    with TemporaryDirectory(prefix="seatkeeper-review-") as folder:
        plan = str(Path(folder) / "plan.json")
        _, code = _said(["plan", *shared, "--out", plan], shown=False)
        text = _said(["show", plan, "--figures"])[0] if Path(plan).exists() else ""
        return Part("plan", text, code)


def _said(words: Sequence[str], *, shown: bool = True) -> tuple[str, int]:
    """What a command says on standard output, where many may read it, and its code; the rest to the log."""
    run = [sys.executable, "-m", "seatkeeper.cli.main", *words]
    done = subprocess.run(run, check=False, capture_output=True, text=True)  # noqa: S603  # our own command
    click.echo(done.stderr if shown else done.stdout + done.stderr, err=True, nl=False)
    return (done.stdout if shown else ""), done.returncode


def _markdown(told: Sequence[Part]) -> Iterator[str]:
    yield "## Seatkeeper\n"
    yield from ("| part | exit code | |", "|---|---:|---|")
    for part in told:
        fine = part.code in FINE[part.name]
        yield f"| {part.name} | {part.code} | {'fine' if fine else '**see the log**'} |"
    for part in told:
        if part.text.strip():
            yield f"\n### {part.name}\n\n{part.text.strip()}"
