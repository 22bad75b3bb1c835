"""`seatkeeper review`."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

from seatkeeper.cli.options import Call, shared

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

    @property
    def fine(self) -> bool:
        """True where nothing is wrong."""
        return self.code in FINE[self.name]


@click.command("review")
@shared
@click.option("--against", default="main", show_default=True, metavar="REVISION|FILE", help="As for impact.")
@click.option("--only", default=",".join(PARTS), show_default=True, help="Which of them, by commas.")
@click.option("--laws", default="all", show_default=True, help="As for test.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the Markdown here as well.")
def command(call: Call, against: str, only: str, laws: str, out: Path | None) -> None:
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
    same = ["-c", str(call.config), *(["--forge", call.forge] if call.forge else [])]
    told = list(_parts(wanted, same, against, laws))
    text = "\n".join(_markdown(told))
    facts = [part._asdict() | {"fine": part.fine} for part in told]
    call.tell({"parts": facts, "markdown": text}, lambda _console: click.echo(text))
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    sys.exit(worst({part.code for part in told if not part.fine}))


def _parts(wanted: Sequence[str], same: Sequence[str], against: str, laws: str) -> Iterator[Part]:
    if "check" in wanted:
        yield _said("check", same, shown=False)
    if "test" in wanted:
        yield _said("test", [*same, "--laws", laws, "--markdown"])
    if "impact" in wanted:
        yield _said("impact", [*same, "--against", against, "--markdown"])
    if "plan" in wanted:
        yield _plan(same)


def _plan(same: Sequence[str]) -> Part:
    with TemporaryDirectory(prefix="seatkeeper-review-") as folder:
        plan = str(Path(folder) / "plan.json")
        planned = _said("plan", [*same, "--out", plan, "--scratch", folder], shown=False)
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
        verdict = "fine" if part.fine else f"**{part.error or 'not fine'}**"
        yield f"| {part.name} | {part.code} | {verdict} |"
    for part in told:
        if part.text.strip():
            yield f"\n### {part.name}\n\n{part.text.strip()}"
