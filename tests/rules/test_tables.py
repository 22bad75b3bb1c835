"""The tables a deciding works on: files or rows, locked, and bounded in time."""

import dataclasses
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seatkeeper.errors import ConfigurationError, DecidingTooSlow
from seatkeeper.rules.decide import decide
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
    assert stopped.value.arithmetic == "more than 0.2 s for one question"
    tables.close()


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
