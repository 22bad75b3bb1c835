"""A table for an auditor: no spreadsheet runs it, no terminal obeys it, no browser takes it for markup."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.rules.ledger import csv_text, html_page


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "|x", "\r=1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    """It begins with an apostrophe, which a spreadsheet takes for text."""
    (_, (shown,)) = csv.reader(io.StringIO(csv_text(["name"], [[cell]])))

    assert shown.startswith("'") or not shown.lstrip().startswith(("=", "+", "-", "@", "|", "\t"))


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=4))
def test_every_row_stays_a_row(rows: list[list[str]]) -> None:
    """Whatever is in the cells: as many rows and columns as there were, and nothing that moves a cursor."""
    text = csv_text(["a", "b"], rows)

    assert len(list(csv.reader(io.StringIO(text)))) == len(rows) + 1
    assert all(len(row) == 2 for row in csv.reader(io.StringIO(text)))
    assert not set(text) & {"\x1b", "\r", "\x07", "\u202e"}


def test_a_page_shows_markup_and_escapes_as_text() -> None:
    """Nobody's name is a script, and nothing is loaded from anywhere."""
    page = html_page(
        "<b>acme</b>", ["a & b"], ["who"], [['<script>alert("x")</script>'], ["\x1b[2Jana\u202e"]]
    )

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\\u{1b}[2Jana\\u{202e}" in page
    assert "<title>&lt;b&gt;acme&lt;/b&gt;</title>" in page
    assert "http:" not in page
    assert "https:" not in page
    assert "default-src 'none'" in page


def test_a_page_repeats_its_head_on_every_sheet_and_breaks_no_row() -> None:
    """So that the tenth sheet can be read alone."""
    page = html_page("t", [], ["who"], [["ana"]])

    assert "table-header-group" in page
    assert "break-inside: avoid" in page
    assert '<th scope="col">who</th>' in page
