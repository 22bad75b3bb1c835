"""How long a person waits for `seatkeeper --help`: a process of its own, from its start to its end.

The floor is a Python that does nothing, in the same rounds.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

LIMIT_SECONDS = 0.2
NOTHING = [sys.executable, "-c", "pass"]
HELP = [sys.executable, "-m", "seatkeeper.cli.main", "--help"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    pairs = [(seconds(NOTHING), seconds(HELP)) for _ in range(rounds)]
    floor, value = (statistics.median(column) for column in zip(*pairs, strict=True))
    line = {"name": "seatkeeper --help, median", "value": round(value, 4), "unit": "s wall"}
    print(json.dumps(line | {"limit": LIMIT_SECONDS}))
    print(
        json.dumps({"name": "a Python that does nothing, median", "value": round(floor, 4), "unit": "s wall"})
    )


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
