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

from seatkeeper.rules.reasons import HOLD, LEAVE, listed
from seatkeeper.rules.records import link_key
from seatkeeper.rules.tables import quoted_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatkeeper.model.policy import LinkBy, LinkLine
    from seatkeeper.model.snapshot import Identity
    from seatkeeper.rules.tables import Tables

BY_FILE = -1


def prepare(tables: Tables, lines: Sequence[LinkLine], identities: Sequence[Identity], keys: int) -> None:
    """Lay out what links are made from, `keys` of each record; the links file speaks first."""
    tables.ask(
        "CREATE TABLE decided (a INTEGER, r INTEGER, reason reason, via TINYINT); "
        "CREATE TABLE claim (a INTEGER, r INTEGER, reason reason, via TINYINT); "
        "CREATE TABLE contest (a INTEGER, r INTEGER); CREATE TABLE filed (r INTEGER); "
        "CREATE TABLE line (person VARCHAR, login VARCHAR, id VARCHAR, kind VARCHAR); "
        "CREATE TABLE named (a INTEGER, person VARCHAR, kind VARCHAR); "
        "CREATE TABLE identity (id VARCHAR, address VARCHAR); CREATE TABLE shield (id VARCHAR)"
    )
    tables.fill("line", [(line.person, line.login, line.account_id, line.kind) for line in lines])
    told = [(who.account, mail) for who in identities for mail in (*who.emails, who.name_id) if mail]
    tables.fill("identity", told)
    tables.lay("login", f"SELECT sk_row, {link_key('login')} AS k FROM account")
    addresses = f"SELECT sk_row, {link_key('email')} AS k FROM account WHERE email IS NOT NULL"
    if told:
        addresses += f" UNION SELECT sk_row, {link_key('address')} FROM identity JOIN account USING (id)"
    tables.lay("address", addresses)
    if lines:
        tables.ask(
            "INSERT INTO named SELECT account.sk_row, person, line.kind FROM line JOIN account USING (id) "
            "UNION SELECT sk_row, person, kind "
            f"FROM line JOIN login ON k = {link_key('line.login')} WHERE id IS NULL"
        )
        _claim_by_file(tables)
    tables.ask(
        "CREATE TABLE apart AS SELECT a FROM named UNION SELECT sk_row FROM account WHERE kind <> 'person'"
    )
    _lay_keys(tables, keys)


def _lay_keys(tables: Tables, number: int) -> None:
    """Lay out the keys that are matched: ``seat`` by login, ``mailbox`` by address, ``record`` by both.

    Those of millions are worked out once.
    """
    kind = "TABLE" if tables.big else "VIEW"
    keys = "".join(f", {matched(tables, f'sk_k{n}')} AS sk_k{n}" for n in range(number))
    tables.ask(
        f"CREATE {kind} seat AS SELECT sk_row, {matched(tables, 'k')} AS k FROM login; "
        f"CREATE VIEW mailbox AS SELECT sk_row, {matched(tables, 'k')} AS k FROM address; "
        f"CREATE {kind} record AS SELECT sk_row, sk_says{keys} FROM told"
    )


def matched(tables: Tables, key: str) -> str:
    """A key as it is matched: of millions by hash, in half the time; `review` compares a leaver's in full."""
    return f"nullif(hash({key}), hash(NULL::VARCHAR))" if tables.big else key


def link(tables: Tables, columns: Sequence[LinkBy]) -> None:
    """Fill ``decided`` with every account and every record."""
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

    Empty ones are not asked among millions of rows, where even that is dear.
    """
    return "".join(
        f" ANTI JOIN (SELECT {theirs} AS theirs{n} FROM {table}) ON theirs{n} = {ours}"
        for n, (table, theirs, ours) in enumerate(others)
        if not tables.big or tables.any(table)
    )


def _claim_by_file(tables: Tables) -> None:
    """Link by the links file; whoever stands in it is linked by nothing else."""
    tables.ask(
        "INSERT INTO filed SELECT told.sk_row FROM told SEMI JOIN line "
        "ON sk_key = person AND line.kind = 'person'; "
        f"INSERT INTO claim SELECT DISTINCT a, told.sk_row, sk_says, {BY_FILE} FROM named "
        "JOIN told ON sk_key = person WHERE named.kind = 'person'"
    )


def _claim(tables: Tables, number: int, by: LinkBy) -> None:
    """Link the accounts that nothing has linked yet by one column."""
    says, key = "sk_says", f"sk_k{number}"
    free = _without(tables, ("claim", "a", "sk_row"), ("apart", "a", "sk_row"))
    records = _without(tables, ("filed", "r", "sk_row"))
    if by.trust == "proposed":
        says = quoted_text("proposed-link")
        confirmed = "(SELECT r FROM claim WHERE reason <> 'proposed-link')"
        records = _without(tables, ("filed", "r", "sk_row"), (confirmed, "r", "sk_row"))
    tables.ask(
        f"INSERT INTO claim SELECT a.sk_row, p.sk_row, {says}, {number} "
        f"FROM (SELECT * FROM {'seat' if by.match == 'login' else 'mailbox'}{free} WHERE k IS NOT NULL) a "
        f"JOIN (SELECT * FROM record{records} WHERE {key} IS NOT NULL) p ON a.k = {key}"
    )


def _find_contested(tables: Tables) -> None:
    """Note which rows are claimed, and the claims on accounts and records that are claimed twice.

    64 rows are a word with a bit for each: to group millions by word takes a
    third of grouping them by row, and a word with fewer bits than claims has a
    row that is claimed twice.
    """
    for side in ("a", "r"):
        twice = (
            f"SELECT {side} FROM claim SEMI JOIN (FROM claimed_{side} WHERE bit_count(bits) < claims) "
            f"ON word = {side} >> 6 GROUP BY {side} HAVING count(*) > 1"
        )
        tables.ask(
            f"CREATE TABLE claimed_{side} AS SELECT {side} >> 6 AS word, count(*) AS claims, "
            f"bit_or(1::UBIGINT << ({side} & 63)) AS bits FROM claim GROUP BY word; "
            f"INSERT INTO contest SELECT a, r FROM claim SEMI JOIN ({twice}) USING ({side})"
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
    unclaimed = "ON word = sk_row >> 6 WHERE coalesce((bits >> (sk_row & 63)) & 1, 0) = 0"
    tables.ask(
        "INSERT INTO decided SELECT sk_row, NULL, "
        "CASE WHEN coalesce(named.kind, account.kind) = 'bot' THEN 'bot' "
        "WHEN coalesce(named.kind, account.kind) = 'external' THEN 'external' "
        "WHEN named.kind IS NOT NULL THEN 'absent' ELSE 'orphan' END, NULL "
        f"FROM (SELECT sk_row, kind FROM account LEFT JOIN claimed_a {unclaimed}) account "
        "LEFT JOIN (SELECT a, min(kind) AS kind FROM named GROUP BY a) named ON named.a = sk_row"
    )
    tables.ask(
        f"INSERT INTO decided SELECT NULL, sk_row, sk_says, NULL FROM record LEFT JOIN claimed_r {unclaimed}"
    )
