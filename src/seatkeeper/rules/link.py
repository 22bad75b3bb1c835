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
from seatkeeper.rules.tables import quoted_text

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
    tables.lay(
        "address",
        f"SELECT sk_row, {link_key('email')} AS k FROM account "
        "WHERE email IS NOT NULL "
        f"UNION SELECT sk_row, {link_key('address')} FROM identity JOIN account USING (id)",
    )
    tables.lay("login", f"SELECT sk_row, {link_key('login')} AS k FROM account")
    tables.ask(
        "CREATE TABLE named AS SELECT account.sk_row AS a, person, line.kind "
        "FROM line JOIN account USING (id) UNION SELECT sk_row, person, kind "
        f"FROM line JOIN login ON k = {link_key('line.login')} WHERE id IS NULL"
    )
    tables.ask(
        "CREATE TABLE apart AS SELECT a FROM named UNION SELECT sk_row FROM account WHERE kind <> 'person'"
    )
    tables.ask("CREATE VIEW filed AS SELECT person FROM line WHERE kind = 'person'")
    tables.ask("CREATE VIEW confirmed AS SELECT r FROM claim WHERE reason <> 'proposed-link'")
    tables.ask("CREATE VIEW accounts_decided AS SELECT a FROM decided WHERE a IS NOT NULL")
    tables.ask("CREATE VIEW records_decided AS SELECT r FROM decided WHERE r IS NOT NULL")


def link(tables: Tables, columns: Sequence[LinkBy]) -> None:
    """Fill ``decided`` with every account and every record."""
    tables.ask(
        f"INSERT INTO claim SELECT DISTINCT a, told.sk_row, sk_says, {BY_FILE} FROM named "
        "JOIN told ON sk_key = person WHERE named.kind = 'person'"
    )
    for trust in ("confirmed", "proposed"):
        for number, by in enumerate(columns):
            if by.trust == trust:
                _claim(tables, number, by)
    _find_contested(tables)
    tables.ask(
        "INSERT INTO decided FROM claim" + _without(tables, ("contest", "a", "a"), ("contest", "r", "r"))
    )
    if tables.any("contest"):
        _settle_contested(tables, [n for n, by in enumerate(columns) if by.match == "email"])
    tables.ask("DROP TABLE claim")
    _leftovers(tables)


def _without(tables: Tables, *others: tuple[str, str, str]) -> str:
    """Leave out what another table holds: (table, its column, ours).

    Empty ones are not asked: among millions of rows even that is dear.
    """
    return "".join(
        f" ANTI JOIN (SELECT {theirs} AS theirs{n} FROM {table}) ON theirs{n} = {ours}"
        for n, (table, theirs, ours) in enumerate(others)
        if tables.any(table)
    )


def _claim(tables: Tables, number: int, by: LinkBy) -> None:
    """Link the accounts that nothing has linked yet by one column."""
    confirmed = by.trust == "confirmed"
    free = _without(tables, ("claim", "a", "sk_row"), ("apart", "a", "sk_row"))
    records = _without(tables, ("filed", "person", "sk_key"))
    if not confirmed:
        records = _without(tables, ("filed", "person", "sk_key"), ("confirmed", "r", "sk_row"))
    view = "login" if by.match == "login" else "address"
    says = "says" if confirmed else quoted_text("proposed-link")
    # Millions of logins are matched by their hashes, in half the time; `review` compares a leaver's in full.
    matched = "hash({})" if by.match == "login" and tables.big else "{}"
    key = f"sk_k{number}"
    tables.ask(
        f"INSERT INTO claim SELECT a.sk_row, p.sk_row, {says}, {number} "
        f"FROM (SELECT sk_row, {matched.format('k')} AS k FROM {view}{free} WHERE k IS NOT NULL) a "
        f"JOIN (SELECT sk_row, {matched.format(key)} AS k, sk_says AS says FROM told{records} "
        f"WHERE {key} IS NOT NULL) p ON a.k = p.k"
    )


def _find_contested(tables: Tables) -> None:
    """Note the claims on accounts with several records, and of records with several accounts."""
    for side, everyone in (("a", "account"), ("r", "people_raw")):
        rows = tables.ask(f"SELECT count(*) FROM {everyone}")[0][0]
        marks = f"coalesce(bit_count(bitstring_agg({side}, 0, {rows})), 0)"
        if tables.ask(f"SELECT {marks} < count(*) FROM claim")[0][0]:
            tables.ask(
                "INSERT INTO contest SELECT a, r FROM claim SEMI JOIN "
                f"(SELECT {side} FROM claim GROUP BY {side} HAVING count(*) > 1) USING ({side})"
            )


def _settle_contested(tables: Tables, by_address: Sequence[int]) -> None:
    """Several records with one login are one person's, and one that stays wins; the rest is ambiguous."""
    shared = ", ".join(str(number) for number in by_address) or "NULL"
    tables.ask(
        "CREATE TABLE same AS SELECT a FROM (SELECT DISTINCT a, r FROM contest) JOIN claim USING (a, r) "
        "GROUP BY a "
        f"HAVING coalesce(bool_and(via NOT IN ({shared})), TRUE) AND bool_and(reason <> 'proposed-link') "
        "AND bool_and(r NOT IN (SELECT r FROM contest GROUP BY r HAVING count(DISTINCT a) > 1))"
    )
    rank = f"CASE WHEN reason IN ({listed(LEAVE)}) THEN 3 WHEN reason IN ({listed(HOLD)}) THEN 2 ELSE 1 END"
    tables.ask(
        "INSERT INTO decided SELECT a, r, reason, via FROM (SELECT a, r, reason, via, "
        f"row_number() OVER (PARTITION BY a ORDER BY {rank}, sk_key) AS place "
        "FROM claim JOIN same USING (a) JOIN told ON told.sk_row = r) WHERE place = 1"
    )
    for side in ("a, NULL::INTEGER", "NULL::INTEGER, r"):
        settled = "a IN (SELECT a FROM same) OR r IN (SELECT r FROM contest JOIN same USING (a))"
        tables.ask(
            f"INSERT INTO decided SELECT DISTINCT {side}, 'ambiguous', NULL::TINYINT FROM contest "
            f"WHERE NOT ({settled})"
        )


def _leftovers(tables: Tables) -> None:
    """Accounts that nobody claims, and records that claim none."""
    decided = _without(tables, ("accounts_decided", "a", "sk_row"))
    tables.ask(
        "INSERT INTO decided SELECT sk_row, NULL, "
        "CASE WHEN coalesce(named.kind, account.kind) = 'bot' THEN 'bot' "
        "WHEN coalesce(named.kind, account.kind) = 'external' THEN 'external' "
        "WHEN named.kind IS NOT NULL THEN 'absent' ELSE 'orphan' END, NULL "
        f"FROM (SELECT sk_row, kind FROM account{decided}) account "
        "LEFT JOIN (SELECT a, min(kind) AS kind FROM named GROUP BY a) named ON named.a = sk_row"
    )
    decided = _without(tables, ("records_decided", "r", "sk_row"), ("contest", "r", "sk_row"))
    tables.ask(f"INSERT INTO decided SELECT NULL, sk_row, sk_says, NULL FROM told{decided}")
