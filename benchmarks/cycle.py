"""What a day costs our own process at 3,500 seats: observe, decide, plan; the forge in a process of its own.

Prints one JSON object a line: name, value, unit, limit, ok. Imports are made
before the clock starts, as the budget says; waiting is no CPU.
"""

import argparse
import cProfile
import json
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from seatkeeper.bootstrap import open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import compute

LIMIT_SECONDS = 3.0


def main() -> None:
    """Run the cycle once to load every module, then several times, and report the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, default=3500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        forge = start(Path(folder), told.seats)
        try:
            figures = cycle(Path(folder), told.rounds, profile=told.profile)
        finally:
            forge.terminate()
            forge.wait()
    for name, value in figures.items():
        line: dict[str, object] = {"name": name, "value": round(value, 2), "unit": "s CPU"}
        if name == "cycle, 3,500 seats":
            line |= {"limit": LIMIT_SECONDS, "ok": value <= LIMIT_SECONDS}
        print(json.dumps(line))


def start(folder: Path, seats: int) -> "subprocess.Popen[str]":
    """A simulator with its people, and a configuration for it, in `folder`.

    The machine's own clock is used, as with a real forge: asking the
    simulator for the time is a call that no real cycle makes.
    """
    command = [sys.executable, "-m", "seatkeeper.cli.main"]
    simulate = ["simulate", "--seats", str(seats), "--people", str(folder / "people.db"), "--out"]
    forge = subprocess.Popen(
        [*command, *simulate, str(folder / "sim.json")], stdout=subprocess.PIPE, text=True
    )
    told = json.loads(forge.stdout.readline() if forge.stdout else "{}")
    os.environ |= {"GH_READ": told["read_token"], "GH_WRITE": told["write_token"]}
    init = ["init", "-c", str(folder / "seatkeeper.yaml"), "--simulator", str(folder / "sim.json")]
    subprocess.run([*command, *init], check=True, stdout=subprocess.DEVNULL)
    written = (folder / "seatkeeper.yaml").read_text()
    (folder / "seatkeeper.yaml").write_text(written.replace("clock: simulator", "clock: system   "))
    return forge


def cycle(folder: Path, rounds: int, *, profile: bool) -> dict[str, float]:
    """CPU seconds of a cycle and of its parts, as medians."""
    profiler = cProfile.Profile()
    with open_office(folder / "seatkeeper.yaml", os.environ, Silent()) as office:
        once(office.desk)
        if profile:
            profiler.enable()
        measured = [once(office.desk) for _ in range(rounds)]
        if profile:
            profiler.disable()
            pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(30)
    observed, planned = zip(*measured, strict=True)
    return {
        "observe": statistics.median(observed),
        "decide and plan": statistics.median(planned),
        "cycle, 3,500 seats": statistics.median(map(sum, measured)),
    }


def once(desk: Desk) -> tuple[float, float]:
    """CPU seconds of observing, and of deciding and planning."""
    began = time.process_time()
    seen = observe(desk)
    observed = time.process_time()
    compute(desk, seen).decisions.close()
    return observed - began, time.process_time() - observed


if __name__ == "__main__":
    main()
