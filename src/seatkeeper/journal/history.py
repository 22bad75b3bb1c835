"""Questions about the past, each one indexed query: who had what, since when, and under which name."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from seatkeeper.journal.database import Database, Session
from seatkeeper.journal.entry import parse_time, time_text
from seatkeeper.journal.terms import Decoder, words
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Named

_PAGE = 5_000
_THINGS_A_QUERY = 500
_FEW_NUMBERS = 5_000

_ORGANIZATION = "(SELECT id FROM terms WHERE kind = 'organization' AND word = ?)"
_OBSERVED = (
    f"coalesce((SELECT max(seq) FROM observations WHERE organization = {_ORGANIZATION} AND read_at <= ?), 0)"
)
_HELD = f"SELECT subject, resource, role FROM spans WHERE organization = {_ORGANIZATION} "
_PRESENT = "AND until IS NULL"
_THEN = f"AND since <= {_OBSERVED} AND (until IS NULL OR until > {_OBSERVED})"


class Span(NamedTuple):
    """A grant with the time it was seen to hold: since inclusive, until exclusive or None."""

    grant: Grant
    since: datetime
    until: datetime | None


def grants_at(
    session: Session,
    organization: str,
    at: datetime,
    accounts: Collection[AccountId] | None,
    on: Collection[Resource] | None,
) -> frozenset[Grant]:
    """The grants that held at that time; of these accounts or on these resources, where either is given."""
    moment = (organization, time_text(at))
    statement, values = _HELD + _THEN, (organization, *moment, *moment)
    if accounts is None and on is None:
        return frozenset(Decoder(words(session)).grants(session.stream(statement, *values)))
    held: set[Grant] = set()
    wanted: list[tuple[str, str, str]] = [("subject", "account", a) for a in set(accounts or ())]
    wanted += [("resource", *thing) for thing in set(on or ())]
    for (column, kind), things in groupby(sorted(wanted), key=itemgetter(0, 1)):
        asked = [word for *_, word in things]
        for start in range(0, len(asked), _THINGS_A_QUERY):
            some = asked[start : start + _THINGS_A_QUERY]
            marks = ", ".join("?" * len(some))
            which = f" AND {column} IN (SELECT id FROM terms WHERE kind = ? AND word IN ({marks}))"
            rows = list(session.stream(statement + which, *values, kind, *some))
            numbers = {n for row in rows for n in row}
            named = words(session, numbers if len(numbers) <= _FEW_NUMBERS else None)
            held.update(Decoder(named).grants(rows))
    return frozenset(held)


def history(
    database: Database, organization: str, account: AccountId | None, since: datetime | None
) -> Iterator[Span]:
    """Spans in order of time, a page at a time, so that no transaction stays open behind a slow reader."""
    moment = time_text(since) if since is not None else ""
    where = f"organization = {_ORGANIZATION} AND (until IS NULL OR until > {_OBSERVED})"
    values: tuple[object, ...] = (organization, organization, moment)
    if account is not None:
        where += " AND subject = (SELECT id FROM terms WHERE kind = 'account' AND word = ?)"
        values += (account,)
    place = (0, 0)
    while True:
        with database.read() as session:
            rows = session.run(
                f"SELECT since, id, until, subject, resource, role FROM spans "
                f"WHERE {where} AND (since, id) > (?, ?) ORDER BY since, id LIMIT {_PAGE}",
                *values,
                *place,
            )
            decoder = Decoder(words(session, {n for row in rows for n in row[3:]}))
            times = _times(session)
        for first, _, last, *coded in rows:
            yield Span(decoder.grant(*coded), times[first], None if last is None else times[last])
        if len(rows) < _PAGE:
            return
        place = (rows[-1][0], rows[-1][1])


def holders(session: Session, organization: str, resource: Resource) -> frozenset[AccountId]:
    """Every account that was ever seen to hold something on this resource itself."""
    found = session.stream(
        f"SELECT word FROM terms WHERE kind = 'account' AND id IN (SELECT subject FROM spans "
        f"WHERE organization = {_ORGANIZATION} "
        "AND resource IN (SELECT id FROM terms WHERE kind = ? AND word = ?))",
        organization,
        *resource,
    )
    return frozenset(AccountId(word) for (word,) in found)


def names(session: Session, organization: str, at: datetime | None) -> dict[Resource, str]:
    """What the organization, each team and each repository was last known by (at that time)."""
    found = _named(session, organization, at, "kind IN ('organization', 'team', 'repository')")
    return {Resource(kind, word): name for kind, word, name in found}  # type: ignore[arg-type]


def logins(session: Session, organization: str) -> dict[AccountId, str]:
    """The last login each account was known by."""
    found = _named(session, organization, None, "kind = 'account'")
    return {AccountId(word): name for _, word, name in found}


def names_in_time(session: Session, organization: str) -> list[Named]:
    """Every name that anything was known by, with its time; erased ones are not among them."""
    times = _times(session)
    rows = session.stream(
        "SELECT kind, word, name, since, until FROM names JOIN terms ON terms.id = names.thing "
        f"WHERE organization = {_ORGANIZATION} ORDER BY since, names.id",
        organization,
    )
    return [
        Named(kind, word, name, times[first], None if last is None else times[last])
        for kind, word, name, first, last in rows
    ]


def erase_logins(session: Session, organization: str, accounts: Collection[AccountId]) -> int:
    """Erase every login these accounts were known by; how many there were."""
    mine = "thing = (SELECT id FROM terms WHERE kind = 'account' AND word = ?)"
    statement = f"DELETE FROM names WHERE organization = {_ORGANIZATION} AND {mine} RETURNING id"
    return sum(len(session.run(statement, organization, account)) for account in accounts)


def _named(
    session: Session, organization: str, at: datetime | None, kinds: str
) -> Iterator[tuple[str, str, str]]:
    statement = (
        "SELECT kind, word, name FROM names JOIN terms ON terms.id = names.thing "
        f"WHERE organization = {_ORGANIZATION} AND {kinds} "
    )
    if at is None:
        return session.stream(statement + _PRESENT, organization)
    moment = (organization, time_text(at))
    return session.stream(statement + _THEN, organization, *moment, *moment)


def _times(session: Session) -> dict[int, datetime]:
    return {seq: parse_time(text) for seq, text in session.stream("SELECT seq, read_at FROM observations")}
