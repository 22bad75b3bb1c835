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
from seatkeeper.rules.move import check_access, find_movers
from seatkeeper.rules.pins import apply_pins
from seatkeeper.rules.records import check_columns, join_rule, leave_rule, person_sql, told_sql
from seatkeeper.rules.second import load_earlier, review
from seatkeeper.rules.tables import Tables, account_table, with_roles

MANY = 50_000

__all__ = ["Case", "Decisions", "decide"]


def decide(case: Case) -> Decisions:
    """Decide a case. The result holds tables; close it.

    Raises `PredicateRefused` for a rule the gate does not admit,
    `ConfigurationError` for columns the policy names and the extract lacks,
    and `DecidingTooSlow` when a rule takes longer than `case.seconds`.
    """
    leave_rule(case)
    join_rule(case)
    check_access(case)
    with ExitStack() as undo:
        tables = Tables(
            seconds=case.seconds,
            memory=case.memory,
            big=_big(case),
            files=[source for source in (case.people, case.accounts) if isinstance(source, Path)],
        )
        undo.callback(tables.close)
        _load(tables, case)
        prepare(tables, case.lines, case.identities)
        link(tables, case.policy.links)
        _single_out(tables, case)
        find_joiners(tables, case)
        load_earlier(tables, case)
        review(tables, case)
        find_movers(tables, case)
        apply_pins(tables, case)
        undo.pop_all()
    return Decisions(tables, case)


def _single_out(tables: Tables, case: Case) -> None:
    """Set apart the records that need more than one look: all but the plainly linked ones that stay."""
    tables.ask(
        "CREATE TABLE few_raw AS SELECT people_raw.* FROM people_raw SEMI JOIN (SELECT r FROM decided "
        "WHERE r IS NOT NULL AND (reason <> 'stays' OR a IS NULL "
        "OR a IN (SELECT sk_row FROM account WHERE role = 'outside'))) ON r = people_raw.sk_row"
    )
    tables.ask(f"CREATE VIEW few AS {person_sql(tables, case, 'few_raw')}")
    tables.ask(f"CREATE VIEW few_told AS {told_sql(case, 'few')}")


def _big(case: Case) -> bool:
    """True when there may be too many people for what is fastest with few."""
    return isinstance(case.people, Path) or case.people.num_rows >= MANY


def _load(tables: Tables, case: Case) -> None:
    tables.load("people_raw", case.people)
    _load_accounts(tables, case)
    if case.earlier:
        tables.load("earlier_raw", case.earlier[-1])
    tables.lock()
    check_columns(case, set(tables.columns("people_raw")))
    if case.earlier:
        check_columns(case, set(tables.columns("earlier_raw")))
    tables.ask(f"CREATE VIEW person AS {person_sql(tables, case, 'people_raw')}")
    tables.ask(f"CREATE VIEW told AS {told_sql(case, 'person')}")


def _load_accounts(tables: Tables, case: Case) -> None:
    """The view ``account``: sk_row, id, login, kind, name, email, role, whatever form it came in."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    given = case.accounts
    if isinstance(given, pa.Table):
        given = with_roles(given, case.roles)
    elif not isinstance(given, Path):
        given = account_table(given, case.roles)
    tables.load("account_raw", given)
    present = tables.columns("account_raw")
    unsaid = {"kind": "'person'", "name": "NULL::VARCHAR", "email": "NULL::VARCHAR", "role": "'member'"}
    columns = [
        f"coalesce({name}, {value}) AS {name}" if name in present else f"{value} AS {name}"
        for name, value in unsaid.items()
    ]
    tables.ask(f"CREATE VIEW account AS SELECT sk_row, id, login, {', '.join(columns)} FROM account_raw")
