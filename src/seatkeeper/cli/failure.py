"""How an error looks: what happened, the arithmetic, the command to type next."""

import json
import os
import traceback
from pathlib import Path

import click

from seatkeeper.errors import SeatkeeperError
from seatkeeper.rules.plain import plain_json


def report(error: Exception, *, as_json: bool) -> int:
    """Print the error for a person on standard error, or for a machine on standard output; its exit code."""
    known = error if isinstance(error, SeatkeeperError) else _unforeseen(error)
    if as_json:
        told = {
            "error": known.name,
            "what": known.what,
            "arithmetic": known.arithmetic,
            "remedy": known.remedy,
            "exit_code": known.exit_code,
        }
        click.echo(plain_json(json.dumps(told, ensure_ascii=False)))
        return known.exit_code
    click.echo(click.style(f"{known.name}: ", fg="red", bold=True) + _clean(known.what), err=True)
    if known.arithmetic:
        click.echo(f"  {_clean(known.arithmetic)}", err=True)
    if known.remedy:
        click.echo(click.style("  next: ", fg="green") + _clean(known.remedy), err=True)
    return known.exit_code


def _unforeseen(error: Exception) -> SeatkeeperError:
    """An error nobody foresaw is our bug; its trace goes to a file only where one was asked for."""
    kind = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        return SeatkeeperError(
            f"{error.strerror}{f': {error.filename}' if error.filename else ''}.",
            remedy="Make room or rights, then run the same command again; nothing is lost.",
        )
    trace = os.environ.get("SEATKEEPER_TRACE")
    if trace:
        Path(trace).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return SeatkeeperError(
        f"Something nobody foresaw: {kind}.",
        remedy="See what was done: seatkeeper status; then again with SEATKEEPER_TRACE=FILE; report FILE.",
    )


def _clean(text: str) -> str:
    """Text with every control character shown and not obeyed."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
