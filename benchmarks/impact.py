"""What a review costs at 100,000 people and a million grants: one day's observation under two policies.

The set-up is that of `benchmarks.scale`, in a process of its own. The change
lets a part of one department go: some hundred people. Prints one JSON object.
"""

import argparse
import dataclasses
import gc
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scale import COLUMNS, POLICY, TODAY, StandsStill, source
from seatkeeper.bootstrap import COLLECT_SELDOM
from seatkeeper.cli.progress import Silent
from seatkeeper.config.terms import Terms
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.journal.store import open_store
from seatkeeper.model.ids import ForgeName, OrganizationId
from seatkeeper.model.limits import DEFAULT_LIMITS
from seatkeeper.model.policy import Leave, Policy
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import ForgeReader, Signatures
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.impact import impact

SECONDS = 5.0
CHANGED = "end_date < as_of OR (department = 'd3' AND github_login LIKE 'Login1%3')"


def terms(name: str, policy: Policy) -> Terms:
    return Terms(name, policy, (), "UTC", "id", COLUMNS, DEFAULT_LIMITS, "", frozenset())


def _nobody_calls() -> ForgeReader:
    raise NotImplementedError("impact calls no forge")


def _nobody_signs() -> Signatures:
    raise NotImplementedError("nothing is signed here")


def measure(folder: Path) -> None:
    import duckdb  # noqa: F401, PLC0415  # imports are no part of the budget
    import pyarrow.dataset  # noqa: PLC0415
    import pyarrow.parquet  # noqa: F401, PLC0415
    import sqlglot.dialects.duckdb  # noqa: F401, PLC0415

    gc.set_threshold(*COLLECT_SELDOM)
    desk = Desk(
        forge=ForgeName("acme"),
        build_reader=_nobody_calls,
        build_source=lambda: source(folder, TODAY),
        build_signatures=_nobody_signs,
        store=open_store(f"sqlite:///{folder / 'store.db'}"),
        clock=StandsStill(TODAY),
        progress=Silent(),
        policy=POLICY,
        limits=DEFAULT_LIMITS,
        lines=(),
        zone="UTC",
        source_called="people",
    )
    changed = dataclasses.replace(POLICY, leave=Leave(CHANGED, over=frozenset({"active"})))
    sides = terms("old", POLICY), terms("new", changed)
    began = time.process_time()
    told = impact(desk, Organization(OrganizationId("1"), "acme"), GITHUB, sides)
    spent = time.process_time() - began
    if not told.losing:
        raise SystemExit("nobody would lose anything: not the change that was to be measured")
    print(f"{len(told.losing)} of {told.seats} would lose access", file=sys.stderr)
    name = "impact at 100,000 people, 1,000,000 grants"
    line = {"name": name, "value": round(spent, 2), "unit": "s CPU", "limit": SECONDS}
    print(json.dumps(line | {"ok": spent <= SECONDS}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the set-up here, and use it again")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.measure:
        measure(told.measure)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = told.folder or Path(scratch)
        if not (folder / "store.db").exists():
            command = [sys.executable, "-m", "benchmarks.scale", "--prepare", str(folder)]
            subprocess.run(command, check=True)
        subprocess.run([sys.executable, "-m", "benchmarks.impact", "--measure", str(folder)], check=True)


if __name__ == "__main__":
    main()
