"""What a leave needs beyond the policy's word; whoever lacks it is held.

Nothing here can add a leaver: each question only turns some into holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.link import BY_FILE
from seatkeeper.rules.reasons import ABSENT, JOIN, LEAVE, listed
from seatkeeper.rules.records import link_key, shut_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables

_LEAVING = f"reason IN ({listed(LEAVE)})"


def review(tables: Tables, case: Case) -> None:
    """Hold every leaver for whom something beyond the policy's word is missing."""
    _absent(tables, case)
    if case.members_problem is not None:
        tables.ask(f"UPDATE decided SET reason = 'members-problem' WHERE reason IN ({listed(JOIN)})")
    tables.fill("shield", [(account,) for account in sorted(case.shielded)])
    login = link_key("account.login")
    tables.ask(
        f"CREATE TABLE leaver AS SELECT a, r, via, {login} AS login, told.* FROM decided "
        "JOIN few_told told ON told.sk_row = r JOIN account ON account.sk_row = a "
        f"WHERE {_LEAVING}"
    )
    if not tables.any("leaver"):
        return
    tables.ask(
        "CREATE TABLE loose AS SELECT told.* FROM decided JOIN few_told told ON told.sk_row = r "
        f"WHERE a IS NULL AND sk_says NOT IN ({listed(LEAVE)})"
    )
    holds = " ".join(f"WHEN {when} THEN '{reason}'" for reason, when in _holds(tables, case))
    held = f"SELECT a, (CASE {holds} END)::reason AS hold FROM leaver"
    tables.ask(
        f"UPDATE decided SET reason = hold FROM ({held}) held "
        f"WHERE decided.a = held.a AND hold IS NOT NULL AND {_LEAVING}"
    )


def _holds(tables: Tables, case: Case) -> Iterator[tuple[str, str]]:
    """The reasons to take nothing from a leaver, in the order in which they speak, and when they do."""
    yield "suspended", f"a IN ({shut_out('suspended')})"
    if tables.big:
        yield "ambiguous", f"a IN ({_mismatched(case)})"
    yield "another-record", f"a IN ({_another_record(case)})"
    if case.problem is not None:
        yield "extract-problem", "TRUE"
    if case.members_problem is not None:
        yield "members-problem", "TRUE"
    if case.shielded:
        yield "shielded", "a IN (SELECT sk_row FROM account JOIN shield USING (id))"
    yield "first-seen", f"r NOT IN ({_seconded(case)})"


def _mismatched(case: Case) -> str:
    """The leavers whose key is not the account's after all: only its hash is."""
    same = [
        f"leaver.login IS NOT DISTINCT FROM sk_k{number}"
        if by.match == "login"
        else f"EXISTS (SELECT k FROM address WHERE address.sk_row = leaver.a AND k = sk_k{number})"
        for number, by in enumerate(case.policy.links)
    ]
    return " UNION ALL ".join(
        f"SELECT a FROM leaver WHERE via = {number} AND NOT {key}" for number, key in enumerate(same)
    )


def _another_record(case: Case) -> str:
    """The leavers with whom a record shares a key that has no account and stays: it may be the same person's.

    So may one that was linked to the leaver's account in the earlier extract.
    """
    shared = []
    for number, by in enumerate(case.policy.links):
        key = f"sk_k{number}"
        shared.append(f"JOIN loose USING ({key})")
        if by.match == "email":
            shared.append(f"JOIN address ON address.sk_row = leaver.a JOIN loose ON loose.{key} = address.k")
        if by.match == "login":
            shared.append(f"JOIN loose ON loose.{key} = leaver.login")
        if by.match == "login" and case.earlier:
            shared.append(
                f"JOIN earlier ON earlier.{key} = leaver.login JOIN loose ON loose.sk_key = earlier.sk_key"
            )
    return " UNION ALL ".join(f"SELECT a FROM leaver {join}" for join in shared)


def _seconded(case: Case) -> str:
    """The leavers for whom a dated end speaks, or the earlier extract says leave of the same account.

    A dated end speaks of whoever the record was about in the earlier extract as
    well: two people whose logins were exchanged have not both left. What the
    file of links says needs no second word.
    """
    if not case.earlier:
        return "SELECT sk_row FROM leaver WHERE sk_dated"
    same = " ".join(f"WHEN {n} THEN earlier.sk_k{n} = leaver.sk_k{n}" for n in range(len(case.policy.links)))
    return (
        f"SELECT sk_row FROM leaver WHERE sk_dated AND via = {BY_FILE} "
        "UNION ALL SELECT leaver.sk_row FROM leaver JOIN earlier ON earlier.sk_key = leaver.sk_key "
        f"WHERE (leaver.sk_dated OR earlier.sk_says IN ({listed(LEAVE)})) "
        f"AND CASE leaver.via {same} ELSE TRUE END"
    )


def _absent(tables: Tables, case: Case) -> None:
    """An orphan whom an earlier extract links to a record that is no more: that person vanished.

    Where the policy waits, it is a proposal once everybody who may be behind the account is gone so long.
    """
    known = "earlier" if case.gone is None else "gone"
    tables.ask(
        "CREATE TABLE vanished AS SELECT a, person AS k FROM named WHERE kind = 'person' "
        "AND a IN (SELECT a FROM decided WHERE reason = 'absent')"
    )
    for number, by in enumerate(case.policy.links):
        if by.trust == "confirmed" and (case.earlier or case.gone is not None):
            view = "login" if by.match == "login" else "address"
            tables.ask(
                f"INSERT INTO vanished SELECT {view}.sk_row, sk_key FROM {view} "
                f"JOIN {known} ON {view}.k = {known}.sk_k{number} "
                f"WHERE {view}.sk_row IN (SELECT a FROM decided WHERE reason = 'orphan') "
                f"AND {known}.sk_key NOT IN (SELECT sk_key FROM told)"
            )
    tables.column("long_gone", case.long_gone)
    tables.ask(
        f"UPDATE decided SET reason = (CASE WHEN long THEN '{ABSENT}' ELSE 'absent' END)::reason FROM "
        "(SELECT a, bool_and(k IN (FROM long_gone)) AS long FROM vanished GROUP BY a) v "
        "WHERE decided.a = v.a AND reason IN ('orphan', 'absent')"
    )
