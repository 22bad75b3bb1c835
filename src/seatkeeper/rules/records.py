"""Every record of the source by itself: its values made honest, its local day, and what the policy says.

Three views are laid over an extract, here as SQL: ``person`` (the declared
columns, blank text made missing, and ``as_of``, the day it is where the person
works), and ``told`` (the keys by which it may be linked, what the policy says of
it, and whether a dated end says so). They are views, so that a deciding over
millions reads only the columns it needs.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from seatkeeper.errors import ConfigurationError
from seatkeeper.rules.predicate import AS_OF, Predicate, admit
from seatkeeper.rules.reasons import listed
from seatkeeper.rules.tables import quoted, quoted_text

if TYPE_CHECKING:
    from seatkeeper.model.people import Column
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables

BLANK = r"[\s\p{Z}\p{C}\x{034F}\x{115F}\x{1160}\x{2800}\x{3164}\x{FFA0}]"
RESERVED = "sk_"


def person_sql(case: Case, today: str, raw: str) -> str:
    """The SELECT behind ``person``; `today` is from `today_sql`."""
    columns = ", ".join(f"{_honest(column)} AS {quoted(column.name)}" for column in case.columns)
    return f"SELECT sk_row, {columns}, {today} AS {quoted(AS_OF)} FROM {raw}"


def told_sql(case: Case, person: str) -> str:
    """The SELECT behind ``told``: sk_row, sk_key, one sk_k… for each link column, sk_says, sk_dated."""
    keys = "".join(f", {link_key(quoted(by.column))} AS sk_k{n}" for n, by in enumerate(case.policy.links))
    return (
        f"SELECT sk_row, {quoted(case.key)} AS sk_key{keys}, {_says(case)} AS sk_says, "
        f"{dated(case)} AS sk_dated "
        f"FROM (SELECT *, {_leaving(case)} AS sk_leaving FROM {person})"
    )


def link_key(column: str) -> str:
    """A login or address as it is compared: edges cleaned, lower case; missing when it is not plain ASCII.

    Whatever merely looks like a login links nobody.
    """
    plain = f"strlen({column}) = length({column}) AND {column} >= '!' AND {column}[-1] >= '!'"
    cleaned = f"regexp_extract({column}, '^{BLANK}*([!-~]+){BLANK}*$', 1)"
    return f"CASE WHEN {plain} THEN lower({column}) ELSE lower(nullif({cleaned}, '')) END"


def dated(case: Case) -> str:
    """True where the last day lies before the person's own day; that day itself still counts as employed."""
    end = case.column("end")
    return "FALSE" if end is None else f"coalesce({quoted(end.name)} < {quoted(AS_OF)}, FALSE)"


def leave_rule(case: Case) -> Predicate | None:
    """The policy's leave predicate, admitted."""
    leave = case.policy.leave
    if leave is None:
        return None
    return admit(leave.when, case.columns, use="leave", missing_ok=leave.missing_ok)


def join_rule(case: Case) -> Predicate | None:
    """The policy's join predicate, admitted."""
    return None if case.policy.join is None else admit(case.policy.join, case.columns, use="join")


def check_columns(case: Case, present: set[str]) -> None:
    """Raise `ConfigurationError` for a column that is declared and not there, or whose name can't be used."""
    names = [column.name for column in case.columns]
    folded = [name.casefold() for name in names]
    wrong = [n for n in names if n.casefold() == AS_OF or n.casefold().startswith(RESERVED)]
    wrong += [n for n in names if folded.count(n.casefold()) > 1]
    if wrong:
        raise ConfigurationError(
            f"no column can be called {wrong[0]!r}",
            arithmetic=f"{AS_OF} is the clock, {RESERVED}… are ours, and names must differ in more than case",
            remedy="rename it in the query with AS",
        )
    for column in case.columns:
        if column.role in ("start", "end") and column.type != "date":
            raise ConfigurationError(
                f"the column {column.name!r} is a person's {column.role} and is declared as {column.type}",
                remedy=f"declare it as {{type: date, role: {column.role}}}",
            )
    policy = case.policy
    used = [case.key, *(by.column for by in policy.links), *([policy.status.column] if policy.status else [])]
    used += [rule.teams_from for rule in policy.access if rule.teams_from is not None]
    for name in used:
        if name not in names:
            raise ConfigurationError(
                f"the policy names the column {name!r}, which no source declares",
                arithmetic=f"declared: {', '.join(names)}",
                remedy="declare it under the source's columns",
            )
    if absent := [name for name in names if name not in present]:
        raise ConfigurationError(
            f"the extract has no column {absent[0]!r}",
            arithmetic=f"it has: {', '.join(sorted(present))}",
            remedy="seatkeeper check",
        )


def _honest(column: Column) -> str:
    """Blank text is missing, and so is a list with a hole in it."""
    name = quoted(column.name)
    if column.type == "text":
        plain = f"{name} >= '!' AND {name} < chr(127)"
        return f"CASE WHEN {plain} THEN {name} WHEN NOT regexp_full_match({name}, '{BLANK}*') THEN {name} END"
    if column.type == "list":
        return f"CASE WHEN list_count({name}) <> len({name}) THEN NULL ELSE {name} END"
    return name


def today_sql(tables: Tables, case: Case, *extracts: str) -> str:
    """The day it is for a person: by the zone column of these extracts, else by the default zone.

    A zone that is missing or that nobody knows is taken for the last one on
    Earth to begin a day, so that it can make nobody leave early.
    """
    default = _date(local_day(case))
    column = case.column("zone")
    if column is None:
        return default
    name = quoted(column.name)
    days: dict[date, list[str]] = {}
    zones = " UNION ".join(f"SELECT {name} FROM {raw} WHERE {name} IS NOT NULL" for raw in extracts)
    for (zone,) in tables.ask(zones):
        if (day := _day_in(str(zone), case.as_of)) is not None:
            days.setdefault(day, []).append(str(zone))
    known = "".join(f" WHEN {_among(name, zones)} THEN {_date(day)}" for day, zones in sorted(days.items()))
    blank = f" WHEN {_honest(column)} IS NULL THEN {default}" if column.missing == "none" else ""
    last = _date(case.as_of.astimezone(timezone(timedelta(hours=-12))).date())
    return f"CASE{blank}{known} ELSE {last} END" if blank or known else last


def _day_in(zone: str, moment: datetime) -> date | None:
    """The day it is in a zone; None when nobody knows it."""
    known = _zone(zone)
    return None if known is None else moment.astimezone(known).date()


@lru_cache(maxsize=1_000)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_day(case: Case) -> date:
    """The day it is in the default zone."""
    if case.as_of.tzinfo is None:
        raise ValueError("as_of must be aware")
    day = _day_in(case.zone, case.as_of)
    if day is None:
        raise ConfigurationError(
            f"no time zone is called {case.zone!r}", remedy="use a name such as Europe/Madrid or UTC"
        )
    return day


def _date(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _leaving(case: Case) -> str:
    rule = leave_rule(case)
    return "FALSE" if rule is None else rule.run


def _says(case: Case) -> str:
    """What the policy says of one record, as a reason; `stays` when it says nothing."""
    unknown = _reason("unknown-predicate")
    beyond = f"WHEN sk_leaving THEN {{leave}} WHEN sk_leaving IS NULL THEN {unknown} ELSE {_reason('stays')}"
    table = case.policy.status
    if table is None:
        return f"CASE {beyond.format(leave=_reason('rule-leave'))} END"
    leave = case.policy.leave
    column = quoted(table.column)
    by_meaning = {
        meaning: [value for value, means in table.values.items() if means == meaning]
        for meaning in ("leave", "keep")
    }
    over = [value for value in by_meaning["keep"] if leave is not None and value in leave.over]
    missing = _reason("missing-status")
    if leave is not None and table.column in leave.missing_ok:
        missing = f"CASE WHEN sk_leaving THEN {_reason('rule-leave')} ELSE {missing} END"
    overruled = f"CASE WHEN {_among(column, over)} THEN {_reason('rule-leave')}"
    contradiction = f"{overruled} ELSE {_reason('table-contradicts')} END"
    return (
        f"CASE WHEN {column} IS NULL THEN {missing} "
        f"WHEN {_among(column, by_meaning['leave'])} THEN {_reason('status-leave')} "
        f"WHEN NOT {_among(column, by_meaning['keep'])} THEN {_reason('unforeseen-status')} "
        f"{beyond.format(leave=contradiction)} END"
    )


def shut_out(*roles: str) -> str:
    """The accounts that can use no membership: those outside the organization, and those suspended."""
    return f"SELECT sk_row FROM account WHERE role IN ({listed(roles or ('outside', 'suspended'))})"


def _reason(name: str) -> str:
    return f"{quoted_text(name)}::reason"


def _among(column: str, values: list[str]) -> str:
    if not values:
        return "FALSE"
    return f"({column} IN ({', '.join(quoted_text(value) for value in values)}))"
