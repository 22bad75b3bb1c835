"""Who moves: what the access rules give a linked member is not what that account holds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from seatkeeper.model.ids import AccountId
from seatkeeper.rules.access import Entitlement, by_name, entitlements, wanted
from seatkeeper.rules.predicate import admit
from seatkeeper.rules.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatkeeper.model.grants import Grant
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables


def find_movers(tables: Tables, case: Case) -> None:
    """Mark the kept, linked members whose wanted grants differ from those they hold."""
    if not case.policy.access or not case.grants:
        return
    held: dict[str, set[Grant]] = defaultdict(set)
    for grant in case.grants:
        if grant.subject.kind == "account":
            held[grant.subject.id].add(grant)
    ids = by_name(case.names)
    staying = (
        "JOIN decided ON r = p.sk_row JOIN account ON account.sk_row = a "
        "WHERE reason = 'stays' AND account.role <> 'outside'"
    )
    tables.ask("CREATE TABLE mover (a INTEGER)")
    moving = []
    for (row, account), given in _given(tables, case, "a, account.id", 2, staying):
        holds = held.get(AccountId(account), set())
        if holds and wanted(holds, given, case.policy.manages, ids) != holds:
            moving.append((row,))
    tables.fill("mover", moving)
    tables.ask("UPDATE decided SET reason = 'access-changed' FROM mover WHERE decided.a = mover.a")
    tables.ask(
        "UPDATE decided SET reason = 'shielded' WHERE reason = 'access-changed' AND a IN "
        "(SELECT sk_row FROM account JOIN shield USING (id))"
    )


def entitled(tables: Tables, case: Case, person: str) -> list[Entitlement]:
    """What the rules give the person with this key."""
    found = _given(tables, case, "p.sk_row", 1, "WHERE p.sk_key = ?", [person])
    return [entry for _, given in found for entry in given]


def check_access(case: Case) -> None:
    """Refuse an access rule that the gate does not admit."""
    for rule in case.policy.access:
        if rule.when is not None:
            admit(rule.when, case.columns, use="access")


def _given(
    tables: Tables, case: Case, asked: str, width: int, source: str, values: Sequence[object] = ()
) -> Iterator[tuple[tuple[Any, ...], list[Entitlement]]]:
    """What was asked of each row of `source`, and what the access rules give that person."""
    rules = case.policy.access
    truths = [
        "TRUE" if rule.when is None else admit(rule.when, case.columns, use="access").run for rule in rules
    ]
    lists = sorted({rule.teams_from for rule in rules if rule.teams_from is not None})
    told = [*truths, *(quoted(name) for name in lists)]
    rows = f"SELECT sk_row, {quoted(case.key)} AS sk_key"
    rows += "".join(f", {sql} AS sk_v{n}" for n, sql in enumerate(told))
    columns = ", ".join((asked, *(f"p.sk_v{n}" for n in range(len(told)))))
    for row in tables.ask(f"SELECT {columns} FROM ({rows} FROM person) p {source}", values):
        after = width + len(rules)
        given = entitlements(rules, row[width:after], dict(zip(lists, row[after:], strict=True)))
        yield row[:width], given
