"""`script/nightly`: the suites in turn until the time is up; figures and next seeds are kept in between."""

import argparse
import importlib
import json
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypedDict

from tests.nightly import SUITES, Suite

ROOT = Path(__file__).parents[2]
BOOK = ROOT / ".nightly" / "figures.json"
TURN_SECONDS = 20.0
NOTHING_COLLECTED = 5


class Page(TypedDict):
    """What is kept of one suite over all runs."""

    next_seed: int
    figures: dict[str, int]
    failed_seeds: list[int]


class Book:
    """The figures of all runs, written after every turn, so that a stopped run loses no more than one."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.pages: dict[str, Page] = json.loads(file.read_text()) if file.exists() else {}

    def page(self, suite: str) -> Page:
        """The page of a suite; a new one starts at seed 1."""
        return self.pages.setdefault(suite, {"next_seed": 1, "figures": {}, "failed_seeds": []})

    def save(self) -> None:
        """Write it all, at once or not at all."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.pages, indent=1, sort_keys=True) + "\n")
        new.replace(self.file)


def turn(
    name: str, suite: Suite, book: Book, deadline: float, now: Callable[[], float] = time.monotonic
) -> int:
    """Run seeds of one suite until the deadline, at least one; how many of them failed."""
    page, failed = book.page(name), 0
    while True:
        seed = page["next_seed"]
        try:
            counted = suite(seed, deadline)
        except Exception:  # noqa: BLE001  # a failed seed is written down, and the night goes on
            traceback.print_exc()
            sys.stderr.write(f"{name}: seed {seed} failed\n")
            page["failed_seeds"].append(seed)
            counted, failed = {"failures": 1}, failed + 1
        for figure, count in {"seeds": 1, **counted}.items():
            page["figures"][figure] = page["figures"].get(figure, 0) + count
        page["next_seed"] = seed + 1
        if now() >= deadline:
            book.save()
            return failed


def night(suites: Mapping[str, Suite], book: Book, minutes: float) -> int:
    """Give the suites turns until the minutes are over; how many seeds failed."""
    end, failed = time.monotonic() + minutes * 60, 0
    while True:
        for name, suite in suites.items():
            failed += turn(name, suite, book, min(end, time.monotonic() + TURN_SECONDS))
        if time.monotonic() >= end:
            return failed


def _suite(where: str) -> Suite:
    module, _, function = where.partition(":")
    found: Suite = getattr(importlib.import_module(module), function)
    return found


def _marked() -> bool:
    """Run the tests that are marked nightly, once; True when they passed or there are none."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "nightly"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode in {0, NOTHING_COLLECTED}


def main() -> int:
    """Parse the arguments, run, and print the figures of all runs so far."""
    parser = argparse.ArgumentParser(prog="script/nightly", description=__doc__)
    parser.add_argument("--minutes", type=float, required=True, help="how long")
    parser.add_argument(
        "--only", action="append", choices=sorted(SUITES), help="only this suite; may be repeated"
    )
    asked = parser.parse_args()
    book = Book(BOOK)
    start = time.monotonic()
    passed = _marked() if not asked.only else True
    left = asked.minutes - (time.monotonic() - start) / 60
    failed = night({name: _suite(SUITES[name]) for name in asked.only or SUITES}, book, max(left, 0.0))
    sys.stdout.write(json.dumps(book.pages, indent=1, sort_keys=True) + "\n")
    return int(not passed or failed > 0)


if __name__ == "__main__":
    sys.exit(main())
