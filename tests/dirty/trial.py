"""Tries kinds of corruption on invented people, and says what came of it that may not.

A case is one kind and one seed: eight people who belong together, or a whole file. Many
cases of one kind lie in one record, for what is wrong with some says nothing of the others.
"""

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pyarrow as pa

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import SeatkeeperError
from seatkeeper.model.people import Column
from seatkeeper.model.policy import Policy
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import decide
from seatkeeper.rules.health import health
from seatkeeper.sources.file import FileSource
from seatkeeper.sources.sql import SqlSource
from seatkeeper.stand_ins import StandsStill
from tests.dirty.kinds import FILES, RECORDS, Row
from tests.rules.cases import ENDED, POLICY, account

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("id", "username", "email", "status", "start_date", "end_date", "office", "department", "name")
TYPED = {
    "start_date": Column("start_date", "date", "none", "start"),
    "end_date": Column("end_date", "date", "none", "end"),
    "office": Column("office", "text", "none", "zone"),
}
COLUMNS = tuple(TYPED.get(name, Column(name)) for name in NAMES)
RULES: Policy = replace(POLICY, leave=ENDED, join="status = 'active' AND department = 'engineering'")
SIZE = 8


@dataclass
class Tried:
    """What came of a kind: how many cases, how they ended, and whatever may not be."""

    cases: int
    refused: int
    held: int
    wrong: list[str]


def group(seed: int) -> list[Row]:
    """Eight people: five work here, one of them on leave; two have left; one has no account yet."""
    told: list[tuple[str, str | None]] = [("active", None)] * 4
    told += [("on_leave", None), ("inactive", "2026-09-30"), ("active", "2026-10-31"), ("active", None)]
    return [
        {
            "id": f"E{seed}-{n}",
            "username": f"oto{seed}-{n}",
            "email": f"oto{seed}-{n}@acme.example",
            "status": status,
            "start_date": "2020-01-01",
            "end_date": end,
            "office": "Europe/Madrid",
            "department": "engineering",
            "name": f"Oto {n}",
        }
        for n, (status, end) in enumerate(told)
    ]


def seated(seeds: Iterable[int]) -> Iterator[tuple[str, str, bool]]:
    """Login, key and whether they truly left, of everybody who has an account."""
    for seed in seeds:
        for n in range(SIZE - 1):
            yield f"oto{seed}-{n}", f"E{seed}-{n}", n in {5, 6}


def as_text(rows: Sequence[Row]) -> str:
    """The rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_file(folder: Path, text: str | bytes) -> tuple[str | None, pa.Table]:
    """What the file source makes of it: what is wrong with it, and the people."""
    path = folder / "people.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    extract, table = FileSource(
        name="hr", path=path, key="id", columns=COLUMNS, clock=StandsStill(NOON)
    ).read()
    return None if extract.whole else extract.problem or "not whole", table


def read_table(folder: Path, rows: Sequence[Row]) -> tuple[str | None, pa.Table]:
    """What the database source makes of the same rows."""
    path = folder / "people.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE people ({', '.join(NAMES)})")
        marks = ", ".join("?" * len(NAMES))
        database.executemany(f"INSERT INTO people VALUES ({marks})", [tuple(row.values()) for row in rows])
    source = SqlSource(
        name="hr",
        url=Secret(f"sqlite:///{path}"),
        query="SELECT * FROM people",
        key="id",
        columns=COLUMNS,
        clock=StandsStill(NOON),
    )
    extract, table = source.read()
    return None if extract.whole else extract.problem or "not whole", table


def of_records(folder: Path, kind: str, seeds: range, *, database: bool) -> Tried:
    """One kind on many groups at once, each corrupted by its own chance."""
    clean, dirty = [], []
    for seed in seeds:
        clean += group(seed)
        rows = group(seed)
        RECORDS[kind](rows, Random(f"{kind} {seed}"))
        dirty += rows
    _, before = read_file(folder, as_text(clean))
    try:
        problem, people = read_table(folder, dirty) if database else read_file(folder, as_text(dirty))
    except SeatkeeperError as error:
        return _refused(error, len(seeds))
    return judged(seeds, before, people, problem)


def of_file(folder: Path, kind: str, seed: int) -> Tried:
    """One kind on one whole file of five groups."""
    seeds = range(seed * 5, seed * 5 + 5)
    text = as_text([row for one in seeds for row in group(one)])
    _, before = read_file(folder, text)
    try:
        problem, people = read_file(folder, FILES[kind](text, Random(f"{kind} {seed}")))
    except SeatkeeperError as error:
        return _refused(error, 1)
    return replace(judged(seeds, before, people, problem), cases=1)


def _refused(error: SeatkeeperError, cases: int) -> Tried:
    nameless = [] if error.what and error.remedy else [f"{error.name} names nothing: {error.what!r}"]
    return Tried(cases, cases, 0, nameless)


def judged(seeds: Iterable[int], before: pa.Table, people: pa.Table, problem: str | None) -> Tried:
    """Decide on what was read, after a clean reading of yesterday; nobody who works here may be lost."""
    seats = list(seated(seeds))
    usual = [before.num_rows] * 3
    case = Case(
        people=people,
        columns=COLUMNS,
        key="id",
        policy=RULES,
        accounts=[account(login) for login, _, _ in seats],
        as_of=NOON,
        earlier=(before,),
        problem=problem or health(people.num_rows, usual).problem,
    )
    decisions = decide(case)
    told = {d.login: d for d in decisions.of("leave", "keep", "hold", "move") if d.account}
    decisions.close()
    wrong, held = [], 0
    for login, key, left in seats:
        decision = told[login]
        held += decision.verb == "hold"
        if decision.verb == "leave" and not left:
            wrong.append(f"{login} works here and would be taken: {decision.because}")
        linked = (decision.person or "").split("-old")[0].removeprefix("N-")
        if decision.verb in {"leave", "move"} and linked.casefold() != key.casefold():
            wrong.append(f"{login} is {key}'s and was taken for {decision.person}'s")
    return Tried(len(list(seeds)), 0, held, wrong)
