"""What a database's refusal means: each driver says it in its own words, and a person needs one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus

from seatkeeper.errors import SourceError, SourceShapeError

if TYPE_CHECKING:
    from sqlalchemy import URL

HIDDEN = "***"
_DATA = "22"  # the class of SQLSTATE whose messages quote the value
_QUOTES = re.compile("with text '")  # SQLite's driver does, of text it could not decode


class Cause(NamedTuple):
    """A refusal that is known: how it is recognised, what it is called, what to do."""

    pattern: re.Pattern[str]
    what: str
    remedy: str
    error: type[SourceError] = SourceError


def _cause(pattern: str, what: str, remedy: str, error: type[SourceError] = SourceError) -> Cause:
    return Cause(re.compile(pattern, re.IGNORECASE | re.DOTALL), what, remedy, error)


# The code comes first in what is matched: a SQLSTATE (PostgreSQL), a number (MariaDB) or nothing (SQLite).
_CAUSES = (
    _cause(
        r"^28P01|^28000|password authentication failed|^1045|no password supplied|^1698",
        "the database refuses the user or the password",
        "Correct the credentials in the URL, then: seatkeeper check",
    ),
    _cause(
        r"^3D000|database .* does not exist|^1049|^1044",
        "the database of that name is not there, or not for this user",
        "Correct the name at the end of the URL, then: seatkeeper check",
    ),
    _cause(
        r"^42P01|^1146|no such table",
        "a table that the query names is not there",
        "Is it the right database, and the right schema? Correct the query, then: seatkeeper check",
        SourceShapeError,
    ),
    _cause(
        r"^42703|^1054|no such column",
        "a column that the query names is not there",
        "Was it renamed? Correct the query, then: seatkeeper check",
        SourceShapeError,
    ),
    _cause(
        r"^57014|^1969|^3024|^1317|^interrupted|read operation timed out",
        "the query took longer than it may",
        "Make the query faster, or give it longer; then: seatkeeper check",
    ),
    _cause(
        r"^25006|^1792|readonly database|read-only transaction",
        "the query would write, and a source is only read",
        "A source's query is a SELECT; correct it, then: seatkeeper check",
    ),
    _cause(
        r"^42501|^1142|^1143|permission denied for",
        "the database user may not read what the query names",
        "Grant it SELECT, then: seatkeeper check",
    ),
    _cause(
        r"could not decode to utf-8|^22021|invalid byte sequence",
        "the database holds text that is not UTF-8",
        "Correct the text, or convert it in the query; then: seatkeeper check",
        SourceShapeError,
    ),
    _cause(
        r"file is not a database|file is encrypted|disk image is malformed",
        "the file is not a whole SQLite database",
        "Correct the path, or fetch the file again; then: seatkeeper check",
    ),
    _cause(
        r"^22",
        "the query converts a value that can't be converted",
        "Leave the conversion to the declared columns, which name the row; then: seatkeeper check",
        SourceShapeError,
    ),
    _cause(
        r"^42601|^1064|syntax error|incomplete input",
        "the database does not understand the query",
        "Correct the query, then: seatkeeper check",
    ),
    _cause(
        r"connection refused|could not translate|can't connect|^2003|^2002|timeout expired|timed out|"
        r"failed to resolve|name or service not known|no route|unable to open database|^2006|^2013|^08|"
        r"server closed the connection|connection reset|lost connection|terminating connection|^57P01",
        "the database can't be reached",
        "Is it up, and are host and port right? Then: seatkeeper check",
    ),
)
_UNKNOWN = Cause(re.compile(""), "the database refused", "Correct what it names, then: seatkeeper check")


def explained(source: str, failure: BaseException, url: URL) -> SourceError:
    """The named error for what a driver raised, without the password and without anybody's data."""
    code, words = _told(failure)
    cause = next((cause for cause in _CAUSES if cause.pattern.search(f"{code} {words}".strip())), _UNKNOWN)
    said = redacted(words.strip().split("\n", 1)[0][:300], url)
    if code.startswith(_DATA) or _QUOTES.search(words):
        said = "(its words would repeat somebody's data)"
    return cause.error(
        f"source {source}: {cause.what}",
        arithmetic=f"{place(url)} said: {f'{code} ' if code else ''}{said}",
        remedy=cause.remedy,
    )


def place(url: URL) -> str:
    """Where a database is, for a message: the URL without user, password and options."""
    host = f"{url.host}:{url.port}" if url.host and url.port else url.host or ""
    return f"{url.get_backend_name()}://{host}/{url.database or ''}"


def redacted(words: str, url: URL) -> str:
    """The words without the password, however a driver may have written it."""
    password = str(url.password or "")
    secrets = {password, quote(password, safe=""), quote_plus(password)} - {""}
    for secret in sorted(secrets, key=len, reverse=True):
        words = words.replace(secret, HIDDEN)
    return words


def _told(failure: BaseException) -> tuple[str, str]:
    """The driver's own code and words; PyMySQL's number says more than the SQLSTATE beside it."""
    origin = getattr(failure, "orig", None) or failure
    match getattr(origin, "args", ()):
        case (int() as number, str() as words, *_):
            return str(number), words
        case _:
            return str(getattr(origin, "sqlstate", None) or ""), str(origin)
