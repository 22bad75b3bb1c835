"""`seatkeeper review`."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

PARTS = ("check", "test", "impact", "plan")
VERBOSE = "SEATKEEPER_REVIEW_LOG"
FINE = {"check": {0}, "test": {0}, "impact": {0, 3}, "plan": {0, 3}}
"""The exit codes with which nothing is wrong: that there are changes is what a review is for."""


class Part(NamedTuple):
    """One command of a review: what of it many may read, its exit code and the kind of its error."""

    name: str
    text: str
    code: int
    error: str


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

    Where SEATKEEPER_REVIEW_LOG is set, all that they say, names included, goes
    to standard error; leave it unset where strangers read the log. The plan is
    made on a copy of the store, so that no branch writes to the real one.
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
        yield _said("check", shared, shown=False)
    if "test" in wanted:
        yield _said("test", [*shared, "--laws", laws, "--markdown"])
    if "impact" in wanted:
        yield _said("impact", [*shared, "--against", against, "--markdown"])
    if "plan" in wanted:
        yield _plan(shared)


def _plan(shared: Sequence[str]) -> Part:
    with TemporaryDirectory(prefix="seatkeeper-review-") as folder:
        plan = str(Path(folder) / "plan.json")
        planned = _said("plan", [*shared, "--out", plan, "--scratch", folder], shown=False)
        figures = _said("show", [plan, "--figures"]).text if Path(plan).exists() else ""
        return planned._replace(text=figures)


def _said(name: str, words: Sequence[str], *, shown: bool = True) -> Part:
    """What a command says on standard output, where many may read it, its code, and the kind of its error."""
    run = [sys.executable, "-m", "seatkeeper.cli.main", name, *words]
    done = subprocess.run(run, check=False, capture_output=True, text=True)  # noqa: S603  # our own command
    if VERBOSE in os.environ:
        click.echo(done.stdout + done.stderr, err=True, nl=False)
    kind = done.stderr.partition(":")[0].strip()
    return Part(name, done.stdout if shown else "", done.returncode, kind if kind.isidentifier() else "")


def _markdown(told: Sequence[Part]) -> Iterator[str]:
    yield "## Seatkeeper\n"
    yield from ("| part | exit code | |", "|---|---:|---|")
    for part in told:
        verdict = "fine" if part.code in FINE[part.name] else f"**{part.error or 'not fine'}**"
        yield f"| {part.name} | {part.code} | {verdict} |"
    for part in told:
        if part.text.strip():
            yield f"\n### {part.name}\n\n{part.text.strip()}"
