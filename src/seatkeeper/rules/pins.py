"""Pins: what named people say about an account, over what the data says.

A keep pin only protects: it can turn a loss into a keep or a hold, and
nothing into a loss. Where it has a condition, missing data protects as well:
of whom it can't be decided, nothing is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seatkeeper.rules.codec import canonical, sha256
from seatkeeper.rules.predicate import admit
from seatkeeper.rules.reasons import ABSENT, HOLD, JOIN, LEAVE, MOVE, VERB, listed
from seatkeeper.rules.records import link_key, local_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from seatkeeper.model.ids import AccountId
    from seatkeeper.model.policy import Pin
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.predicate import Predicate
    from seatkeeper.rules.tables import Tables

ID_LENGTH = 16
NAMED = -1
"""What the tables call, instead of a pin, the word of whoever names accounts for a plan."""
_THERE = ("stays", "shut-out", "orphan")
_STAYING = listed(MOVE, JOIN, _THERE, ("invited", "not-joining", "not-started"))


def heard(case: Case) -> tuple[Pin, ...]:
    """The policy's pins, then the journal's; the tables call each by its place here."""
    return (*case.policy.pins, *(pin for pin in case.pins if pin not in case.policy.pins))


def pin_rules(case: Case) -> Mapping[int, Predicate]:
    """The conditions of pins, admitted, each by the place of its pin among those that are heard."""
    conditions = {n: pin.when for n, pin in enumerate(heard(case)) if pin.when is not None}
    return {n: admit(when, case.columns, use="pin") for n, when in conditions.items()}


def speaks_of(pin: Pin, account: AccountId | None, login: str | None, person: str | None = None) -> bool:
    """True when the pin names this account or this person; what a condition says, only the tables know.

    An id is surer than a login: a pin with an id is not asked for its login.
    """
    if pin.person is not None and pin.person == person:
        return True
    if pin.account_id is not None:
        return pin.account_id == account
    return pin.account is not None and login is not None and pin.account.casefold() == login.casefold()


class Use(NamedTuple):
    """Of how many a pin speaks today, and who would be decided otherwise without it: logins, or keys."""

    speaks: int
    decides: tuple[str, ...]


def pin_id(pin: Pin) -> str:
    """What the journal calls a pin: who says what of whom until when; it tells none of that."""
    whom = [pin.account, pin.account_id, pin.person, pin.when]
    return sha256(canonical([pin.kind, *whom, pin.owner, pin.until.isoformat()]))[:ID_LENGTH]


def decides(pin: Pin, today: date, *, sure: bool, was: str, reason: str) -> bool:
    """True when it is this pin, of those that speak, that makes a decision another one than it was."""
    live, reasons = pin.until >= today, {"pin-lapsed", "asked-lapsed"}
    if live:
        reasons = {"pinned-both", f"pinned-{pin.kind}"} if sure else {"pin-unknown"}
    return reason in reasons and VERB[was] != VERB[reason]


def apply_pins(tables: Tables, case: Case) -> None:
    """Let every pin speak; one that has lapsed turns a leave, a move or a blocked join into a hold.

    Whom the plan names is put to an approver instead, and so is a named
    account whose person vanished. To name somebody is a word about an account,
    as a pin is, and ends no pin that holds. The table ``spoken`` says of which
    decision (its row number) which pin speaks, whether for sure, and what was
    decided before it did.
    """
    pins = heard(case)
    if not pins and not case.named:
        return
    today = local_day(case)
    columns = "n INTEGER, login VARCHAR, id VARCHAR, person VARCHAR, kind VARCHAR, lapsed BOOLEAN"
    tables.ask(f"CREATE OR REPLACE TABLE pin ({columns})")
    tables.fill(
        "pin", [(n, p.account, p.account_id, p.person, p.kind, p.until < today) for n, p in enumerate(pins)]
    )
    tables.fill("pin", [(NAMED, login, None, None, "named", False) for login in sorted(case.named)])
    spoken = " UNION ALL ".join(_spoken(case))
    tables.ask(
        "CREATE OR REPLACE TABLE spoken AS SELECT place, n, bool_or(sure) AS sure, any_value(reason) AS was "
        f"FROM ({spoken}) GROUP BY place, n"
    )
    tables.ask(f"UPDATE decided SET reason = {_ruling(case)} FROM ({_pinned()}) WHERE decided.rowid = place")


def silence(tables: Tables) -> None:
    """Take back what pins have said, so that they can be asked again when more is known."""
    tables.ask("CREATE TABLE IF NOT EXISTS spoken (place BIGINT, n INTEGER, sure BOOLEAN, was reason)")
    if tables.any("spoken"):
        tables.ask("UPDATE decided SET reason = was FROM spoken WHERE decided.rowid = place")


def _spoken(case: Case) -> Iterator[str]:
    """Which pin speaks of which decision, by what it names: decision, pin, for sure, and what was decided."""
    pins = heard(case)
    login = link_key("pin.login")
    at = "SELECT decided.rowid AS place, {n} AS n, {sure} AS sure, reason FROM "
    named = at.format(n="n", sure="TRUE") + "pin "
    if any(pin.account_id for pin in pins):
        yield f"{named} JOIN account USING (id) JOIN decided ON a = account.sk_row"
    if case.named or any(pin.account for pin in pins):
        yield f"{named} JOIN login ON k = {login} JOIN decided ON a = login.sk_row WHERE pin.id IS NULL"
        yield f"{named} JOIN candidate ON sk_login = {login} JOIN decided ON decided.r = candidate.r"
    if any(pin.person for pin in pins):
        yield from (f"{named} JOIN told ON sk_key = person {whose}" for whose in _whose("told.sk_row"))
        yield f"{named} JOIN vanished ON vanished.k = person JOIN decided ON decided.a = vanished.a"
    for n, rule in pin_rules(case).items():
        may = f"(SELECT sk_row, ({rule.run}) AS truth FROM person WHERE ({rule.run}) IS NOT FALSE) p"
        told = at.format(n=n, sure="truth IS NOT NULL") + may
        yield from (f"{told} {whose}" for whose in _whose("p.sk_row"))


def _whose(record: str) -> tuple[str, str]:
    """From a record to the decision about it, and to the one of another record of the same person."""
    return (
        f"JOIN decided ON decided.r = {record}",
        f"JOIN contest ON contest.r = {record} JOIN decided ON decided.a = contest.a",
    )


def _pinned() -> str:
    """Per decision: whether a keep, an out, a keep that may be meant, or a lapsed one speaks of it."""
    return (
        "SELECT place, bool_or(kind = 'keep' AND NOT lapsed AND sure) AS keep, "
        "bool_or(kind = 'out' AND NOT lapsed) AS out, bool_or(kind = 'keep' AND NOT lapsed) AS maybe, "
        "bool_or(kind = 'named') AS named, bool_or(kind = 'keep' AND lapsed) AS was_keep, "
        "bool_or(kind = 'out' AND lapsed) AS was_out FROM spoken JOIN pin USING (n) GROUP BY place"
    )


def _ruling(case: Case) -> str:
    """The reason a pin gives a decision; what it does not speak of stays as it was."""
    proposed = (ABSENT,) if case.policy.absent_after is not None else ("absent",)
    return (
        "CASE WHEN keep AND out AND reason <> 'gone' THEN 'pinned-both' "
        f"WHEN keep AND a IS NOT NULL AND reason IN ({listed(LEAVE, HOLD, MOVE, _THERE)}) "
        "THEN 'pinned-keep' "
        f"WHEN out AND reason IN ({_STAYING}) THEN 'pinned-out' "
        f"WHEN maybe AND reason IN ({listed(LEAVE, MOVE)}) THEN 'pin-unknown' "
        f"WHEN named AND reason IN ({listed(proposed)}) THEN 'asked-absent' "
        f"WHEN named AND was_keep AND reason IN ({listed(LEAVE)}) THEN 'asked-lapsed' "
        "WHEN named THEN reason "
        f"WHEN was_keep AND reason IN ({listed(LEAVE, MOVE)}) THEN 'pin-lapsed' "
        f"WHEN was_out AND reason IN ({listed(JOIN)}) THEN 'pin-lapsed' ELSE reason END::reason"
    )
