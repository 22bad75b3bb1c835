"""However dirty the record is, nobody who works here is lost, and no account is taken for another's."""

from pathlib import Path

import pytest

from tests.dirty.kinds import FILES, RECORDS
from tests.dirty.trial import as_text, group, judged, of_file, of_records, read_file, seated

pytestmark = pytest.mark.slow

SEEDS = range(25)


def test_there_are_at_least_forty_kinds() -> None:
    """Each with a name of its own."""
    assert len(RECORDS | FILES) == len(RECORDS) + len(FILES) >= 40


def test_a_clean_record_takes_exactly_who_has_left(tmp_path: Path) -> None:
    """What is judged here would be noticed: the same people undisturbed hold nobody and lose two of eight."""
    _, people = read_file(tmp_path, as_text(group(1)))
    assert judged([1], people, people, None).held == 0
    assert [login for login, _, left in seated([1]) if left] == ["oto1-5", "oto1-6"]


def test_who_works_here_and_is_said_to_have_left_twice_is_noticed(tmp_path: Path) -> None:
    """The judge is no rubber stamp: where the record says it in both readings, it says who would be lost."""
    rows = group(1)
    rows[0]["status"] = "inactive"
    _, people = read_file(tmp_path, as_text(rows))
    assert len(judged([1], people, people, None).wrong) == 1


@pytest.mark.parametrize("source", ["a file", "a database"])
@pytest.mark.parametrize("kind", RECORDS)
def test_dirty_records_cost_nobody_anything(tmp_path: Path, kind: str, source: str) -> None:
    """Of 25 groups of eight, each corrupted by its own chance."""
    tried = of_records(tmp_path, kind, SEEDS, database=source == "a database")
    assert tried.cases == len(SEEDS)
    assert tried.wrong == []


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_costs_nobody_anything(tmp_path: Path, kind: str) -> None:
    """It is refused by name, or nobody is taken on its word but who has left."""
    for seed in SEEDS:
        tried = of_file(tmp_path, kind, seed)
        assert tried.wrong == [], f"seed {seed}"


@pytest.mark.parametrize("kind", [
    "the status is missing", "the status is mistyped", "the last day is no day", "the key is another's",
    "a row is shifted", "a record is missing",
])  # fmt: skip
def test_what_can_not_be_believed_is_refused_or_held_and_not_passed_over(tmp_path: Path, kind: str) -> None:
    """Silence would be worse than a stop: somebody must hear that the record is wrong."""
    tried = of_records(tmp_path, kind, SEEDS, database=False)
    assert tried.refused or tried.held >= len(SEEDS)
