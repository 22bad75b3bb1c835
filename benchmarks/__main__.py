"""Runs the benchmarks one after the other and sets each figure beside its limit, in one table.

A benchmark prints JSON objects. One with ``name`` and ``value`` is a figure
and may bring ``unit``, ``limit`` (no more than) or ``floor`` (what cannot be
beaten) and ``ok``; any other object is a set of figures by name, whose limits
stand in `LIMITS`. The whole takes about eight minutes and needs 6 GB, for
pandas beside ten million people; with ``--quick`` a million are decided, which
says nothing of that budget.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent

LIMITS = {
    "spans.daily_cpu": 60.0,
    "spans.peak_mb": 2_000.0,
}
"""No more than this, in the unit that the figure's name ends with."""

QUICK = {"decide": ["--rows", "1000000", "--pairs", "3"]}
"""What a benchmark is told where its budget is too much for every day."""

HEADING = f"{'what':54} {'value':>14} {'unit':10} {'':5} {'of':>14} {'ratio':>8}"


class Figure(NamedTuple):
    """One measured number; `ok` is None when nothing says what it should be."""

    name: str
    value: float
    unit: str
    against: float | None
    what: str
    ok: bool | None

    def line(self) -> str:
        """The figure for a terminal, with its ratio."""
        told = f"{self.name:54} {self.value:14,.3f} {self.unit:10}"
        verdict = {True: "ok", False: "MISSED", None: ""}[self.ok]
        if self.against is None:
            return f"{told} {verdict}".rstrip()
        ratio = self.value / self.against if self.against else float("inf")
        return f"{told} {self.what:5} {self.against:14,.3f} {ratio:8.3f}  {verdict}".rstrip()


def main() -> int:
    """Run those asked for, or all; 1 when a limit was missed or a benchmark failed."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="benchmarks to run; none: all of them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="deciding at a million people only")
    asked = parser.parse_args()
    known = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    if unknown := set(asked.names) - set(known):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    measured: list[Figure] = []
    broken = False
    for name in asked.names or known:
        told, code = run(name, QUICK.get(name, []) if asked.quick else [])
        measured += told
        broken |= code != 0
        if code != 0:
            print(f"{name}: failed with {code}", file=sys.stderr)
    if asked.json:
        print("\n".join(json.dumps(figure._asdict()) for figure in measured))
    else:
        print("\n".join([HEADING, *(figure.line() for figure in measured)]))
    return int(broken or any(figure.ok is False for figure in measured))


def run(name: str, options: list[str]) -> tuple[list[Figure], int]:
    """One benchmark in a process of its own: its figures, and the code it ended with."""
    began = time.monotonic()
    print(f"{name} ...", end="", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *options],
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(f" {time.monotonic() - began:.0f} s", file=sys.stderr)
    return list(figures(name, done.stdout)), done.returncode


def figures(benchmark: str, text: str) -> Iterator[Figure]:
    """The figures in what a benchmark printed; what is not JSON is passed over."""
    for told in _objects(text):
        if "name" in told and "value" in told:
            yield _figure(str(told["name"]), told)
        else:
            for name, value in _flat(benchmark, told):
                yield _figure(name, {"value": value, "unit": "", "limit": LIMITS.get(name)})


def _figure(name: str, told: dict[str, object]) -> Figure:
    what = "limit" if told.get("limit") is not None else "floor"
    bound = told.get(what)
    against = float(str(bound)) if bound is not None else None
    value, ok = float(str(told["value"])), told.get("ok")
    if ok is None and against is not None and what == "limit":
        ok = value <= against
    return Figure(name, value, str(told.get("unit", "")), against, what, ok if isinstance(ok, bool) else None)


def _flat(path: str, value: object) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}", inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)


def _objects(text: str) -> Iterator[dict[str, object]]:
    decoder, at = json.JSONDecoder(), text.find("{")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1
        else:
            yield found
        at = text.find("{", end)


if __name__ == "__main__":
    sys.exit(main())
