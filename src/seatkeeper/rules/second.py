"""What a leave needs beyond the policy's word; whoever lacks it is held.

Nothing here can add a leaver: each question only turns some into holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.reasons import LEAVE, listed

if TYPE_CHECKING:
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables

_LEAVING = f"reason IN ({listed(LEAVE)})"


def review(tables: Tables, case: Case) -> None:
    """Hold every leaver for whom something beyond the policy's word is missing."""
    if case.earlier:
        _absent(tables, case)
    _another_record(tables, case)
    if case.problem is not None:
        _hold(tables, "extract-problem", "TRUE")
    if case.members_problem is not None:
        _hold(tables, "members-problem", "TRUE")
        tables.ask("UPDATE decided SET reason = 'members-problem' WHERE reason = 'joins'")
    tables.ask("CREATE TABLE shield (id VARCHAR)")
    tables.fill("shield", [(account,) for account in sorted(case.shielded)])
    _hold(tables, "shielded", "a IN (SELECT sk_row FROM account JOIN shield USING (id))")
    _hold(tables, "first-seen", f"r NOT IN ({_seconded(case)})")


def _hold(tables: Tables, reason: str, when: str) -> None:
    tables.ask(f"UPDATE decided SET reason = '{reason}' WHERE {_LEAVING} AND {when}")


def _another_record(tables: Tables, case: Case) -> None:
    """A record without an account that shares a key with a leaver, and stays, may be the same person's.

    So may one that was linked to the leaver's account in the earlier extract.
    """
    leavers = (
        "SELECT a, r, via, login.k AS login, told.* FROM decided JOIN few_told told ON told.sk_row = r "
        "JOIN login ON login.sk_row = a "
        f"WHERE {_LEAVING}"
    )
    tables.ask(f"CREATE TABLE leaver AS {leavers}")
    for number, by in enumerate(case.policy.links):
        if by.match == "login":
            differs = f"SELECT a FROM leaver WHERE via = {number} AND login IS DISTINCT FROM sk_k{number}"
            _hold(tables, "ambiguous", f"a IN ({differs})")
    if not tables.ask("SELECT count(*) FROM leaver")[0][0]:
        return
    loose = (
        "SELECT told.* FROM decided JOIN few_told told ON told.sk_row = r "
        f"WHERE a IS NULL AND sk_says NOT IN ({listed(LEAVE)})"
    )
    tables.ask(f"CREATE TABLE loose AS {loose}")
    for number, by in enumerate(case.policy.links):
        key = f"sk_k{number}"
        _hold(tables, "another-record", f"a IN (SELECT a FROM leaver JOIN loose USING ({key}))")
        if by.match == "email":
            mailed = (
                "SELECT a FROM leaver JOIN address ON address.sk_row = a "
                f"JOIN loose ON loose.{key} = address.k"
            )
            _hold(tables, "another-record", f"a IN ({mailed})")
        if by.match == "login":
            shared = f"a IN (SELECT a FROM leaver JOIN loose ON loose.{key} = leaver.login)"
            _hold(tables, "another-record", shared)
            if case.earlier:
                was = (
                    f"a IN (SELECT a FROM leaver JOIN earlier ON earlier.{key} = leaver.login "
                    "JOIN loose ON loose.sk_key = earlier.sk_key)"
                )
                _hold(tables, "another-record", was)


def _seconded(case: Case) -> str:
    """The leavers for whom a dated end speaks, or the earlier extract says leave of the same account."""
    spoken = "SELECT sk_row FROM leaver WHERE sk_dated"
    if not case.earlier:
        return spoken
    same = " ".join(f"WHEN {n} THEN earlier.sk_k{n} = leaver.sk_k{n}" for n in range(len(case.policy.links)))
    return (
        f"{spoken} UNION SELECT leaver.sk_row FROM leaver JOIN decided USING (a, r) "
        "JOIN earlier ON earlier.sk_key = leaver.sk_key "
        f"WHERE earlier.sk_says IN ({listed(LEAVE)}) AND CASE leaver.via {same} ELSE TRUE END"
    )


def _absent(tables: Tables, case: Case) -> None:
    """An orphan whom the earlier extract links to a record that is no more: that person vanished."""
    for number, by in enumerate(case.policy.links):
        if by.trust == "confirmed":
            view = "login" if by.match == "login" else "address"
            tables.ask(
                "UPDATE decided SET reason = 'absent' WHERE reason = 'orphan' AND a IN ("
                f"SELECT {view}.sk_row FROM {view} JOIN earlier ON {view}.k = earlier.sk_k{number} "
                f"WHERE {view}.sk_row IN (SELECT a FROM decided WHERE reason = 'orphan') "
                "AND earlier.sk_key NOT IN (SELECT sk_key FROM told))"
            )
