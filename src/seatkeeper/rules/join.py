"""Who joins: the join rule is true, the first day has come, and the login to invite is nobody's yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.link import matched
from seatkeeper.rules.predicate import AS_OF
from seatkeeper.rules.reasons import HOLD, LEAVE, listed
from seatkeeper.rules.records import dated, join_rule, link_key, shut_out
from seatkeeper.rules.tables import quoted

if TYPE_CHECKING:
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.tables import Tables


def find_joiners(tables: Tables, case: Case) -> None:
    """Say of every record without a membership whether it joins, and if not, why not."""
    invited = _load_invited(tables, case)
    login = matched(tables, "sk_login")
    tables.ask(
        f"CREATE TABLE candidate AS SELECT a, r, sk_key, sk_login, {_VERDICT} AS verdict "
        f"FROM ({_records(case, invited)}); "
        "UPDATE candidate SET verdict = 'login-taken' WHERE verdict = 'joins' AND a IS NULL "
        f"AND {login} IN (SELECT k FROM seat SEMI JOIN candidate ON k = {login}); "
        "UPDATE candidate SET verdict = 'ambiguous' WHERE verdict = 'joins' AND sk_login IN "
        "(SELECT sk_login FROM candidate WHERE verdict = 'joins' GROUP BY sk_login HAVING count(*) > 1); "
        "UPDATE decided SET reason = verdict::reason FROM candidate WHERE decided.r = candidate.r "
        "AND (candidate.a IS NULL OR verdict = 'joins')"
    )
    if tables.any("account WHERE role = 'suspended'"):
        said = "CASE reason WHEN 'joins' THEN 'returns' ELSE 'shut-out' END"
        tables.ask(
            f"UPDATE decided SET reason = ({said})::reason WHERE reason IN ('joins', 'stays') "
            f"AND a IN ({shut_out('suspended')})"
        )


def _load_invited(tables: Tables, case: Case) -> bool:
    """Load the open invitations, where there are any."""
    open_ones = [(i.login, i.email, i.account) for i in case.invitations if i.failed is None]
    if not open_ones:
        return False
    tables.ask("CREATE TABLE invited_raw (login VARCHAR, email VARCHAR, id VARCHAR)")
    tables.fill("invited_raw", open_ones)
    tables.ask(
        f"CREATE TABLE invited AS SELECT {link_key('login')} AS k, id FROM invited_raw "
        f"UNION SELECT {link_key('email')}, id FROM invited_raw"
    )
    return True


def _records(case: Case, invited: bool) -> str:  # noqa: FBT001  # a fact, not a switch
    """Records that hold no membership: without an account, or linked to one that is outside."""
    links = list(enumerate(case.policy.links))
    logins = [f"sk_k{n}" for n, by in links if by.match == "login" and by.trust == "confirmed"]
    addresses = [f"sk_k{n}" for n, by in links if by.match == "email"]
    filed = (
        f"SELECT person AS sk_person, min({link_key('login')}) AS sk_filed FROM line "
        "WHERE kind = 'person' GROUP BY person"
    )
    by_key = f"SELECT k FROM invited WHERE k IN ({', '.join((*logins, *addresses, 'sk_filed'))})"
    by_id = "SELECT account.sk_row FROM invited JOIN account USING (id)"
    is_invited = f"EXISTS ({by_key}) OR coalesce(d.a IN ({by_id}), FALSE)" if invited else "FALSE"
    return (
        "SELECT d.a, d.r, d.reason, told.sk_key, p.sk_join, p.sk_ended, p.sk_begun, "
        f"coalesce({', '.join(('sk_filed', *logins))}) AS sk_login, {is_invited} AS sk_invited "
        f"FROM decided d JOIN ({_asked(case)}) p ON p.sk_row = d.r JOIN few_told told ON told.sk_row = d.r "
        f"LEFT JOIN ({filed}) ON sk_person = sk_key "
        "WHERE d.a IS NULL OR (d.reason = 'stays' "
        f"AND d.a IN ({shut_out()}))"
    )


def _asked(case: Case) -> str:
    """Of every record: is the join rule true, has it ended, has its first day come."""
    rule = join_rule(case)
    start = case.column("start")
    begun = "TRUE"
    if start is not None:
        begun = f"{quoted(start.name)} <= {quoted(AS_OF)}"
        begun = f"coalesce({begun}, TRUE)" if start.missing == "none" else begun
    return (
        f"SELECT sk_row, {rule.run if rule else 'FALSE'} AS sk_join, {dated(case)} AS sk_ended, "
        f"{begun} AS sk_begun FROM few"
    )


_VERDICT = (
    f"CASE WHEN reason IN ({listed(HOLD)}) THEN reason::VARCHAR "
    f"WHEN reason IN ({listed(LEAVE)}) OR sk_ended THEN 'gone' WHEN sk_join IS NULL THEN 'unknown-join' "
    "WHEN NOT sk_join THEN 'not-joining' WHEN sk_login IS NULL THEN 'no-login' "
    "WHEN sk_invited THEN 'invited' WHEN NOT sk_begun THEN 'not-started' "
    "WHEN sk_begun IS NULL THEN 'unknown-join' ELSE 'joins' END"
)
