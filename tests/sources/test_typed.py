"""Columns, keys and rows: one canonical table, or an error that says where and how many."""

from typing import Any

import pytest

from seatkeeper.errors import SourceShapeError
from seatkeeper.model.people import Column
from seatkeeper.sources.typed import check_names, declared, typed_table

ID, END = Column("id"), Column("end_date", "date")


def table(columns: tuple[Column, ...] = (ID, END), **raw: list[Any]) -> list[dict[str, Any]]:
    """The rows of the typed table."""
    return list(typed_table("hr", dict(raw), columns).to_pylist())


def test_the_error_names_column_key_kind_and_how_many() -> None:
    """A person who reads it finds the row, and learns nothing of anybody's data."""
    with pytest.raises(SourceShapeError) as told:
        table(id=["9", "7", "8"], end_date=["31/12/2024", "31/02/2024", "2024-01-01"])
    assert told.value.what == (
        "source hr, column end_date: the row with key 7 holds text shaped '99/99/9999', "
        "which is not a date as YYYY-MM-DD"
    )
    assert told.value.arithmetic == "2 of 3 rows can't be read as date"
    assert "31/02" not in f"{told.value.what}{told.value.arithmetic}{told.value.remedy}"


def test_a_zero_date_asks_what_it_means() -> None:
    """MariaDB writes it for "none" and for "unreadable", so only a person can say which."""
    with pytest.raises(SourceShapeError) as told:
        table(id=["7"], end_date=["0000-00-00"])
    assert "NULLIF(end_date, '0000-00-00')" in told.value.remedy


@pytest.mark.parametrize("missing", [None, "", " ", "\u00a0", "\u200b", "\ufeff"])
def test_a_row_without_a_key_is_refused(missing: str | None) -> None:
    """A person without a key can't be told from another."""
    with pytest.raises(SourceShapeError, match="without a key in column id") as told:
        table(id=["7", missing, "8"], end_date=[None, None, None])
    assert told.value.arithmetic == "1 of 3 rows"


@pytest.mark.parametrize("twin", ["7", " 7", "7\u200b", "\ufeff7"])
def test_a_key_that_is_there_twice_is_refused(twin: str) -> None:
    """Keys are compared as they are kept, so invisible differences are none."""
    with pytest.raises(SourceShapeError, match="same key more than once in column id: 7") as told:
        table(id=["7", "8", twin], end_date=[None, None, None])
    assert told.value.arithmetic == "3 rows, 2 keys, 1 of them more than once"


def test_keys_that_differ_in_case_are_two_people() -> None:
    """Case is kept; whether two people are one is not for the source to say."""
    assert [row["id"] for row in table(id=["a", "A"], end_date=[None, None])] == ["A", "a"]


def test_duplicate_e_mails_and_logins_are_let_through() -> None:
    """They make links ambiguous, which is decided later and holds only those concerned."""
    columns = (ID, Column("email"), Column("github_login"))
    rows = table(columns, id=["1", "2"], email=["a@x.example", "a@x.example"], github_login=["Bo", "bo"])
    assert [row["github_login"] for row in rows] == ["Bo", "bo"]


def test_a_key_is_text_whatever_it_was_declared_as() -> None:
    """Numbers as keys sort and compare as text, the same from every source."""
    key = declared((Column("id", "integer"), END), "id")[0]
    assert [row["id"] for row in table((key, END), id=[10, 9], end_date=[None, None])] == ["10", "9"]


def test_columns_beyond_the_declared_ones_are_text() -> None:
    """The query is a declaration too: key first, then as declared, then as the query gives them."""
    assert declared((END,), "id", ["email", "id", "end_date"]) == (ID, END, Column("email"))


def test_a_renamed_column_is_named() -> None:
    """The error says what is missing and what there is instead."""
    with pytest.raises(SourceShapeError, match="has no column end_date") as told:
        check_names("hr", ["id", "enddate"], (ID, END))
    assert "enddate" in told.value.arithmetic


def test_a_column_that_is_there_twice_is_refused() -> None:
    """A join often brings two columns of one name, and one of them is wrong."""
    with pytest.raises(SourceShapeError, match="more than one column named id"):
        check_names("hr", ["id", "end_date", "id"], (ID, END))


@pytest.mark.parametrize("dirt", [["a", 1.5], ["\ud800", "b"]])
def test_mixed_and_broken_text_is_refused(dirt: list[object]) -> None:
    """A value that can't be text in UTF-8 is named by its row."""
    with pytest.raises(SourceShapeError, match="column note: the row with key"):
        table((ID, Column("note")), id=["1", "2"], note=dirt)
