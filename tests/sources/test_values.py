"""One value at a time: what it means, or that it means nothing that was declared."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.model.people import ColumnType
from seatkeeper.sources.values import NotTypedError, clean, shape, value_of

IST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize("kind", ["text", "date", "timestamp", "integer", "boolean", "list"])
@pytest.mark.parametrize(
    "blank",
    [None, "", " ", "\t\r\n", "\u00a0", "\u200b", "\ufeff", "\u00a0\u200b\ufeff \u2060", "\u3000", "\u00ad"],
)
def test_what_shows_nothing_is_missing(blank: str | None, kind: ColumnType) -> None:
    """NULL, blank, NBSP and zero-width-only values are missing, whatever the type."""
    assert value_of(blank, kind) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" active ", "active"),
        ("\ufeffactive", "active"),
        ("active\u200b", "active"),
        ("\u00a0\u200bactive\u2060\u00a0", "active"),
        ("Active", "Active"),
        ("Jose\u0301", "Jos\u00e9"),
        ("\u212b", "\u00c5"),
        ("a\u200db", "a\u200db"),
        ("NULL", "NULL"),
        ("=1+1", "=1+1"),
        (7, "7"),
        (Decimal("7.00"), "7"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    ],
)
def test_text_loses_only_what_cant_be_seen_at_its_ends(written: object, meant: str) -> None:
    """Case, inner characters and words that look like code stay as they are."""
    assert value_of(written, "text") == meant


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", " 2024-02-29\u00a0", date(2024, 2, 29)),
        ("date", "2024-02-29 00:00:00", date(2024, 2, 29)),
        ("date", datetime(2024, 2, 29), date(2024, 2, 29)),  # noqa: DTZ001  # as MariaDB's DATETIME comes
        ("date", "9999-12-31", date(9999, 12, 31)),
        ("timestamp", "2024-02-29 12:00", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        ("timestamp", "2024-02-29T12:00:00.5Z", datetime(2024, 2, 29, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("timestamp", "2024-02-29 12:00:00+05:30", datetime(2024, 2, 29, 6, 30, tzinfo=UTC)),
        ("timestamp", "2024-02-29 12:00:00 -08", datetime(2024, 2, 29, 20, tzinfo=UTC)),
        ("timestamp", datetime(2024, 2, 29, 12, tzinfo=IST), datetime(2024, 2, 29, 6, 30, tzinfo=UTC)),
        ("timestamp", datetime(2024, 2, 29, 12), datetime(2024, 2, 29, 12, tzinfo=UTC)),  # noqa: DTZ001  # no zone: UTC
        ("integer", "-12", -12),
        ("integer", "12.0", 12),
        ("integer", Decimal("12.00"), 12),
        ("integer", 12.0, 12),
        ("integer", 2**63 - 1, 2**63 - 1),
        ("boolean", 0, False),
        ("boolean", 1, True),
        ("boolean", b"\1", True),
        ("boolean", "Yes", True),
        ("boolean", "f", False),
        ("list", ["a", " b "], ["a", "b"]),
        ("list", '["a, b", "c"]', ["a, b", "c"]),
        ("list", "a, b;c;", ["a", "b", "c"]),
        ("list", "[]", []),
        ("list", "{}", []),
        ("list", '{a,"b, \\"c\\"",d e}', ["a", 'b, "c"', "d e"]),
        ("list", ["a", "", "\u200b"], ["a"]),
    ],
)
def test_each_drivers_way_of_writing_is_read(kind: ColumnType, written: object, meant: object) -> None:
    """A typed value is the same, however SQLite, MariaDB, PostgreSQL or a file hands it over."""
    read = value_of(written, kind)
    assert read == meant
    assert type(read) is type(meant)


@pytest.mark.parametrize(
    ("kind", "dirt"),
    [
        ("date", "31/02/2024"),
        ("date", "02/03/2024"),
        ("date", "2024-02-30"),
        ("date", "24-02-03"),
        ("date", "20240203"),
        ("date", "2024-2-3"),
        ("date", "2024-02-03 17:30:00"),
        ("date", datetime(2024, 2, 3, 17, 30, tzinfo=UTC)),
        ("date", "0000-00-00"),
        ("date", "2024-00-00"),
        ("date", "infinity"),
        ("date", "0044-03-15 BC"),
        ("date", "today"),
        ("date", 45_325),
        ("date", "٢٠٢٤-٠٢-٠٣"),
        ("timestamp", "2024-02-03"),
        ("timestamp", date(2024, 2, 3)),
        ("timestamp", "2024-02-03 25:00"),
        ("timestamp", "2024-02-03 12:00 CET"),
        ("timestamp", "0000-00-00 00:00:00"),
        ("timestamp", "0001-01-01 00:00:00+14:00"),
        ("timestamp", 1_706_918_400),
        ("integer", "yes"),
        ("integer", "1,000"),
        ("integer", "12.5"),
        ("integer", 12.5),
        ("integer", float("nan")),
        ("integer", Decimal("NaN")),
        ("integer", "1e3"),
        ("integer", "٣"),
        ("integer", 2**63),
        ("integer", True),
        ("boolean", 2),
        ("boolean", "maybe"),
        ("boolean", "-"),
        ("list", ["a", None]),
        ("list", '["a", null]'),
        ("list", "{a,NULL}"),
        ("list", '["a"'),
        ("list", "[" * 100_000),
        ("list", "{a,b"),
        ("list", '{a}"b"'),
        ("list", "{{a},{b}}"),
        ("list", '{"a": 1}'),
        ("list", 7),
        ("text", "a\0b"),
        ("text", b"bytes"),
        ("text", True),
        ("text", 1.5),
        ("text", date(2024, 2, 3)),
        ("text", datetime(2024, 2, 3, tzinfo=UTC)),
        ("text", ["a"]),
    ],
)
def test_a_value_of_another_kind_is_never_guessed(kind: ColumnType, dirt: object) -> None:
    """What is not clearly of the declared type is refused, not turned into something near."""
    with pytest.raises(NotTypedError):
        value_of(dirt, kind)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A cleaned text is clean."""
    try:
        cleaned = clean(text)
    except NotTypedError:
        return
    assert cleaned is None or clean(cleaned) == cleaned


@given(st.text(), st.sampled_from(["date", "timestamp", "integer", "boolean", "list"]))
def test_any_text_is_read_missing_or_refused(text: str, kind: ColumnType) -> None:
    """No text, however odd, is a traceback."""
    try:
        read = value_of(text, kind)
    except NotTypedError:
        return
    assert read is None or value_of(read, kind) == read


def test_a_message_shows_the_shape_and_not_the_value() -> None:
    """An error may be read by anybody, so it tells nobody's data."""
    assert shape("31/02/2024") == "text shaped '99/99/9999'"
    assert shape("Zoë Żak 7") == "text shaped 'aaa aaa 9'"
    assert shape(True) == "a value of type bool"
