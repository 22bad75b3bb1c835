"""Deciding against pandas' merge and mask: the same Parquet files, each in a process of its own, in pairs.

Prints, for each pair on standard error, wall time and peak memory of both; then
their medians and the ratios the budget names (at most 1/3 of the time, 1/2 of
the memory, at ten million people), one JSON object a line. With fewer people
the ratios are printed and not judged.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WALL, MEMORY = 1 / 3, 1 / 2
BUDGET_ROWS = 10_000_000


def make(folder: Path, rows: int) -> None:
    """People and accounts in random order: mixed case, 3 % without an account, a few rehired."""
    import duckdb  # noqa: PLC0415  # each side pays for its own imports only

    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        login = "'user-' || (hash(i) % 1000000000000)::VARCHAR || i::VARCHAR"
        connection.execute(
            f"COPY (SELECT 'E' || lpad(i::VARCHAR, 9, '0') AS id, {login} AS github_login, "
            "CASE WHEN hash(i * 3) % 1000 < 20 THEN NULL WHEN hash(i * 3) % 1000 < 25 THEN 'inactive' "
            "ELSE 'active' END AS status, CASE WHEN hash(i * 7) % 200 = 0 THEN DATE '2026-01-01' "
            "+ (hash(i) % 700)::INTEGER END AS end_date, (['eng', 'data', 'ops'])[1 + i % 3] AS department "
            f"FROM (SELECT range AS i FROM range({rows}) "
            f"UNION ALL SELECT range * 997 FROM range({rows // 1000})) "
            f"ORDER BY hash(i * 5)) TO '{folder / 'people.parquet'}'"
        )
        connection.execute(
            "COPY (SELECT (1000 + i)::VARCHAR AS id, upper(login[1]) || login[2:] AS login "
            f"FROM (SELECT range AS i, {login.replace('i::', 'range::').replace('(i)', '(range)')} AS login "
            f"FROM range({rows})) WHERE hash(i * 11) % 100 < 97 ORDER BY hash(i)) "
            f"TO '{folder / 'accounts.parquet'}'"
        )


def with_pandas(folder: Path) -> dict[str, int]:
    """The old script, read kindly: merge on the login in lower case, mask whoever is not active."""
    import pandas as pd  # noqa: PLC0415  # each side pays for its own imports only

    people = pd.read_parquet(folder / "people.parquet", columns=["github_login", "status", "end_date"])
    accounts = pd.read_parquet(folder / "accounts.parquet")
    people["key"] = people["github_login"].str.lower()
    accounts["key"] = accounts["login"].str.lower()
    merged = accounts.merge(people, on="key", how="left")
    return {"selected": len(merged[merged["status"] != "active"])}


def with_seatkeeper(folder: Path) -> dict[str, int]:
    """The whole of `decide`, down to the count of each verb."""
    from datetime import UTC, datetime  # noqa: PLC0415  # each side pays for its own imports only

    from seatkeeper.model.ids import Digest  # noqa: PLC0415  # each side pays for its own imports only
    from seatkeeper.model.people import Column  # noqa: PLC0415  # each side pays for its own imports only
    from seatkeeper.model.policy import Leave, LinkBy, Policy, StatusTable  # noqa: PLC0415  # as above
    from seatkeeper.rules.decide import Case, decide  # noqa: PLC0415  # each side pays for its own imports only

    policy = Policy(
        digest=Digest("0" * 64),
        status=StatusTable("status", {"active": "keep", "inactive": "leave"}),
        leave=Leave("end_date < as_of", over=frozenset({"active"})),
        join="status = 'active' AND department IN ('eng', 'data')",
        absent_after=None,
        access=(),
        manages=frozenset(),
        pins=(),
        links=(LinkBy("github_login", "confirmed", "login"),),
    )
    columns = (
        *(Column("id"), Column("github_login"), Column("status"), Column("department")),
        Column("end_date", "date", "none", "end"),
    )
    people, accounts = folder / "people.parquet", folder / "accounts.parquet"
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    decisions = decide(
        Case(people=people, columns=columns, key="id", policy=policy, accounts=accounts, as_of=at)
    )
    return {str(verb): number for verb, number in decisions.counts().items()}


def measured(how: str, folder: Path) -> dict[str, object]:
    """One side in a process of its own: seconds and peak megabytes, imports included."""
    command = [sys.executable, "-m", "benchmarks.decide", "--side", how, "--folder", str(folder)]
    told: dict[str, object] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return told


def side(how: str, folder: Path) -> None:
    began = time.perf_counter()
    result = with_pandas(folder) if how == "pandas" else with_seatkeeper(folder)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, "result": result}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=BUDGET_ROWS)
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--side", choices=["make", "pandas", "seatkeeper"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.side == "make":
        make(told.folder, told.rows)
    elif told.side:
        side(told.side, told.folder)
    else:
        compare(told.rows, told.pairs)


def compare(rows: int, pairs: int) -> None:
    """All pairs over the same files, which are made in a process of their own.

    A process that starts another passes its own peak of memory on, so this one stays small.
    """
    with tempfile.TemporaryDirectory() as folder:
        making = [sys.executable, "-m", "benchmarks.decide", "--side", "make"]
        subprocess.run([*making, "--rows", str(rows), "--folder", folder], check=True)
        found = [pair(Path(folder)) for _ in range(pairs)]
    ours_s, ours_mb, theirs_s, theirs_mb = (statistics.median(column) for column in zip(*found, strict=True))
    wall = statistics.median(ours / theirs for ours, _, theirs, _ in found)
    memory = statistics.median(ours / theirs for _, ours, _, theirs in found)
    what = f"decide, {rows:,} people"
    kind = "limit" if rows >= BUDGET_ROWS else "floor"
    for line in (
        {"name": f"{what}: against pandas' time", "value": wall, "unit": "of theirs", kind: WALL},
        {"name": f"{what}: against pandas' memory", "value": memory, "unit": "of theirs", kind: MEMORY},
        {"name": f"{what}: wall", "value": ours_s, "unit": "s wall", "floor": theirs_s},
        {"name": f"{what}: peak memory", "value": ours_mb, "unit": "MB", "floor": theirs_mb},
    ):
        print(json.dumps(line))


def pair(folder: Path) -> tuple[float, float, float, float]:
    """Both sides, one after the other: our seconds and megabytes, then theirs."""
    figures: list[float] = []
    for how in ("seatkeeper", "pandas"):
        told = measured(how, folder)
        seconds, megabytes = float(str(told["seconds"])), float(str(told["megabytes"]))
        print(f"  {how:<10} {seconds:7.2f} s {megabytes:7.0f} MB  {told['result']}", file=sys.stderr)
        figures += [seconds, megabytes]
    ours_s, ours_mb, theirs_s, theirs_mb = figures
    return ours_s, ours_mb, theirs_s, theirs_mb


if __name__ == "__main__":
    main()
