"""The options every command shares, and the office a command works in."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seatkeeper.rules.plain import plain_json

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.bootstrap import Office

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Call:
    """How a command was called: which configuration, which forge, for a person or for a machine."""

    config: Path
    forge: str | None
    as_json: bool

    @contextmanager
    def office(self, rebuilt_from: str | None = None, scratch: Path | None = None) -> Iterator["Office"]:
        """Open the configured desk, its store rebuilt or copied if told so; let go of it afterwards."""
        from seatkeeper.bootstrap import open_office
        from seatkeeper.cli.progress import Shown, Silent

        progress = Silent() if self.as_json else Shown()
        with open_office(
            self.config, os.environ, progress, forge=self.forge, rebuilt_from=rebuilt_from, scratch=scratch
        ) as office:
            yield office

    def tell(self, facts: object, shown: Callable[["Console"], None]) -> None:
        """Print `facts` as JSON for a machine, or have them shown to a person."""
        if self.as_json:
            click.echo(plain_json(json.dumps(facts, ensure_ascii=False, indent=2, default=str)))
            return
        shown(console())


def console() -> "Console":
    """The terminal: colours when it is one, 100 columns when it is not."""
    import sys

    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 100)


def shared(command: Command) -> Command:
    """Give a command ``-c``, ``--forge`` and ``--json``, handed over as one `Call`."""

    def called(
        config: Path,
        forge: str | None,
        as_json: bool,
        **rest: object,
    ) -> object:
        return command(Call(config, forge, as_json), **rest)

    called.__doc__ = command.__doc__
    called.__name__ = command.__name__
    parameters = getattr(command, "__click_params__", [])
    wrapped = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")(
        called
    )
    wrapped = click.option("--forge", help="Which forge of the configuration; needed when it names several.")(
        wrapped
    )
    wrapped = click.option(
        "-c",
        "--config",
        type=click.Path(path_type=Path),
        default=Path("seatkeeper.yaml"),
        show_default=True,
        help="The configuration.",
    )(wrapped)
    wrapped.__click_params__ += parameters  # type: ignore[attr-defined]  # click keeps a function's options there
    return wrapped  # type: ignore[return-value]  # the same command with its options
