"""Who moves: what the access rules give a linked member is not what that account holds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from seatkeeper.rules.access import Entitlement, Wish, by_name, entitlements, wish
from seatkeeper.rules.predicate import admit
from seatkeeper.rules.reasons import JOIN, MOVE, listed
from seatkeeper.rules.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatkeeper.model.grants import Grant, Resource
    from seatkeeper.model.policy import Access
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables


def find_movers(tables: Tables, case: Case) -> None:
    """Mark the kept, linked members whose wanted grants differ from those they hold."""
    if not case.policy.access or not case.grants:
        return
    holds = _holdings(case.grants)
    ids = by_name(case.names)
    tables.column("holder", holds)
    staying = (
        "JOIN decided ON r = p.sk_row JOIN account ON account.sk_row = a "
        "WHERE reason = 'stays' AND account.role <> 'outside' AND account.id IN (FROM holder)"
    )
    tables.ask("CREATE OR REPLACE TABLE mover (a INTEGER)")
    wishes: dict[_Told, Wish] = {}
    moving = []
    for (row, account), told in _told(tables, case, "a, account.id", 2, staying):
        if told not in wishes:
            wishes[told] = wish(_given(case, told), case.policy.manages, ids)
        if not wishes[told].met_by(holds[account]):
            moving.append((row,))
    tables.fill("mover", moving)
    tables.ask("UPDATE decided SET reason = 'access-changed' FROM mover WHERE decided.a = mover.a")
    tables.ask(
        "UPDATE decided SET reason = 'shielded' WHERE reason = 'access-changed' AND a IN "
        "(SELECT sk_row FROM account JOIN shield USING (id))"
    )


def _holdings(grants: Iterable[Grant]) -> Mapping[str, set[Resource]]:
    """On what each account holds something."""
    holds: defaultdict[str, set[Resource]] = defaultdict(set)
    for (kind, holder), resource, _ in grants:
        if kind == "account":
            holds[holder].add(resource)
    return holds


def entitled(tables: Tables, case: Case, person: str) -> list[Entitlement]:
    """What the rules give the person with this key."""
    found = _told(tables, case, "p.sk_row", 1, "WHERE p.sk_key = ?", [person])
    return [entry for _, told in found for entry in _given(case, told)]


def entitled_to_change(tables: Tables, case: Case) -> dict[str, list[Entitlement]]:
    """What the rules give everybody who joins or moves, by key: asked once, not person by person."""
    changing = f"JOIN decided ON r = p.sk_row WHERE reason IN ({listed(JOIN, MOVE)})"
    return {key: _given(case, told) for (key,), told in _told(tables, case, "p.sk_key", 1, changing)}


def touched(tables: Tables, case: Case, rules: Sequence[Access]) -> set[str]:
    """The accounts of those for whom one of these access rules is not certainly false."""
    truths = [admit(rule.when, case.columns, use="access").run for rule in rules if rule.when is not None]
    anybody = len(truths) < len(rules)
    where = "TRUE" if anybody else " OR ".join(f"({truth}) IS NOT FALSE" for truth in truths)
    found = tables.ask(
        f"SELECT account.id FROM (SELECT sk_row FROM person WHERE {where}) p "
        "JOIN decided ON r = p.sk_row JOIN account ON account.sk_row = a"
    )
    return {account for (account,) in found}


def check_access(case: Case) -> None:
    """Refuse an access rule that the gate does not admit."""
    for rule in case.policy.access:
        if rule.when is not None:
            admit(rule.when, case.columns, use="access")


class _Told(NamedTuple):
    """What the access rules look at in one person: the same for many people, so that it is judged once."""

    truths: tuple[bool | None, ...]
    lists: tuple[tuple[str, ...] | None, ...]


def _given(case: Case, told: _Told) -> list[Entitlement]:
    """What the access rules give."""
    return entitlements(
        case.policy.access, told.truths, dict(zip(_list_columns(case), told.lists, strict=True))
    )


def _list_columns(case: Case) -> list[str]:
    return sorted({rule.teams_from for rule in case.policy.access if rule.teams_from is not None})


def _told(
    tables: Tables, case: Case, asked: str, width: int, source: str, values: Sequence[object] = ()
) -> Iterator[tuple[tuple[Any, ...], _Told]]:
    """What was asked of each row of `source`, and what the access rules look at in that person."""
    rules = case.policy.access
    truths = [
        "TRUE" if rule.when is None else admit(rule.when, case.columns, use="access").run for rule in rules
    ]
    told = [*truths, *(quoted(name) for name in _list_columns(case))]
    rows = f"SELECT sk_row, {quoted(case.key)} AS sk_key"
    rows += "".join(f", {sql} AS sk_v{n}" for n, sql in enumerate(told))
    columns = ", ".join((asked, *(f"p.sk_v{n}" for n in range(len(told)))))
    after = width + len(rules)
    for row in tables.ask(f"SELECT {columns} FROM ({rows} FROM person) p {source}", values):
        lists = tuple(None if slugs is None else tuple(slugs) for slugs in row[after:])
        yield row[:width], _Told(row[width:after], lists)
