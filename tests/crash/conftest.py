"""The nursery lives as long as the test process; the approved plan is made once."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from seatkeeper.model.plan import Change
from seatkeeper.workflow.protocol import LEASE
from tests.workflow.approved import Approved, Prepared, approved, prepare

ROOT = Path(__file__).parents[2]


class Point(NamedTuple):
    """Where a process dies: before or after the n-th call of a door about one change."""

    door: str
    when: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when}-{self.door}-{self.nth}"


@dataclass
class Nursery:
    """Where children come from."""

    process: "subprocess.Popen[str]"

    def type(self, story: Approved, words: str, point: Point | None = None, at: Change | None = None) -> int:
        """Type a command in a process of its own that dies at that point; how it ended.

        A dead process holds the organization until its lease has run out.
        """
        order = {
            "words": words.split(),
            "folder": str(story.folder),
            "environ": story.environ,
            "door": point.door if point else "",
            "when": point.when if point else "",
            "nth": point.nth if point else 0,
            "account": at.account if at else "",
            "change": at.digest if at else "",
        }
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        if code == -signal.SIGKILL:
            story.world.advance(LEASE.total_seconds())
        return code

    def kill(self, story: Approved, words: str, point: Point, at: Change) -> None:
        """The same, and it must truly have been killed."""
        assert self.type(story, words, point, at) == -signal.SIGKILL


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """One for all; it ends with its standard input."""
    command = [sys.executable, "-m", "tests.crash.nursery"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Nursery(process)
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Adopted, planned, proposed, approved."""
    return prepare(tmp_path_factory.mktemp("signed"))


@pytest.fixture
def story(signed: Prepared, tmp_path: Path) -> Iterator[Approved]:
    """A copy of it in which a process dies."""
    with approved(signed, tmp_path / "copy") as made:
        yield made
