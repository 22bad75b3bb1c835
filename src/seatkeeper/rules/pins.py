"""Pins: what named people say about an account, over what the data says.

A keep pin only protects: it can turn a loss into a keep or a hold, and
nothing into a loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.reasons import HOLD, JOIN, LEAVE, MOVE, listed
from seatkeeper.rules.records import link_key, local_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatkeeper.model.policy import Pin
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables

_THERE = ("stays", "shut-out", "orphan")
_STAYING = listed(MOVE, JOIN, _THERE, ("invited", "not-joining", "not-started"))


def apply_pins(tables: Tables, case: Case) -> None:
    """Let every pin speak; one that has lapsed turns a leave, a move or a blocked join into a hold."""
    pins = (*case.policy.pins, *(pin for pin in case.pins if pin not in case.policy.pins))
    if not any(pin.account or pin.account_id or pin.person for pin in pins):
        return
    today = local_day(case)
    columns = "login VARCHAR, id VARCHAR, person VARCHAR, kind VARCHAR, lapsed BOOLEAN"
    tables.ask(f"CREATE OR REPLACE TABLE pin ({columns})")
    tables.fill("pin", [(p.account, p.account_id, p.person, p.kind, p.until < today) for p in pins])
    tables.ask(f"UPDATE decided SET reason = {_ruling()} FROM ({_pinned(pins)}) WHERE decided.rowid = place")


def _pinned(pins: Sequence[Pin]) -> str:
    """Per decision: whether a keep, an out, or a lapsed one of them speaks of its account or person.

    An id is surer than a login: a pin with an id is not asked for its login.
    """
    login = link_key("pin.login")
    at = "SELECT decided.rowid AS place, pin.kind, lapsed FROM pin"
    found = []
    if any(pin.account_id for pin in pins):
        found.append("JOIN account USING (id) JOIN decided ON a = account.sk_row")
    if any(pin.account for pin in pins):
        found.append(f"JOIN login ON k = {login} JOIN decided ON a = login.sk_row WHERE pin.id IS NULL")
        found.append(f"JOIN candidate ON sk_login = {login} JOIN decided ON decided.r = candidate.r")
    if any(pin.person for pin in pins):
        found.append("JOIN told ON sk_key = person JOIN decided ON r = told.sk_row")
    spoken = " UNION ALL ".join(f"{at} {joins}" for joins in found)
    return (
        "SELECT place, bool_or(kind = 'keep' AND NOT lapsed) AS keep, "
        "bool_or(kind = 'out' AND NOT lapsed) AS out, bool_or(kind = 'keep' AND lapsed) AS was_keep, "
        f"bool_or(kind = 'out' AND lapsed) AS was_out FROM ({spoken}) GROUP BY place"
    )


def _ruling() -> str:
    """The reason a pin gives a decision; what it does not speak of stays as it was."""
    return (
        "CASE WHEN keep AND out AND reason <> 'gone' THEN 'pinned-both' "
        f"WHEN keep AND a IS NOT NULL AND reason IN ({listed(LEAVE, HOLD, MOVE, _THERE)}) "
        "THEN 'pinned-keep' "
        f"WHEN out AND reason IN ({_STAYING}) THEN 'pinned-out' "
        f"WHEN was_keep AND reason IN ({listed(LEAVE, MOVE)}) THEN 'pin-lapsed' "
        f"WHEN was_out AND reason IN ({listed(JOIN)}) THEN 'pin-lapsed' ELSE reason END::reason"
    )
