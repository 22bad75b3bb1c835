"""Who joins: the join rule is true, the first day has come, and there is a login to invite that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.reasons import HOLD, LEAVE, listed
from seatkeeper.rules.records import dated, join_rule, link_key
from seatkeeper.rules.tables import quoted

if TYPE_CHECKING:
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables


def find_joiners(tables: Tables, case: Case) -> None:
    """Say of every record without a membership whether it joins, and if not, why not."""
    tables.ask("CREATE TABLE invited (k VARCHAR, id VARCHAR)")
    tables.ask("CREATE TABLE invited_raw (login VARCHAR, email VARCHAR, id VARCHAR)")
    open_ones = [i for i in case.invitations if i.failed is None]
    tables.fill("invited_raw", [(i.login, i.email, i.account) for i in open_ones])
    tables.ask(
        f"INSERT INTO invited SELECT {link_key('login')}, id FROM invited_raw "
        f"UNION SELECT {link_key('email')}, id FROM invited_raw"
    )
    tables.ask(
        f"CREATE TABLE candidate AS SELECT a, r, sk_login, {_verdict(case)} AS verdict FROM ({_records(case)})"
    )
    tables.ask(
        "UPDATE candidate SET verdict = 'login-taken' WHERE verdict = 'joins' AND a IS NULL "
        "AND sk_login IN (SELECT k FROM login)"
    )
    tables.ask(
        "UPDATE candidate SET verdict = 'ambiguous' WHERE verdict = 'joins' AND sk_login IN "
        "(SELECT sk_login FROM candidate WHERE verdict = 'joins' GROUP BY sk_login HAVING count(*) > 1)"
    )
    tables.ask(
        "UPDATE decided SET reason = verdict::reason FROM candidate WHERE decided.r = candidate.r "
        "AND (candidate.a IS NULL OR verdict = 'joins')"
    )


def _records(case: Case) -> str:
    """Records that hold no membership: without an account, or linked to one that is outside."""
    rule = join_rule(case)
    logins = [
        f"sk_k{n}"
        for n, by in enumerate(case.policy.links)
        if by.match == "login" and by.trust == "confirmed"
    ]
    keys = [f"sk_k{n}" for n, by in enumerate(case.policy.links) if by.match == "email"]
    asked = f"SELECT k FROM invited WHERE k IN ({', '.join((*logins, *keys, 'filed'))})"
    filed = "SELECT person, min(login) AS filed FROM (SELECT person, "
    filed += f"{link_key('login')} AS login FROM line WHERE kind = 'person') GROUP BY person"
    return (
        f"SELECT person.*, told.*, d.a, d.r, d.reason, coalesce({', '.join(('filed', *logins))}) AS sk_login, "
        f"{rule.run if rule else 'FALSE'} AS sk_join, EXISTS ({asked}) AS sk_invited, {dated(case)} AS sk_ended "
        "FROM decided d JOIN person ON person.sk_row = d.r JOIN told ON told.sk_row = d.r "
        f"LEFT JOIN ({filed}) ON person = sk_key "
        "WHERE d.a IS NULL OR (d.reason = 'stays' AND d.a IN (SELECT sk_row FROM account WHERE role = 'outside'))"
    )


def _verdict(case: Case) -> str:
    start = case.column("start")
    waits = unsure = ""
    if start is not None:
        waits = f"WHEN {quoted(start.name)} > {quoted('as_of')} THEN 'not-started'"
        unsure = (
            f"WHEN {quoted(start.name)} IS NULL THEN 'unknown-join'" if start.missing == "unknown" else ""
        )
    return (
        f"CASE WHEN reason IN ({listed(HOLD)}) THEN reason::VARCHAR "
        f"WHEN reason IN ({listed(LEAVE)}) OR sk_ended THEN 'gone' WHEN sk_join IS NULL THEN 'unknown-join' "
        "WHEN NOT sk_join THEN 'not-joining' WHEN sk_login IS NULL THEN 'no-login' "
        f"WHEN sk_invited THEN 'invited' {waits} {unsure} ELSE 'joins' END"
    )
