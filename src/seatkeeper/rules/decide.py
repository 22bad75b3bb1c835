"""Decide: people and accounts in, one decision for each out.

The steps, in the order in which they speak: what the policy says of every
record by itself (`records`), whose account is whose (`link`), who joins
(`join`), what a leave needs beyond the policy's word (`second`), whose access
changed (`move`), and pins last (`pins`). Each is a few statements over tables,
so that ten million people cost no more Python than ten.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from seatkeeper.rules.case import Case
from seatkeeper.rules.decisions import Decisions
from seatkeeper.rules.join import find_joiners
from seatkeeper.rules.link import link, prepare
from seatkeeper.rules.move import check_access
from seatkeeper.rules.pins import pin_rules
from seatkeeper.rules.reasons import REASONS, listed
from seatkeeper.rules.records import (
    check_columns,
    join_rule,
    leave_rule,
    person_sql,
    shut_out,
    today_sql,
    told_sql,
)
from seatkeeper.rules.second import review
from seatkeeper.rules.tables import Tables, account_table, with_roles

MANY = 50_000

__all__ = ["Case", "Decisions", "decide"]


def decide(case: Case) -> Decisions:
    """Decide a case. The result holds tables; close it.

    Raises `PredicateRefused` for a rule the gate does not admit,
    `ConfigurationError` for columns the policy names and the extract lacks,
    `DecidingTooSlow` when all its questions take longer than `case.seconds`, and
    `DecidingTooBig` when they need more memory than `case.memory`.
    """
    leave_rule(case)
    join_rule(case)
    check_access(case)
    pin_rules(case)
    with ExitStack() as undo:
        tables = Tables(
            seconds=case.seconds,
            memory=case.memory,
            big=_big(case),
            files=[source for source in (case.people, case.accounts) if isinstance(source, Path)],
        )
        undo.callback(tables.close)
        today = _load(tables, case)
        prepare(tables, case.lines, case.identities, len(case.policy.links))
        link(tables, case.policy.links)
        _single_out(tables, case, today)
        find_joiners(tables, case)
        review(tables, case)
        decisions = Decisions(tables, case)
        decisions.learn(case.grants)
        undo.pop_all()
    return decisions


def _single_out(tables: Tables, case: Case, today: str) -> None:
    """Of millions, set apart the records that need another look: all but the plainly linked that stay."""
    if not tables.big:
        tables.ask("CREATE VIEW few AS FROM person; CREATE VIEW few_told AS FROM told")
        return
    chosen = (
        "(SELECT people_raw.* FROM people_raw SEMI JOIN (SELECT r FROM decided "
        "WHERE r IS NOT NULL AND (reason <> 'stays' OR a IS NULL "
        f"OR a IN ({shut_out()}))) ON r = people_raw.sk_row)"
    )
    tables.ask(f"CREATE TABLE few AS {person_sql(case, today, chosen)}")
    tables.ask(f"CREATE TABLE few_told AS {told_sql(case, 'few')}")


def _big(case: Case) -> bool:
    """True when there may be too many people for what is fastest with few."""
    return isinstance(case.people, Path) or case.people.num_rows >= MANY


def _load(tables: Tables, case: Case) -> str:
    """Lay out accounts and records, and the earlier ones under today's policy; the SQL of a person's day."""
    extracts = {"people_raw": case.people}
    if case.earlier:
        extracts["earlier_raw"] = case.earlier[-1]
    if case.gone is not None:
        extracts["gone_raw"] = case.gone
    present = [tables.load(name, extract) for name, extract in extracts.items()]
    _load_accounts(tables, case)
    tables.lock()
    for columns in present:
        check_columns(case, columns)
    tables.ask(f"CREATE TYPE reason AS ENUM ({listed(REASONS)})")
    today = today_sql(tables, case, *extracts)
    tables.lay("person", person_sql(case, today, "people_raw"))
    tables.lay("told", told_sql(case, "person"))
    if case.earlier:
        tables.lay("earlier", told_sql(case, f"({person_sql(case, today, 'earlier_raw')})"))
    if case.gone is not None:
        tables.lay("gone", told_sql(case, f"({person_sql(case, today, 'gone_raw')})"))
    return today


def _load_accounts(tables: Tables, case: Case) -> None:
    """The view ``account``: sk_row, id, login, kind, name, email, role, whatever form it came in."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    given = case.accounts
    if isinstance(given, pa.Table):
        given = with_roles(given, case.roles)
    elif not isinstance(given, Path):
        given = account_table(given, case.roles)
    present = tables.load("account_raw", given)
    unsaid = {"kind": "'person'", "name": "NULL::VARCHAR", "email": "NULL::VARCHAR", "role": "'member'"}
    columns = [
        f"coalesce({name}, {value}) AS {name}" if name in present else f"{value} AS {name}"
        for name, value in unsaid.items()
    ]
    tables.lay("account", f"SELECT sk_row, id, login, {', '.join(columns)} FROM account_raw")
