"""The gate for expressions: what it admits, what it refuses by name, and what a missing value comes to."""

from typing import Any, get_args

import duckdb
import pytest

from seatkeeper.errors import PredicateRefused
from seatkeeper.model.people import Column
from seatkeeper.model.policy import Leave
from seatkeeper.rules.predicate import Use, admit
from tests.rules.cases import COLUMNS, a_case, person, verdicts

HONEST = """
end_date < as_of
end_date < as_of - INTERVAL 3 DAYS
status = 'left'
status <> 'active'
status IN ('left', 'retired')
status NOT IN ('active', 'on_leave')
NOT status = 'active'
lower(trim(status)) = 'left'
upper(status) = 'LEFT'
length(status) = 0
starts_with(department, 'ext-')
ends_with(department, '-leavers')
contains(department, 'leavers')
department LIKE 'ex-%'
department ILIKE 'EX-%'
list_contains(team_list, 'alumni')
'alumni' = ANY(team_list)
department = ANY(['a', 'b'])
end_date BETWEEN DATE '2020-01-01' AND as_of
status = 'left' AND (department = 'eng' OR department = 'data')
date_diff('day', end_date, as_of) > 30
year(end_date) < 2020
CAST(department AS DATE) < as_of
"status" = 'left'
status = 'São Paulo'
status = 'it''s over'
"""

HOSTILE = """
random() < 0.5 | random
now() > end_date | now
current_date > end_date | Current
current_timestamp > end_date | Current
today() > end_date | CurrentDate
get_current_time() > end_date | CurrentTime
gen_random_uuid()::text = status | Rand|Uuid|gen_random_uuid
setseed(0.1) = status | setseed
nextval('s') = 1 | nextval
current_setting('threads') = status | current_setting
getenv('HOME') = status | getenv
version() = status | version
current_user = status | Current|not declared|current_user
current_schema() = status | Current|current_schema
current_database() = status | Current|current_database
read_text('/etc/passwd') = status | read_text
read_csv('/etc/passwd') = status | ReadCSV|read_csv
glob('/etc/*') = status | glob
EXISTS (SELECT 1) | Exists
status IN (SELECT status) | Subquery
status = (SELECT 'left') | Subquery
(SELECT 1) = 1 | Subquery
SELECT 1 | Select
DROP TABLE people | Drop
DELETE FROM people | Delete
UPDATE people SET status = 'left' | Update
INSERT INTO people VALUES ('x') | Insert
ATTACH 'x' AS y | Attach
COPY people TO 'x' | Copy
SET threads = 1 | Set
PRAGMA version | Pragma|not a SQL
INSTALL httpfs | Install|Command|Alias|not a SQL
status = 'a'; DROP TABLE people | 0x3b|';'
status = 'a' -- AND TRUE | comment
status = 'a' /* AND FALSE */ | comment
status = $1 | '\\$'
status = ? | '\\?'
status = :name | Placeholder|not a SQL
#1 = 1 | '#'
status = @x | '@'
count(*) > 1 | '\\*'
sum(length(status)) > 1 | Sum
max(status) = 'a' | Max
row_number() OVER () = 1 | RowNumber|Window
lag(status) OVER (ORDER BY status) = 'a' | Lag|Window
unnest(team_list) = 'a' | Explode|Unnest
list_transform(team_list, x -> x) = team_list | admitted
repeat('a', 1000000000) = status | Repeat
range(1000000000) = team_list | range
lpad(status, 100000000, 'a') = 'a' | Pad
regexp_matches(status, '(a+)+$') | Regexp
status SIMILAR TO 'a' | Similar
status ~ 'a' | '~'
status GLOB 'a*' | Glob
md5(status) = 'a' | MD5
hash(status) = 1 | hash
status COLLATE nocase = 'a' | Collate
status::BLOB = 'a' | cast
CAST(status AS JSON) = 'a' | cast
CAST(status AS STRUCT(a INT)) = 'a' | cast|admitted
end_date AT TIME ZONE 'UTC' = as_of | AtTimeZone
people.status = 'left' | names a table
pg_catalog.status = 'left' | names a table
salary > 100 | 'salary'
rowid = 1 | 'rowid'
Status = 'left' | 'Status'
status = "left" | 'left'
sk_row = 1 | 'sk_row'
TRUE | no column
FALSE | no column
NULL | no column
1 = 1 | no column
'a' = 'a' | no column
status = 'a' OR TRUE | no column
status = 'a' OR 1 = 1 | no column
as_of > DATE '2020-01-01' | no column
status = 'a' OR NULL | no column
interval '1' day | no column
CYRILLIC QUOTED | look alike
CYRILLIC COLUMN | outside quotes
status = 'left' | outside quotes
status = 'left' | HIDDEN
status = 'left' | FULLWIDTH
status = | not a SQL
AND | not a SQL
status = 'left | outside quotes|not a SQL
status == 'left' OR (((( | not a SQL
(status, department) = ('a', 'b') | Tuple
{'a': status} = {'a': 'b'} | '{'
status || 'x' = 'ax' | '\\|'
as_of + length(status) * 2 > end_date | '\\*'
end_date < as_of - INTERVAL 3 HOURS | unit
end_date < as_of - INTERVAL (length(status)) DAYS | fixed interval|not a SQL
"""


def lines(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]


@pytest.mark.parametrize("text", lines(HONEST))
def test_an_honest_rule_is_admitted_for_every_use_and_runs(text: str) -> None:
    """What people write in a WHERE clause is admitted, and DuckDB understands what is rendered."""
    for use in get_args(Use):
        assert admit(text, COLUMNS, use=use).sql == admit(text, COLUMNS, use=use).sql
    over = Leave(text, over=frozenset({"active"}))
    assert verdicts(a_case([person(1)], ["user1"], leave=over))["user1"].split()[0] in (
        "keep",
        "hold",
        "leave",
    )


def hostile() -> list[tuple[str, str]]:
    """Each expression with a word of its refusal; invisible characters are spelled out here."""
    table = [tuple(part.strip() for part in line.rsplit(" | ", 1)) for line in lines(HOSTILE)]
    spelled = {
        "outside quotes": ("status\u00a0= 'left'", "outside quotes"),
        "HIDDEN": ("status = 'le\u200bft'", "hides inside"),
        "FULLWIDTH": ("status = '\uff4ceft'", "look alike"),
    }
    cyrillic = {
        "CYRILLIC QUOTED": "status = '\u0430ctive'",
        "CYRILLIC COLUMN": "\u0455tatus = 'left'",
    }
    return [
        spelled[word] if text == "status = 'left'" else (cyrillic.get(text, text), word)
        for text, word in table
    ]


@pytest.mark.parametrize(("text", "word"), hostile())
def test_a_hostile_expression_is_refused_by_name(text: str, word: str) -> None:
    """Eighty and more ways to reach a clock, a file, a setting, another row or a hidden letter."""
    with pytest.raises(PredicateRefused, match=f"(?is)(?:{word})") as refusal:
        admit(text, COLUMNS, use="leave")
    assert refusal.value.what.startswith("the leave rule was refused: ")
    assert refusal.value.arithmetic
    assert refusal.value.remedy
    assert refusal.value.exit_code == 2


def test_there_are_at_least_eighty_hostile_expressions() -> None:
    """The table above does not shrink."""
    assert len({text for text, _ in hostile()}) >= 80


@pytest.mark.parametrize(
    "text",
    [
        "coalesce(status, 'left') = 'left'",
        "ifnull(status, 'left') = 'left'",
        "nullif(status, 'active') = 'left'",
        "status IS NULL",
        "status IS NOT NULL",
        "NOT status IS NULL",
        "status IS DISTINCT FROM 'active'",
        "status IS NOT DISTINCT FROM 'left'",
        "status <=> 'left'",
        "CASE WHEN status = 'active' THEN department = 'x' ELSE department = 'y' END",
        "if(status = 'active', department = 'x', department = 'y')",
        "(status = 'active') IS NOT TRUE",
        "(status = 'active') IS UNKNOWN",
        "coalesce(status = 'left', TRUE)",
    ],
)
def test_what_makes_a_missing_value_certain_is_refused_for_a_leave(text: str) -> None:
    """Unless the rule names the columns; joins and access, which only give, may use it."""
    with pytest.raises(PredicateRefused, match="evidence") as refusal:
        admit(text, COLUMNS, use="leave")
    assert "missing_ok" in refusal.value.remedy
    both = frozenset({"status", "department"})
    assert admit(text, COLUMNS, use="leave", missing_ok=both).columns
    assert admit(text, COLUMNS, use="join").columns


def test_missing_ok_is_about_the_columns_it_names_and_no_other() -> None:
    """Naming one column does not open the door for another."""
    with pytest.raises(PredicateRefused, match="missing department into evidence"):
        admit("status IS NULL AND department IS NULL", COLUMNS, use="leave", missing_ok=frozenset({"status"}))


@pytest.mark.parametrize(
    ("text", "status", "truth"),
    [
        ("status NOT IN ('active')", None, None),
        ("status NOT IN ('active', NULL)", "left", None),
        ("status <> 'active'", None, None),
        ("NOT (status = 'active')", None, None),
        ("status = 'left' OR department = 'eng'", None, True),  # TRUE OR NULL
        ("status = 'left' AND department = 'none'", None, False),  # NULL AND FALSE
        ("status NOT LIKE 'act%'", None, None),
        ("NOT starts_with(status, 'act')", None, None),
        ("length(status) = 0", None, None),
        ("NOT list_contains(['active'], status)", None, None),
        ("NOT (status = ANY(['active']))", None, None),
        ("CAST(status AS DATE) < as_of", "not a date", None),
        ("NOT (CAST(status AS INT) = 3)", "three", None),
    ],
)
def test_unknown_stays_unknown(text: str, status: str | None, truth: bool | None) -> None:  # noqa: FBT001  # three-valued
    """SQL's third value survives every operator that is admitted without `missing_ok`."""
    run = admit(text, COLUMNS, use="leave").run
    row = "SELECT ? AS status, 'eng' AS department, DATE '2026-11-23' AS as_of"
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {run} FROM ({row})", [status]).fetchall() == [(truth,)]


def test_a_list_with_a_hole_is_a_missing_list() -> None:
    """Nobody leaves because a value inside a list is missing."""
    leave = Leave("NOT list_contains(team_list, 'staff')", over=frozenset({"active"}))
    whole, holed = person(1, team_list=["x"]), person(2, team_list=["x", None])
    assert verdicts(a_case([whole, holed], ["user1", "user2"], leave=leave)) == {
        "user1": "leave rule-leave",
        "user2": "hold unknown-predicate",
    }


@pytest.mark.parametrize("blank", ["", "  ", "\t\n", "\u00a0", "\u200b\u2060", "\ufeff", "\u3164"])
def test_blank_text_is_a_missing_value(blank: str) -> None:
    """Spaces of every width, none included, say nothing."""
    leave = Leave("department <> 'eng'", over=frozenset({"active"}))
    rows: list[dict[str, Any]] = [person(1, status=blank), person(2, department=blank)]
    assert verdicts(a_case(rows, ["user1", "user2"], leave=leave)) == {
        "user1": "hold missing-status",
        "user2": "hold unknown-predicate",
    }


def test_the_same_rule_in_other_words_has_the_same_canonical_text() -> None:
    """Spacing, case of keywords and quoting change nothing that is hashed."""
    told = {
        admit(text, COLUMNS, use="leave").sql
        for text in ("status='left' and end_date<as_of", " \"status\" = 'left'  AND\nend_date < as_of ")
    }
    assert told == {'"status" = \'left\' AND "end_date" < "as_of"'}


def test_size_and_depth_are_bounded() -> None:
    """A rule that nobody could review is not admitted."""
    for text in (
        " OR ".join(f"status = '{n}'" for n in range(99)),
        "(" * 40 + "status = 'a'" + ")" * 40,
        "status = '" + "a" * 3000 + "'",
        "(" * 900 + "status = 'a'" + ")" * 900,
    ):
        with pytest.raises(PredicateRefused, match=r"too (big|long)|not a SQL"):
            admit(text, COLUMNS, use="leave")


def test_atoms_are_the_comparisons_in_reading_order() -> None:
    """Each can be evaluated as a column of its own."""
    rule = admit("NOT (status = 'left' OR end_date < as_of) AND length(department) > 2", COLUMNS, use="leave")
    assert [(atom.text, atom.columns) for atom in rule.atoms] == [
        ("status = 'left'", ("status",)),
        ("end_date < as_of", ("end_date",)),
        ("LENGTH(department) > 2", ("department",)),
    ]


def test_no_columns_means_nothing_can_be_said() -> None:
    """The declared columns are told, so that the reader can pick one."""
    with pytest.raises(PredicateRefused) as refusal:
        admit("status = 'left'", [Column("state")], use="join")
    assert "declared columns: state" in refusal.value.remedy
