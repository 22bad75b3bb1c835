"""Questions about the past: who had what, since when, and under which name; each one query, most indexed."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from seatkeeper.journal.database import Database, Session
from seatkeeper.journal.entry import parse_time, time_text
from seatkeeper.journal.terms import Decoder, words
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Named

_PAGE = 5_000
_ACCOUNTS_A_QUERY = 500

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
    session: Session, organization: str, at: datetime, accounts: Collection[AccountId] | None
) -> frozenset[Grant]:
    """The grants that held at that time; of these accounts, where they are given."""
    statement, values = _HELD + _THEN, _moment(organization, at)
    if accounts is None:
        return frozenset(Decoder(words(session)).grants(session.stream(statement, *values)))
    held: set[Grant] = set()
    asked = sorted(set(accounts))
    for start in range(0, len(asked), _ACCOUNTS_A_QUERY):
        some = asked[start : start + _ACCOUNTS_A_QUERY]
        marks = ", ".join("?" * len(some))
        which = f" AND subject IN (SELECT id FROM terms WHERE kind = 'account' AND word IN ({marks}))"
        rows = list(session.stream(statement + which, *values, *some))
        held.update(Decoder(words(session, {n for row in rows for n in row})).grants(rows))
    return frozenset(held)


def held_on(
    session: Session, organization: str, at: datetime, resources: Collection[Resource]
) -> dict[Resource, dict[AccountId, str]]:
    """Who held what role on each of these at that time."""
    wanted = _numbered(session, resources)
    if not wanted:
        return {}
    roles = dict(session.stream("SELECT id, word FROM terms WHERE kind = 'role'"))
    held: dict[int, dict[AccountId, str]] = {number: {} for number in wanted}
    asked = _on("word, resource, role", wanted, "JOIN terms ON terms.id = subject AND kind = 'account'")
    for account, resource, role in session.stream(asked, *_moment(organization, at)):
        held[resource][account] = roles[role]
    return {wanted[number]: who for number, who in held.items()}


def placed(
    session: Session, organization: str, at: datetime, resources: Collection[Resource]
) -> dict[Resource, int]:
    """How many held something on each of these at that time."""
    wanted = _numbered(session, resources)
    asked = f"{_on('resource, count(DISTINCT subject)', wanted)} GROUP BY resource"
    counted = session.stream(asked, *_moment(organization, at)) if wanted else ()
    return {wanted[number]: amount for number, amount in counted}


def _on(what: str, numbers: Collection[int], joined: str = "") -> str:
    """The question after what held on these; numbers of our own, however many there are.

    It is answered without an index: much of what there is stands on them, and
    reading everything in its order is faster then.
    """
    unindexed = f"organization + 0 = {_ORGANIZATION}"
    which = ", ".join(map(str, numbers))
    return f"SELECT {what} FROM spans {joined} WHERE {unindexed} {_THEN} AND resource IN ({which})"


def _moment(organization: str, at: datetime) -> tuple[str, ...]:
    """The values that `_THEN` asks for, after the organization."""
    return (organization, *(organization, time_text(at)) * 2)


def _numbered(session: Session, resources: Collection[Resource]) -> dict[int, Resource]:
    wanted = frozenset(resources)
    numbers = {}
    for kind in {resource.kind for resource in wanted}:
        told = session.stream("SELECT id, word FROM terms WHERE kind = ?", kind)
        numbers.update({n: thing for n, word in told if (thing := Resource(kind, word)) in wanted})
    return numbers


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
