"""A company whose configuration lies in git, observed once: what reviews of a change begin with."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatkeeper.demo.company import Company
from seatkeeper.workflow.observe import observe
from tests.faults.bench import Said, typed
from tests.workflow.place import workplace

IDENTITY = ("-c", "user.name=Ana", "-c", "user.email=ana@acme.example", "-c", "commit.gpgsign=false")

Edits = tuple[tuple[str, str], ...]


def git(folder: Path, *words: str) -> str:
    """What git says in that folder."""
    done = subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, *names: str) -> None:
    """Commit these files, in a repository of their own whose branch is main."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", *names)
    git(folder, "commit", "-q", "-m", "what is in force")


@dataclass
class Review:
    """The checkout, and what a command line in it may know: nothing that reads people or forge."""

    folder: Path
    company: Company
    environ: Mapping[str, str]

    @property
    def config(self) -> Path:
        """The configuration under review."""
        return self.folder / "seatkeeper.yaml"

    @contextmanager
    def changed(self, *edits: tuple[str, str]) -> Iterator[None]:
        """While open, the configuration has these parts replaced; each must be there."""
        was = self.config.read_text(encoding="utf-8")
        text = was
        for old, new in edits:
            assert old in text, f"the configuration does not say {old!r}"
            text = text.replace(old, new)
        self.config.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            self.config.write_text(was, encoding="utf-8")

    def run(self, command: str, *, environ: Mapping[str, str] | None = None) -> Said:
        """Type ``seatkeeper COMMAND`` in the checkout."""
        return typed(command.split(), self.folder, self.environ if environ is None else environ)

    def impact(self, *edits: tuple[str, str], against: str = "main") -> Said:
        """What these edits would do."""
        with self.changed(*edits):
            return self.run(f"impact --against {against} --json")

    def logins(self, **wanted: Any) -> set[str]:
        """The logins of the people whose record says all of this today."""
        return {
            person.github_login.casefold()
            for person in self.company.people
            if person.github_login and all(getattr(person, name) == value for name, value in wanted.items())
        }


@contextmanager
def reviewed(folder: Path, *edits: tuple[str, str]) -> Iterator[Review]:
    """The company observed once, its configuration with these edits committed; the forge still answers."""
    with workplace(folder, edits=edits) as place:
        observe(place.office.desk)
        commit(folder, "seatkeeper.yaml", "approvers.allowed_signers")
        yield Review(folder, place.company, {"PATH": _path()})


def _path() -> str:
    return str(Path(shutil.which("git") or "git").parent)
