"""Files that are cut, shifted, foreign or empty: each a named error, or a reading that is not whole."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seatkeeper.errors import ConfigurationError, SourceError, SourceShapeError
from seatkeeper.model.people import Column, ColumnType, Extract
from seatkeeper.sources.digest import digest
from seatkeeper.sources.file import FileSource
from seatkeeper.sources.freshness import Freshness
from seatkeeper.sources.typed import typed_table
from tests.sources.company import COLUMNS, Noon, csv_file, file, parquet_file, people

FEW = (Column("id"), Column("email"), Column("end_date", "date"))
GOOD = "id,email,end_date,salary\n1,a@acme.example,,9\n2,b@acme.example,2024-02-29,9\n"


def written(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    """The file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes) -> tuple[Extract, pa.Table]:
    """What the file tells."""
    return file(written(folder, content), columns=FEW).read()


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace("\n", "\n\n"),
        GOOD.replace("a@acme.example", '"a@acme.example"'),
        GOOD.replace("id,email", " id ,\u200bemail"),
        "salary,end_date,email,id\n9,2024-02-29,b@acme.example,2\n9,,a@acme.example,1\n",
    ],
)
def test_ways_of_writing_a_file_are_one(content: str, tmp_path: Path) -> None:
    """BOM, line ends, blank lines, quotes, the order of rows and columns say nothing about people."""
    extract, table = read(tmp_path, content)
    assert extract.digest == read(tmp_path, GOOD)[0].digest
    assert (extract.whole, table.schema.names) == (True, ["id", "email", "end_date"])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (GOOD + "3,c@acme.example\n", "ragged row that ends at line 4"),
        (GOOD + "3,c@acme.example,,9,9\n", "ragged row that ends at line 4"),
        (GOOD + "3,c@ac", "ragged row that ends at line 4"),
        (GOOD + '3,"c@acme.example,,9\n4,d@acme.example,,9\n', "is not CSV at line"),
        (GOOD + '3,"c"d,,9\n', "is not CSV at line 4"),
        (GOOD.encode("utf-16"), "is not UTF-8"),
        (GOOD.replace("a@", "é@").encode("latin-1"), "is not UTF-8"),
        (GOOD.encode("utf-16-le"), "NUL character in its first line"),
        (GOOD.replace("b@", "b\0@"), "column email: the row with key 2"),
        (GOOD.replace(",email", ",mail"), "has no column email"),
        (GOOD.replace("salary", "email"), "more than one column named email"),
        (GOOD.replace(",", ";"), "has no column id, email, end_date"),
        (GOOD.replace("2024-02-29", "29.02.2024"), "column end_date: the row with key 2"),
        (GOOD.replace("2024-02-29", "2024-02-30"), "column end_date: the row with key 2"),
        (GOOD.replace("\n2,", "\n1,"), "same key more than once"),
        (GOOD.replace("\n2,", "\n\u00a0,"), "without a key"),
        ("", "has no column"),
        ("<html><body>Sign in</body></html>\n", "has no column"),
        (b"PK\3\4\x14\0\6\0" * 50, "first line|has no column|not UTF-8"),
    ],
)
def test_a_damaged_or_foreign_csv_is_a_named_error(content: str | bytes, what: str, tmp_path: Path) -> None:
    """It says what is wrong, where, and what to do."""
    with pytest.raises(SourceShapeError, match=what) as told:
        read(tmp_path, content)
    assert told.value.remedy


def test_a_header_alone_is_not_an_empty_company(tmp_path: Path) -> None:
    """Zero rows are read, and are not whole."""
    extract, table = read(tmp_path, GOOD.split("\n", maxsplit=1)[0] + "\n")
    assert (extract.whole, table.num_rows) == (False, 0)
    assert "0 rows is not 0 people" in str(extract.problem)


def test_a_file_cut_at_any_byte_is_never_taken_for_whole(tmp_path: Path) -> None:
    """Every cut is an error or not whole, but for one right after a line, which the count of rows tells."""
    good = 'id,email,end_date\n1,"a\nb",\n2,Zoë,2024-02-29\n'.encode()
    ends = {good.index(b",\n2") + 2, len(good)}
    for cut in range(len(good)):
        try:
            extract, _ = read(tmp_path, good[:cut])
        except SourceShapeError:
            continue
        assert not extract.whole or cut in ends, good[:cut]


def test_a_line_feed_in_quotes_is_part_of_the_value(tmp_path: Path) -> None:
    """A quoted value may go over lines and hold quotes and commas."""
    _, table = read(tmp_path, 'id,email,end_date\n1,"a\n""b"", c",\n')
    assert table["email"].to_pylist() == ['a\n"b", c']


def test_what_was_not_declared_is_not_read(tmp_path: Path) -> None:
    """A file often holds more than is anybody's business."""
    assert "salary" not in read(tmp_path, GOOD)[1].schema.names


@pytest.mark.parametrize("name", ["gone.csv", "gone.parquet", "."])
def test_a_file_that_cant_be_read_is_named(name: str, tmp_path: Path) -> None:
    """A missing file and a folder are errors of the source."""
    with pytest.raises(SourceError, match="can't be read"):
        file(tmp_path / name, columns=FEW).read()


def test_a_file_cant_be_asked_a_query(tmp_path: Path) -> None:
    """Only databases answer queries."""
    with pytest.raises(ConfigurationError, match=r"can't be asked fresh\.query"):
        file(tmp_path / "people.csv", fresh=Freshness(timedelta(hours=1), query="SELECT 1"))


def test_a_parquet_cut_anywhere_is_a_named_error(tmp_path: Path) -> None:
    """A Parquet file ends with its own index, so no cut passes."""
    whole = parquet_file(tmp_path / "whole.parquet", people(20, 1)).read_bytes()
    for cut in range(0, len(whole), 97):
        with pytest.raises(SourceShapeError, match="not a whole Parquet file"):
            file(written(tmp_path, whole[:cut], "cut.parquet")).read()


def of(folder: Path, name: str) -> str:
    """The digest of a Parquet file."""
    return file(folder / f"{name}.parquet").read()[0].digest


def test_parquets_own_ways_of_holding_values_are_read(tmp_path: Path) -> None:
    """Dictionaries, large text, nanoseconds, zones and small integers are the same people."""
    rows = people(200, 1)
    table = pq.read_table(parquet_file(tmp_path / "plain.parquet", rows))
    odd = {
        "status": pa.dictionary(pa.int8(), pa.string()),
        "name": pa.large_string(),
        "seen": pa.timestamp("us", "Asia/Kathmandu"),
        "id": pa.large_string(),
        "external": pa.int8(),
        "teams": pa.large_list(pa.large_string()),
    }
    for name, kind in odd.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table[name].cast(kind))
    pq.write_table(table, tmp_path / "odd.parquet")
    assert of(tmp_path, "odd") == of(tmp_path, "plain")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("end_date", pa.timestamp("us")),
        ("seen", pa.timestamp("ns", "UTC")),
        ("level", pa.string()),
        ("id", pa.int32()),
    ],
)
def test_a_nearby_parquet_type_is_read_where_nothing_is_lost(
    column: str, kind: pa.DataType, tmp_path: Path
) -> None:
    """Midnights are dates, whole microseconds are microseconds, digits are integers."""
    rows = [(str(number), *row[1:]) for number, row in enumerate(people(50, 1))]
    table = pq.read_table(parquet_file(tmp_path / "plain.parquet", rows))
    moved = table.set_column(table.schema.get_field_index(column), column, table[column].cast(kind))
    pq.write_table(moved, tmp_path / "moved.parquet")
    assert of(tmp_path, "moved") == of(tmp_path, "plain")


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ("date", pa.array([5_000_000], pa.int32()).cast(pa.date32())),
        ("timestamp", pa.array([1], pa.timestamp("ns"))),
        ("timestamp", pa.array([2**62], pa.timestamp("us"))),
        ("date", pa.array([b"x"])),
        ("list", pa.array([{"a": 1}])),
        ("integer", pa.array([1.5])),
        ("boolean", pa.array([2])),
    ],
)
def test_a_parquet_value_that_would_lose_something_is_refused(
    declared: ColumnType, values: Any, tmp_path: Path
) -> None:
    """Year 15,659, a single nanosecond, bytes: named, never rounded."""
    pq.write_table(pa.table({"id": ["1"], "x": values}), tmp_path / "people.parquet")
    with pytest.raises(SourceShapeError, match="column x"):
        file(tmp_path / "people.parquet", columns=[Column("x", declared)]).read()


def test_a_file_that_grows_while_it_is_read_is_not_whole(tmp_path: Path) -> None:
    """Somebody is still writing it, so nobody can say what it will be."""

    class Growing(FileSource):
        def _csv(self, problems: list[str]) -> dict[str, Any]:
            raw = super()._csv(problems)
            with path.open("a") as more:
                more.write("3,c@acme.example,,9\n")
            return raw

    path = written(tmp_path, GOOD)
    extract, _ = Growing(name="hr", path=path, key="id", columns=FEW, clock=Noon()).read()
    assert not extract.whole
    assert "changed while it was read: 75 bytes before, 95 after" in str(extract.problem)


@pytest.mark.slow
def test_a_hundred_thousand_people_cost_less_than_two_seconds(tmp_path: Path) -> None:
    """Typing and digest of 100,000 rows of nine columns stay within 2 s of CPU."""
    rows = people(100_000, 1)
    raw = {column.name: [row[at] for row in rows] for at, column in enumerate(COLUMNS)}
    started = time.process_time()
    expected = digest(typed_table("hr", raw, COLUMNS))
    assert time.process_time() - started < 2
    extract, _ = file(csv_file(tmp_path / "people.csv", rows)).read()
    assert (extract.rows, extract.whole, extract.digest) == (100_000, True, expected)
