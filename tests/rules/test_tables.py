"""The tables a deciding works on: files or rows, locked, and bounded in time."""

import dataclasses
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seatkeeper.errors import ConfigurationError, DecidingTooBig, DecidingTooSlow
from seatkeeper.model.policy import Leave
from seatkeeper.rules.decide import decide
from seatkeeper.rules.predicate import MOST_NODES
from seatkeeper.rules.tables import Tables, account_table
from tests.rules.cases import ENDED, a_case, account, person, verdicts


def test_parquet_files_are_decided_like_rows(tmp_path: Path) -> None:
    """Millions come as files; what is decided does not depend on it."""
    rows = [
        person(1),
        person(2, status="inactive"),
        person(3, status=None),
        person(4),
        person(9, username="USER2"),
    ]
    given = [account("user1"), account("User2"), account("user3"), account("nobody")]
    case = a_case(rows, given, leave=ENDED)
    assert isinstance(case.people, pa.Table)
    pq.write_table(case.people, tmp_path / "people.parquet")
    pq.write_table(account_table(given, {}), tmp_path / "accounts.parquet")
    filed = dataclasses.replace(
        case, people=tmp_path / "people.parquet", accounts=tmp_path / "accounts.parquet"
    )
    assert verdicts(filed) == verdicts(case)
    assert verdicts(filed)["user4"] == "join joins"


def test_once_locked_nothing_outside_can_be_reached(tmp_path: Path) -> None:
    """No file, no setting: the gate is the first wall, this is the second."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    tables = Tables(seconds=10, memory=500)
    tables.lock()
    for sql in (
        f"FROM read_csv('{tmp_path / 'secret.csv'}')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        "SET memory_limit = '90GB'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(Exception, match=r"(?i)permission|cannot change|disabled|locked"):
            tables.ask(sql)
    tables.close()


def test_a_question_that_takes_too_long_is_stopped_by_name() -> None:
    """Time is bounded, and it is said what to do."""
    tables = Tables(seconds=0.2, memory=500)
    with pytest.raises(DecidingTooSlow, match="too long") as stopped:
        tables.ask(
            "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3"
        )
    assert stopped.value.arithmetic == "more than 0.2 s for all that one deciding asks"
    assert stopped.value.remedy.endswith("then: seatkeeper check")
    tables.close()


def test_many_short_questions_have_no_more_time_than_one_long_one() -> None:
    """What bounds each question alone bounds nothing: a rule can be asked about piece by piece."""
    tables = Tables(seconds=0.5, memory=500)
    short = "SELECT count(*) FROM range(3000000) a WHERE a.range % 7 = 3"
    tables.ask(short)
    with pytest.raises(DecidingTooSlow):
        [tables.ask(short) for _ in range(1_000)]
    with pytest.raises(DecidingTooSlow):
        tables.any("nothing")
    tables.close()


def test_a_deciding_is_stopped_as_a_whole() -> None:
    """The time is the case's, from the first table that is loaded."""
    with pytest.raises(DecidingTooSlow, match="too long"):
        decide(dataclasses.replace(a_case([person(1)], ["user1"]), seconds=0.0))


def test_what_needs_too_much_memory_is_stopped_with_the_arithmetic() -> None:
    """The machine stays usable, and it is said how much was allowed and what to do."""
    tables = Tables(seconds=60, memory=20)
    with pytest.raises(DecidingTooBig, match="more memory") as stopped:
        tables.ask("SELECT list(range::VARCHAR || repeat('x', 200)) FROM range(2000000)")
    assert stopped.value.arithmetic.startswith("more than 20 MB")
    assert stopped.value.remedy.endswith("then: seatkeeper check")
    tables.close()


def test_the_dearest_rule_that_is_admitted_is_cheap() -> None:
    """Of at most 200 parts, each over one record: however it is written, 50,000 people take seconds."""
    part = "lower(trim(upper(trim(lower(username))))) NOT LIKE '%a%_%b%_%c%' AND "
    rule = part * (MOST_NODES // 12) + "status = 'inactive'"
    people = [person(n, username="abc_" * 30 + str(n)) for n in range(1_000)]
    case = a_case(people * 50, ["user1"], leave=Leave(rule))
    began = time.process_time()
    decide(case).close()
    assert time.process_time() - began < 20


def test_a_column_that_is_declared_and_not_there_is_named() -> None:
    """A renamed column decides nothing."""
    case = a_case([person(1)], ["user1"])
    assert isinstance(case.people, pa.Table)
    renamed = case.people.drop_columns(["status"])
    with pytest.raises(ConfigurationError, match="no column 'status'"):
        decide(dataclasses.replace(case, people=renamed))


def test_an_unknown_default_zone_is_named() -> None:
    """Nobody's day is guessed."""
    with pytest.raises(ConfigurationError, match="no time zone is called 'Mars'"):
        decide(a_case([], [], zone="Mars"))
