"""Answers are taken as they stand, or refused by line."""

from datetime import UTC, datetime

import pytest

from seatkeeper.errors import UsageError
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Evidence, Lost
from seatkeeper.rules.answers import answer, read_answers

AT = datetime(2026, 1, 5, tzinfo=UTC)
CORE = Lost(
    "Ana", AccountId("7"), "team", "core", "4", None, None, AT, (Evidence("d", "a", AT, "root"),), "which?"
)


def said(*rows: str, header: str = "account,resource,role") -> str | None:
    """The role that these rows tell of Ana's place in the team core."""
    found = answer(CORE, read_answers("\n".join([header, *rows]), "answers.csv"), "ben")
    return found.role if found else None


@pytest.mark.parametrize(
    "row",
    ["ana,team core,maintainer", "7,team 4,maintainer", "ANA,team CORE,maintainer", "*,team *,maintainer"],
)
def test_a_row_names_by_login_or_id_or_everything(row: str) -> None:
    """In any case of letters."""
    assert said(row) == "maintainer"


def test_the_row_that_names_more_wins() -> None:
    """Whatever its place in the file."""
    assert said("ana,team core,maintainer", "*,team *,member", "ana,team *,member") == "maintainer"


def test_a_row_about_something_else_says_nothing() -> None:
    """Nor does one that was left open."""
    assert said("ben,team core,member", "ana,repository core,read", "ana,team core,") is None


def test_two_rows_that_differ_are_refused() -> None:
    """Nobody guesses which was meant."""
    with pytest.raises(UsageError, match="different things") as refused:
        said("ana,team core,member", "ana,team core,maintainer")
    assert "lines 2 and 3" in refused.value.arithmetic


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("ana,team core,boss", "no team role"),
        ("ana,organization acme,admin", "no organization role"),
        ("ana,repository app,wirte", "no repository role"),
        ("ana,planet mars,member", "must name"),
        (",team core,member", "must name"),
        ("ana,team,member", "must name"),
        ("ana,team core,member,more", "more or fewer"),
        ("ana,team core", "more or fewer"),
    ],
)
def test_a_wrong_row_is_refused_by_its_line(row: str, word: str) -> None:
    """A typing error is not an answer."""
    with pytest.raises(UsageError, match=word) as refused:
        said(row)
    assert "line 2" in refused.value.what


def test_a_file_without_its_columns_is_refused() -> None:
    """It may be any other CSV."""
    with pytest.raises(UsageError, match="columns"):
        said("ana,member", header="account,role")


def test_a_custom_role_counts_where_it_was_seen() -> None:
    """In a repository, spelled as the forge has it."""
    rows = read_answers("account,resource,role\nana,repository app,Auditor\n", "answers.csv", {"Auditor"})

    assert rows[0].role == "Auditor"
