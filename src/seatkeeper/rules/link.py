"""Which account is whose, with the evidence for it.

Sources of links are asked in order of trust: the links file, then the
confirmed columns, then the proposed ones. An account that one of them links
is not asked about again. An address that several records or accounts share
links nobody. Several records with one login are one person's; whatever else is
claimed twice is ambiguous.

What is linked goes into ``decided`` (account row, record row, reason, via),
one row an account; what is left over goes there as well, with an empty side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.reasons import HOLD, LEAVE, REASONS, listed
from seatkeeper.rules.records import link_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatkeeper.model.policy import LinkBy, LinkLine
    from seatkeeper.model.snapshot import Identity
    from seatkeeper.rules.tables import Tables

BY_FILE = -1


def prepare(tables: Tables, lines: Sequence[LinkLine], identities: Sequence[Identity]) -> None:
    """Lay out what links are made from: the links file, addresses, and the tables that are filled."""
    tables.ask(f"CREATE TYPE reason AS ENUM ({listed(REASONS)})")
    tables.ask("CREATE TABLE decided (a INTEGER, r INTEGER, reason reason, via TINYINT)")
    tables.ask("CREATE TABLE claim (a INTEGER, r INTEGER, reason reason, via TINYINT)")
    tables.ask("CREATE TABLE contest (a INTEGER, r INTEGER)")
    tables.ask("CREATE TABLE line (person VARCHAR, login VARCHAR, id VARCHAR, kind VARCHAR)")
    tables.ask("CREATE TABLE identity (id VARCHAR, address VARCHAR)")
    tables.fill("line", [(line.person, line.login, line.account_id, line.kind) for line in lines])
    told = [(who.account, mail) for who in identities for mail in (*who.emails, who.name_id) if mail]
    tables.fill("identity", told)
    tables.ask(
        f"CREATE VIEW address AS SELECT sk_row, {link_key('email')} AS k FROM account WHERE email IS NOT NULL "
        f"UNION SELECT sk_row, {link_key('address')} FROM identity JOIN account USING (id)"
    )
    tables.ask(f"CREATE VIEW login AS SELECT sk_row, {link_key('login')} AS k FROM account")
    tables.ask(
        "CREATE TABLE named AS SELECT account.sk_row AS a, person, line.kind FROM line JOIN account USING (id) "
        f"UNION SELECT sk_row, person, kind FROM line JOIN login ON k = {link_key('line.login')} WHERE id IS NULL"
    )
    tables.ask(
        "CREATE VIEW apart AS SELECT a FROM named UNION SELECT sk_row FROM account WHERE kind <> 'person'"
    )


def link(tables: Tables, columns: Sequence[LinkBy]) -> None:
    """Fill ``decided`` with every account and every record."""
    tables.ask(
        "INSERT INTO claim SELECT DISTINCT a, told.sk_row, sk_says, -1 FROM named "
        "JOIN told ON sk_key = person WHERE named.kind = 'person'"
    )
    for trust in ("confirmed", "proposed"):
        for number, by in enumerate(columns):
            if by.trust == trust:
                _claim(tables, number, by)
    _settle_contested(tables, [n for n, by in enumerate(columns) if by.match == "email"])
    tables.ask(
        "INSERT INTO decided SELECT * FROM claim WHERE a NOT IN (SELECT a FROM contest) "
        "AND r NOT IN (SELECT r FROM contest)"
    )
    tables.ask("DROP TABLE claim")
    _leftovers(tables)


def _claim(tables: Tables, number: int, by: LinkBy) -> None:
    """Link the accounts that nothing has linked yet by one column."""
    reason = "sk_says" if by.trust == "confirmed" else "'proposed-link'"
    free = "a.sk_row NOT IN (SELECT a FROM claim) AND a.sk_row NOT IN (SELECT a FROM apart)"
    unfiled = "sk_key NOT IN (SELECT person FROM line WHERE kind = 'person')"
    if by.trust == "proposed":
        unfiled += " AND told.sk_row NOT IN (SELECT r FROM claim WHERE reason <> 'proposed-link')"
    tables.ask(
        f"INSERT INTO claim SELECT a.sk_row, told.sk_row, {reason}, {number} FROM {_view(by)} a "
        f"JOIN told ON a.k = told.sk_k{number} WHERE {free} AND {unfiled}"
    )


def _view(by: LinkBy) -> str:
    return "login" if by.match == "login" else "address"


def _settle_contested(tables: Tables, by_address: Sequence[int]) -> None:
    """Decide accounts with several records and records with several accounts."""
    tables.ask(
        "INSERT INTO contest SELECT a, r FROM claim WHERE a IN (SELECT a FROM claim GROUP BY a HAVING count(*) > 1) "
        "OR r IN (SELECT r FROM claim GROUP BY r HAVING count(*) > 1)"
    )
    if not tables.ask("SELECT count(*) FROM contest")[0][0]:
        return
    shared = ", ".join(str(number) for number in by_address) or "NULL"
    tables.ask(
        "CREATE TABLE same AS SELECT a FROM contest JOIN claim USING (a, r) GROUP BY a HAVING "
        f"coalesce(bool_and(via NOT IN ({shared})), TRUE) AND bool_and(claim.reason <> 'proposed-link') AND bool_and("
        "r NOT IN (SELECT r FROM contest GROUP BY r HAVING count(*) > 1))"
    )
    rank = f"CASE WHEN claim.reason IN ({listed(LEAVE)}) THEN 3 WHEN claim.reason IN ({listed(HOLD)}) THEN 2 ELSE 1 END"
    tables.ask(
        "INSERT INTO decided SELECT a, r, reason, via FROM ("
        f"SELECT a, r, claim.reason, via, row_number() OVER (PARTITION BY a ORDER BY {rank}, sk_key) AS place "
        "FROM claim JOIN same USING (a) JOIN told ON told.sk_row = r) WHERE place = 1"
    )
    tables.ask(
        "INSERT INTO decided SELECT DISTINCT a, NULL::INTEGER, 'ambiguous', NULL::TINYINT FROM contest "
        "WHERE a NOT IN (SELECT a FROM same)"
    )
    tables.ask(
        "INSERT INTO decided SELECT DISTINCT NULL::INTEGER, r, 'ambiguous', NULL::TINYINT FROM contest "
        "WHERE a NOT IN (SELECT a FROM same) AND r NOT IN (SELECT r FROM contest JOIN same USING (a))"
    )


def _leftovers(tables: Tables) -> None:
    """Accounts that nobody claims, and records that claim none."""
    tables.ask(
        "INSERT INTO decided SELECT sk_row, NULL, CASE WHEN coalesce(named.kind, account.kind) = 'bot' THEN 'bot' "
        "WHEN coalesce(named.kind, account.kind) = 'external' THEN 'external' "
        "WHEN named.kind IS NOT NULL THEN 'absent' ELSE 'orphan' END, NULL FROM account "
        "LEFT JOIN (SELECT a, min(kind) AS kind FROM named GROUP BY a) named ON named.a = sk_row "
        "WHERE sk_row NOT IN (SELECT a FROM decided WHERE a IS NOT NULL)"
    )
    tables.ask(
        "INSERT INTO decided SELECT NULL, sk_row, sk_says, NULL FROM told WHERE sk_row NOT IN "
        "(SELECT r FROM decided WHERE r IS NOT NULL) AND sk_row NOT IN (SELECT r FROM contest)"
    )
