"""One approved-to-be plan and everything around it, copied for each case, and the real command line."""

import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest

from seatkeeper.cli.main import main
from seatkeeper.cli.plans import write_plan
from seatkeeper.demo.company import Company
from seatkeeper.demo.stage import CAST
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.workflow.approve import propose
from tests.workflow.place import workplace

ANA, BEN, CHLOE = CAST
PASSWORD = "correct-horse-battery"
"""Stands for every password that a case puts somewhere."""
SETTINGS = ("GH_READ", "GH_WRITE", "SEATKEEPER_APPLY", "SEATKEEPER_TRACE")


class Said(NamedTuple):
    """What a command printed, and its exit code, exactly as a shell would see them."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        facts: dict[str, Any] = json.loads(self.out)
        return facts


class Prepared(NamedTuple):
    """A folder after an ordinary morning: adopted, today's plan made and proposed by Ana, not approved."""

    folder: Path
    company: Company
    now: datetime
    url: str


def prepare(folder: Path) -> Prepared:
    """Build the folder once; every case works on a copy of it."""
    with workplace(folder) as place:
        place.adopt()
        computed = place.plan()
        propose(place.office.desk, computed.plan, computed.digest, place.stage.key(ANA))
        write_plan(folder / "plan.json", computed.file)
        return Prepared(folder, place.company, place.forge.world.now(), place.forge.url)


@dataclass
class Bench:
    """A copy of the prepared folder beside a forge of its own; a case breaks one thing here."""

    folder: Path
    company: Company
    forge: Simulator
    environ: dict[str, str]
    unset: set[str] = field(default_factory=set)

    @property
    def world(self) -> World:
        """The forge's world."""
        return self.forge.world

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "seatkeeper.yaml"

    @property
    def plan(self) -> Path:
        """The plan of this morning."""
        return self.folder / "plan.json"

    @property
    def journal(self) -> Path:
        """The store."""
        return self.folder / "seatkeeper.db"

    @property
    def secrets(self) -> list[str]:
        """What no output may ever show."""
        keys = [(self.folder / p.partition("@")[0]).read_text(encoding="utf-8") for p in CAST]
        return [self.forge.read_token, self.forge.write_token, *self.environ.values(), *keys, PASSWORD]

    def key(self, person: str) -> str:
        """The private key of one of the cast."""
        return str(self.folder / person.partition("@")[0])

    def configure(self, old: str, new: str) -> None:
        """Replace a part of the configuration that must be there."""
        text = self.config.read_text(encoding="utf-8")
        assert old in text, f"the configuration does not say {old!r}"
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    def people(self, *statements: str) -> None:
        """Change the people database."""
        _run(self.folder / "people.db", statements)

    def journaled(self, *statements: str) -> None:
        """Change the journal's file behind everybody's back."""
        _run(self.journal, statements)

    def run(self, command: str, *more: str, as_json: bool = True) -> Said:
        """Type ``seatkeeper COMMAND`` in the folder; ``{key of a person}`` stands for a path."""
        words = [word.format(ana=self.key(ANA), ben=self.key(BEN), chloe=self.key(CHLOE)) for word in more]
        given = [*command.split(), *words, *(["--json"] if as_json else [])]
        return typed(given, self.folder, self.environment())

    def environment(self) -> dict[str, str]:
        """The variables a command is run with."""
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        told = {name: value for name, value in self.environ.items() if name not in self.unset}
        return kept | told

    def approve(self) -> None:
        """Ben approves this morning's plan."""
        assert self.run(f"approve plan.json --key {self.key(BEN)}").code == 0


def _run(file: Path, statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def typed(words: list[str], folder: Path, environ: Mapping[str, str]) -> Said:
    """Run the console script's own function, as if it had been typed in that folder."""
    out, err = io.StringIO(), io.StringIO()
    here = Path.cwd()
    os.chdir(folder)
    try:
        with (
            patch.dict(os.environ, environ, clear=True),
            patch.object(sys, "argv", ["seatkeeper", *words]),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as left,
        ):
            main()
    finally:
        os.chdir(here)
    code = left.value.code
    return Said(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


@contextmanager
def bench(prepared: Prepared, folder: Path) -> Iterator[Bench]:
    """A copy of the prepared folder, and the same company on a forge of its own at the same moment."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    world = prepared.company.world()
    world.advance((prepared.now - world.now()).total_seconds() + 60)
    with Simulator(world) as forge:
        made = Bench(
            folder, prepared.company, forge, {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
        )
        made.configure(prepared.url, forge.url)
        yield made
