"""The pages that are made from the source. ``python -m tests.docs.pages`` writes them."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import click

from seatkeeper import errors
from seatkeeper.cli.defaulting import Defaulting
from seatkeeper.cli.exits import RANKED
from seatkeeper.cli.main import COMMANDS
from seatkeeper.config.describe import json_schema
from seatkeeper.config.describe import page as configuration
from tests.docs.permissions import page as permissions
from tests.docs.regimes import page as regimes

DOCS = Path(__file__).parents[2] / "docs"

EXIT_CODES = {
    0: "done, or nothing to do",
    1: "an error",
    2: "the command, the configuration or a file it names is wrong",
    3: "the plan has changes",
    4: "a guard tripped",
    5: "held: something was read incompletely, or is stale",
    6: "an approval is missing or refused",
    7: "the plan was edited, is another organization's or stale, or an account drifted",
    8: "a brake is set, or another process holds the organization",
    9: "the journal does not verify",
}

COMMON = ("config", "forge", "as_json")

_COMMANDS_HEAD = """# Commands

Every command that needs a configuration takes `-c FILE` (`seatkeeper.yaml` unless told), `--forge NAME` when
the file names several forges, and `--json` for one JSON object on standard output. Exit codes are in
[errors](errors.md). This page is made from the commands themselves.
"""

_ERRORS_HEAD = """# Errors and exit codes

An error says what happened, the arithmetic where there is one, and what to type next. With `--json` these are
`what`, `arithmetic` and `remedy`, beside the error's name. This page is made from the source.

## Exit codes

| code | meaning |
|---|---|
"""


def commands() -> str:
    """docs/commands.md: every command with its options."""
    text = "\n".join([_COMMANDS_HEAD, *(line for name in COMMANDS for line in _command(name))])
    return text.replace("\n\n\n", "\n\n").rstrip() + "\n"


def _command(name: str) -> Iterator[str]:
    command: click.Command = importlib.import_module(f"seatkeeper.cli.{name}").command
    if isinstance(command, Defaulting):
        for word, meant in command.commands.items():
            yield from _described(name if word == command.default else f"{name} {word}", meant)
    else:
        yield from _described(name, command)


def _described(name: str, command: click.Command) -> Iterator[str]:
    arguments = [
        str(param.human_readable_name) for param in command.params if isinstance(param, click.Argument)
    ]
    configured = any(param.name == "config" for param in command.params)
    yield " ".join(("## seatkeeper", name, *arguments)) + "\n"
    yield _sentence(command.help or "") + "\n"
    for param in command.params:
        if isinstance(param, click.Option) and not (configured and param.name in COMMON):
            value = "" if param.is_flag else f" {param.metavar or param.type.name.upper().split('|')[0]}"
            yield f"- `{', '.join(param.opts)}{value}`: {_sentence(param.help or '')}"
    yield ""


def _sentence(text: str) -> str:
    return " ".join(text.split())


def error_classes(
    root: type[errors.SeatkeeperError] = errors.SeatkeeperError,
) -> Iterator[type[errors.SeatkeeperError]]:
    """Every error of the tree, parents first."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from error_classes(child)


def error_page() -> str:
    """docs/errors.md: every error with its exit code."""
    codes = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    rows = [
        f"| `{error.__name__}` | {error.exit_code} | {_sentence(error.__doc__ or '')} |"
        for error in error_classes()
    ]
    told = f"When several are true at once, the first of {', '.join(map(str, RANKED))} is given."
    table = "| error | exit code | when |\n|---|---|---|"
    return _ERRORS_HEAD + "\n".join([*codes, "", told, "", "## Errors", "", table, *rows]) + "\n"


def schema() -> str:
    """docs/seatkeeper.schema.json: the configuration for editors that check while one types."""
    return json.dumps(json_schema(), indent=1, sort_keys=True) + "\n"


PAGES = {
    "seatkeeper.schema.json": schema,
    "configuration.md": configuration,
    "commands.md": commands,
    "errors.md": error_page,
    "regimes.md": regimes,
    "permissions.md": permissions,
}

if __name__ == "__main__":
    for file, write in PAGES.items():
        (DOCS / file).write_text(write(), encoding="utf-8")
