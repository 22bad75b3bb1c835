"""What `init` and `look` are told: the organization, the record of people, and its columns."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from seatkeeper.config.template import Starter

API = "https://api.github.com"
SOURCE = "HR_DATABASE_URL"
COLUMNS = ("key", "login", "email", "status", "start", "end")

OPTIONS = (
    click.option("--simulator", type=click.Path(path_type=Path), help="The line `simulate --out` wrote."),
    click.option("--links", help="A CSV of whose an account is: person,login,account_id,kind,note."),
    click.option("--keep", multiple=True, help="A status that keeps; active and on_leave unless told."),
    click.option("--leave", multiple=True, help="A status that means gone; inactive unless told."),
    click.option("--column", multiple=True, metavar="WHAT=NAME", help=f"WHAT is {', '.join(COLUMNS)}."),
    click.option(
        "--source", default=f"${{{SOURCE}}}", show_default=True, help="Database URL, or CSV/Parquet."
    ),
    click.option("--api", default=API, show_default=True, help="The root of the forge's API."),
    click.option("--organization", help="The organization's login."),
)


@dataclass(frozen=True, slots=True)
class Start:
    """What was typed; `simulated` is what a simulator announced, where one was named."""

    organization: str | None
    api: str
    source: str
    columns: Mapping[str, str]
    keep: tuple[str, ...]
    leave: tuple[str, ...]
    links: str | None
    simulated: Mapping[str, str]

    def starter(self, command: str, folder: Path) -> "Starter":
        """What the configuration is made from; a file of people in `folder` is asked what its columns are."""
        from seatkeeper.bootstrap import columns_of_file
        from seatkeeper.config.guess import fitted
        from seatkeeper.config.template import Starter

        named, simulated = self.organization or self.simulated.get("organization"), bool(self.simulated)
        if named is None:
            raise UsageError("Which organization is it?", remedy=f"seatkeeper {command} --organization LOGIN")
        source = self._source
        told = Starter(
            organization=named,
            api=self.simulated.get("url", self.api),
            source=f"${{{SOURCE}}}" if _holds_a_secret(source) else source,
            teams="team_list" if simulated else None,
            office="office" if simulated else None,
            others=("name", "department", "manager_email") if simulated else (),
            join="status = 'active' AND department IN ('eng', 'data')" if simulated else None,
            links=self.links,
        )
        told = replace(told, keep=self.keep or told.keep, leave=self.leave or told.leave)
        return fitted(told, columns_of_file(folder / source), self.columns)

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """These variables, with what was typed or announced in place of them."""
        token = self.simulated.get("read_token")
        told = {"GH_READ": token} if token else {}
        if _holds_a_secret(self._source):
            told[SOURCE] = self._source
        return {**environ, **told}

    @property
    def _source(self) -> str:
        return self.simulated.get("people", self.source)


def starting(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options that tell a `Start`, handed over as one."""

    def called(
        organization: str | None,
        api: str,
        source: str,
        column: tuple[str, ...],
        keep: tuple[str, ...],
        leave: tuple[str, ...],
        links: str | None,
        simulator: Path | None,
        **rest: object,
    ) -> object:
        simulated = _simulated(simulator) if simulator else {}
        columns = dict(_column(text) for text in column)
        return command(Start(organization, api, source, columns, keep, leave, links, simulated), **rest)

    called.__doc__ = command.__doc__
    for option in OPTIONS:
        called = option(called)
    called.__click_params__ += getattr(command, "__click_params__", [])  # type: ignore[attr-defined]  # click keeps a function's options there
    return called


def _holds_a_secret(source: str) -> bool:
    """A URL with a password in it belongs into a variable, not into the file."""
    return "://" in source and "@" in source


def _column(text: str) -> tuple[str, str]:
    what, parted, name = text.partition("=")
    if not parted or what not in COLUMNS:
        raise UsageError(
            f"--column {text} names no column of the record.",
            remedy=f"write WHAT=NAME with one of {', '.join(COLUMNS)}: --column status=employment_status",
        )
    return what, name


def _simulated(path: Path) -> dict[str, str]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return {
            k: str(facts[k])
            for k in ("url", "organization", "read_token", "write_token", "people")
            if k in facts
        }
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"{path} is not what a simulator announced.",
            remedy="Start one first: seatkeeper simulate --people people.db --out simulator.json",
        ) from error
