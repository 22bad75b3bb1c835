"""Kinds of corruption: of records, by a few people who belong together; and of whole files, by their text.

A kind changes rows in place, or gives the text of the file as it arrives. None of them tells that
somebody has ended who has not: what a record positively says is believed, and is stopped by
limits and by a second reading, which have tests of their own. Those that say a wrong thing of
somebody (another's login, another's key) say it for the first time.
"""

from collections.abc import Callable
from random import Random

Row = dict[str, str | None]
OfRecords = Callable[[list[Row], Random], None]
OfFile = Callable[[str, Random], str | bytes]


def every(column: str, change: Callable[[str], str | None]) -> OfRecords:
    """The same mistake in a column of some of the rows."""

    def corrupt(rows: list[Row], chance: Random) -> None:
        for row in chance.sample(rows, chance.randint(1, len(rows))):
            told = row[column]
            row[column] = change(told) if told is not None else None

    return corrupt


def becomes(column: str, *values: str | None) -> OfRecords:
    """Some rows have one of these values instead."""

    def corrupt(rows: list[Row], chance: Random) -> None:
        for row in chance.sample(rows, chance.randint(1, len(rows))):
            row[column] = chance.choice(values)

    return corrupt


def swapped(column: str) -> OfRecords:
    """Two people have each other's value."""

    def corrupt(rows: list[Row], chance: Random) -> None:
        one, other = chance.sample(rows, 2)
        one[column], other[column] = other[column], one[column]

    return corrupt


def copied(column: str) -> OfRecords:
    """Somebody has somebody else's value too."""

    def corrupt(rows: list[Row], chance: Random) -> None:
        one, other = chance.sample(rows, 2)
        one[column] = other[column]

    return corrupt


def shifted(rows: list[Row], chance: Random) -> None:
    """Every value of a row stands one column to the right."""
    row = chance.choice(rows)
    names = list(row)[1:]
    values = [row[name] for name in names]
    row.update(zip(names, [values[-1], *values[:-1]], strict=True))


def turned(rows: list[Row], chance: Random) -> None:
    """The values of a column stand in the opposite order, as after sorting one column alone."""
    column = chance.choice(["username", "email", "department"])
    values = [row[column] for row in rows]
    for row, value in zip(rows, reversed(values), strict=True):
        row[column] = value


def gone(rows: list[Row], chance: Random) -> None:
    """Somebody's record is missing."""
    rows.remove(chance.choice(rows))


def twice(rows: list[Row], chance: Random) -> None:
    """Somebody's record is there twice, once without its values."""
    row = chance.choice(rows)
    rows.append({name: value if name == "id" else None for name, value in row.items()})


def another_record(rows: list[Row], chance: Random) -> None:
    """Somebody has a second record under another key, which says nothing of their status."""
    row = dict(chance.choice(rows))
    rows.append(row | {"id": f"{row['id']}-old", "status": None})


RECORDS: dict[str, OfRecords] = {
    "the status is missing": becomes("status", None),
    "the status is blank": becomes("status", " ", "\t", "\u00a0"),
    "the status is a word for nothing": becomes("status", "NULL", "n/a", "-", "?", "None", "#N/A"),
    "the status is mistyped": every("status", lambda s: s[:-1] + s[-1] * 2),
    "the status has other letters": every("status", str.upper),
    "the status is in another language": becomes("status", "activo", "inactivo", "aktiv", "ausgeschieden"),
    "the status is a code": becomes("status", "0", "1", "A", "I", "99"),
    "the status has letters that look alike": every("status", lambda s: s.replace("a", "\u0430")),
    "the status hides a letter": every("status", lambda s: s[:2] + "\u200b" + s[2:]),
    "the status is padded": every("status", lambda s: f"  {s}\u3000"),
    "the status is the department": every("status", lambda _s: "engineering"),
    "the last day is missing": becomes("end_date", None),
    "the last day is blank": becomes("end_date", "", "  "),
    "the last day is far away": becomes("end_date", "9999-12-31", "2999-01-01"),
    "the last day is no day": becomes("end_date", "2026-02-31", "2026-13-01", "0000-00-00"),
    "the last day is a word": becomes("end_date", "never", "tbd", "open", "n/a"),
    "the last day has another order": becomes("end_date", "31/01/2020", "01/31/2020", "31.01.2020"),
    "the last day is a number": becomes("end_date", "43861", "1580428800"),
    "the last day is before time": becomes("end_date", "-0044-03-15", "0000-01-01"),
    "the first day is after the last": becomes("start_date", "2030-01-01"),
    "the login is missing": becomes("username", None),
    "the login is blank": becomes("username", "", " "),
    "the login is another's": copied("username"),
    "two have each other's login": swapped("username"),
    "the login has other letters": every("username", str.upper),
    "the login is an address": every("username", lambda s: f"https://github.com/{s}"),
    "the login has an at": every("username", lambda s: f"@{s}"),
    "the login is padded": every("username", lambda s: f" {s}\n"),
    "the login has letters that look alike": every("username", lambda s: s.replace("o", "\u043e")),
    "the login is full width": every("username", lambda s: "".join(chr(ord(c) + 0xFEE0) for c in s)),
    "the login is a word for nothing": becomes("username", "null", "none", "n/a", "-", "deleted"),
    "the address is missing": becomes("email", None),
    "the address is another's": copied("email"),
    "two have each other's address": swapped("email"),
    "the address is everybody's": becomes("email", "info@acme.example"),
    "the key is missing": becomes("id", None),
    "the key is another's": copied("id"),
    "two have each other's key": swapped("id"),
    "the key has other letters": every("id", str.lower),
    "the keys were dealt anew": every("id", lambda s: f"N-{s}"),
    "the office is nowhere": becomes("office", "Atlantis", "Mars/Olympus", "", "UTC+25"),
    "the department is missing": becomes("department", None),
    "a row is shifted": shifted,
    "one column was sorted alone": turned,
    "a record is missing": gone,
    "a record is there twice": twice,
    "somebody has an old record too": another_record,
    "a name holds what moves a terminal": becomes("name", "\x1b[2J\x1b[31mroot", "a\u202eb", "x\r\ny"),
    "a name is a formula": becomes("name", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)"),
    "a name is markup": becomes(
        "name", "<script>alert(1)</script>", "[x](javascript:1)", "'; DROP TABLE people;--"
    ),
}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _cut(text: str, chance: Random) -> str:
    return text[: chance.randrange(len(text))]


def _without_some(text: str, chance: Random) -> str:
    first, *rest = _lines(text)
    start = chance.randrange(len(rest) // 2)
    return first + "".join(rest[:start] + rest[start + len(rest) // 2 :])


def _ragged(text: str, chance: Random) -> str:
    lines = _lines(text)
    lines[chance.randrange(1, len(lines))] = "E1,only,three\n"
    return "".join(lines)


def _open_quote(text: str, chance: Random) -> str:
    lines = _lines(text)
    place = chance.randrange(1, len(lines))
    lines[place] = '"' + lines[place]
    return "".join(lines)


def _renamed(text: str, chance: Random) -> str:
    column = chance.choice(["status", "end_date", "username", "id"])
    return text.replace(column, chance.choice([f"{column}_new", column.upper() + " ", "?"]), 1)


def _named_twice(text: str, chance: Random) -> str:
    return text.replace("name", chance.choice(["status", "end_date", "id"]), 1)


def _headless(text: str, _chance: Random) -> str:
    return "".join(_lines(text)[1:])


def _two_files(text: str, _chance: Random) -> str:
    return text + text


def _a_page(_text: str, _chance: Random) -> str:
    return "<html><head><title>Sign in</title></head><body>Sign in to HR</body></html>\n"


def _zeros(text: str, chance: Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + "\0" * 8 + text[place + 8 :]


FILES: dict[str, OfFile] = {
    "the file is empty": lambda _text, _chance: "",
    "nobody is in it": lambda text, _chance: _lines(text)[0],
    "it is cut off": _cut,
    "half of it is missing": _without_some,
    "it has a ragged row": _ragged,
    "it has an open quote": _open_quote,
    "a column has another name": _renamed,
    "a column has another's name": _named_twice,
    "its first line is missing": _headless,
    "it is there twice": _two_files,
    "it is a page": _a_page,
    "it is parted by semicolons": lambda text, _chance: text.replace(",", ";"),
    "it is in another encoding": lambda text, chance: text.encode(
        chance.choice(["utf-16", "utf-32", "cp037"])
    ),
    "some of it was never written": _zeros,
}
