"""The gate for SQL boolean expressions: what is not on its lists does not run.

An expression is admitted when it is exactly one, of known nodes, over declared
columns, with known functions, and when `as_of` is the only clock in it. What
is admitted is rendered again as canonical SQL; that text is run and hashed.

SQL's three-valued logic is not enough for a leave: `coalesce`, `IS NULL`,
`IS DISTINCT FROM` and `CASE` turn a missing value into TRUE. There they are
refused unless the rule names every column inside them in `missing_ok`. In a
pin they are refused as well: there a missing value that became FALSE would
end somebody's protection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from seatkeeper.errors import PredicateRefused
from seatkeeper.rules.spelling import check_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlglot import exp

    from seatkeeper.model.people import Column

Use = Literal["leave", "join", "access", "pin"]

AS_OF = "as_of"
MOST_NODES = 200
DEEPEST = 24
FUNCTIONS = (
    "lower, upper, trim, length, starts_with, ends_with, contains, list_contains, "
    "coalesce, ifnull, nullif, year, month, day, date_diff"
)
_CASTS = frozenset({"DATE", "TEXT", "VARCHAR", "INT", "BIGINT", "BOOLEAN"})
_UNITS = frozenset({"DAY", "DAYS", "WEEK", "WEEKS", "MONTH", "MONTHS", "YEAR", "YEARS"})


@dataclass(frozen=True, slots=True)
class AtomSql:
    """One comparison of a predicate: as it is run, as it is shown, and the declared columns in it."""

    sql: str
    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Predicate:
    """An admitted expression.

    `sql` is canonical and is what is hashed; `columns` are the declared ones
    it names (`as_of` is none of them); `run` is what is asked of the tables,
    where a missing value that is a fact ("no end date") is evidence of nothing.
    """

    text: str
    sql: str
    run: str
    columns: tuple[str, ...]
    atoms: tuple[AtomSql, ...]


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[type[exp.Expr]], ...]:
    """The allow-lists: plain nodes, nodes that make a missing value certain, comparisons."""
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    two_valued = (exp.Coalesce, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Case, exp.If, exp.Nullif)
    comparisons = (
        exp.EQ,
        exp.NEQ,
        exp.LT,
        exp.LTE,
        exp.GT,
        exp.GTE,
        exp.In,
        exp.Between,
        exp.Like,
        exp.ILike,
    )
    tests = (exp.StartsWith, exp.EndsWith, exp.Contains, exp.ArrayContains)
    plain = (
        *(
            exp.And,
            exp.Or,
            exp.Not,
            exp.Paren,
            exp.Column,
            exp.Identifier,
            exp.Literal,
            exp.Boolean,
            exp.Null,
        ),
        *(exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Any, exp.Array, exp.Neg, exp.Add, exp.Sub),
        *(exp.Interval, exp.Var, exp.Cast, exp.TryCast, exp.DataType),
        *(exp.Year, exp.Month, exp.Day, exp.DateDiff),
    )
    return (
        frozenset((*plain, *comparisons, *tests, *two_valued)),
        frozenset(two_valued),
        frozenset((*comparisons, *tests, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ)),
    )


def admit(
    text: str, columns: Iterable[Column], *, use: Use, missing_ok: frozenset[str] = frozenset()
) -> Predicate:
    """Admit an expression, or raise `PredicateRefused` naming the node, the expression and the remedy.

    Args:
        text: one SQL boolean expression in DuckDB's dialect.
        columns: the declared columns of the source.
        use: what it decides; a leave and a pin are held to more than the others.
        missing_ok: the columns whose missing value a leave may turn into evidence.
    """
    return _admitted(text, tuple(columns), use, missing_ok)


@lru_cache(maxsize=1_000)
def _admitted(text: str, columns: tuple[Column, ...], use: Use, missing_ok: frozenset[str]) -> Predicate:
    declared = {column.name: column for column in columns}
    tree = _parse(text, use)
    _check_size(tree, text, use)
    for node in tree.walk():
        _check_node(node, text, use)
    _check_columns(tree, declared, text, use)
    if use in ("leave", "pin"):
        _check_missing(tree, missing_ok, text, use)
    atoms = tuple(_atoms(tree))
    _check_evidence(tree, atoms, text, use)
    named = tuple(dict.fromkeys(name for name in _names(tree) if name != AS_OF))
    facts = {name for name in named if declared[name].missing == "none"} if use == "leave" else set()
    return Predicate(text, _sql(tree), _running(tree, facts, negated=False), named, atoms)


def literals(text: str, column: str) -> set[str]:
    """Every literal that an admitted expression compares this column with, as text."""
    from sqlglot import exp, parse_one  # noqa: PLC0415  # half a second that `--help` must not pay

    atoms = (parse_one(atom.sql, dialect="duckdb") for atom in _atoms(parse_one(text, dialect="duckdb")))
    return {
        str(literal.this)
        for atom in atoms
        if column in _names(atom)
        for literal in atom.find_all(exp.Literal)
    }


def refused(what: str, text: str, use: Use, remedy: str) -> PredicateRefused:
    """The refusal of an expression, in the gate's words."""
    return PredicateRefused(
        f"the {use} rule was refused: {what}",
        arithmetic=f"in: {text}",
        remedy=f"{remedy}; then: seatkeeper check",
    )


def _parse(text: str, use: Use) -> exp.Expr:
    check_spelling(text, use)
    from sqlglot import errors, exp, parse  # noqa: PLC0415  # half a second that `--help` must not pay

    try:
        trees = parse(text, dialect="duckdb")
    except (errors.SqlglotError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise refused(f"it is not a SQL expression ({reason})", text, use, "write one comparison") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Expr):
        raise refused(f"it is {len(trees)} expressions, not one", text, use, "join them with AND or OR")
    return trees[0]


def _check_size(tree: exp.Expr, text: str, use: Use) -> None:
    nodes = sum(1 for _ in tree.walk())
    deepest = max(_depth(node) for node in tree.walk())
    if nodes > MOST_NODES or deepest > DEEPEST:
        what = f"it is too big: {nodes} nodes of {MOST_NODES}, {deepest} levels of {DEEPEST}"
        raise refused(what, text, use, "move the cases into the status table or a column")


def _depth(node: exp.Expr) -> int:
    depth = 0
    while (parent := node.parent) is not None:
        depth, node = depth + 1, parent
    return depth


def _check_node(node: exp.Expr, text: str, use: Use) -> None:
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    allowed = _lists()[0]
    kind = type(node)
    name = f"{node.name}()" if isinstance(node, exp.Anonymous) else kind.__name__
    if kind not in allowed:
        raise refused(f"{name} ({_sql(node)}) is not admitted", text, use, f"admitted functions: {FUNCTIONS}")
    if isinstance(node, exp.DataType) and node.this.name not in _CASTS:
        raise refused(f"no cast to {_sql(node)}", text, use, f"cast to one of {', '.join(sorted(_CASTS))}")
    if isinstance(node, exp.Var) and node.name.upper() not in _UNITS:
        raise refused(f"no unit {node.name}", text, use, "use days, weeks, months or years")
    if isinstance(node, exp.Interval) and not isinstance(node.this, exp.Literal):
        raise refused(f"{_sql(node)} is not a fixed interval", text, use, "write INTERVAL 3 DAYS")
    if isinstance(node, exp.Any) and not isinstance(node.this.unnest(), exp.Array | exp.Column):
        raise refused(f"{_sql(node)} is not over a list", text, use, "write value = ANY(list_column)")


def _check_columns(tree: exp.Expr, declared: dict[str, Column], text: str, use: Use) -> None:
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    for column in tree.find_all(exp.Column):
        if column.table:
            raise refused(f"{_sql(column)} names a table", text, use, f"write {column.name}")
        if column.name not in declared and column.name != AS_OF:
            known = ", ".join(sorted(declared)) or "none"
            what = f"no column {column.name!r} is declared"
            raise refused(what, text, use, f"declared columns: {known}; text values stand in 'single quotes'")


def _check_missing(tree: exp.Expr, missing_ok: frozenset[str], text: str, use: Use) -> None:
    two_valued = _lists()[1]
    for node in tree.walk():
        if type(node) not in two_valued:
            continue
        inside = {name for name in _names(node) if name != AS_OF}
        unnamed = sorted(inside - missing_ok)
        if unnamed or not inside:
            listed = ", ".join(unnamed)
            what = (
                f"{type(node).__name__} ({_sql(node)}) would turn a missing {listed or 'value'} into evidence"
            )
            allowed = f", or add missing_ok: [{listed}] to the rule" if use == "leave" else ""
            raise refused(what, text, use, f"compare plainly{allowed}")


def _check_evidence(tree: exp.Expr, atoms: tuple[AtomSql, ...], text: str, use: Use) -> None:
    """A comparison that names no column says nothing of a person; neither does a bare TRUE."""
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    for atom in atoms:
        if not atom.columns:
            raise refused(f"{atom.sql} names no column", text, use, "compare a declared column")
    if not atoms:
        raise refused("it compares nothing", text, use, "compare a declared column")
    for node in tree.find_all(exp.Literal, exp.Null, exp.Boolean):
        if isinstance(node.parent, exp.And | exp.Or | exp.Not | exp.Paren | None):
            raise refused(f"{_sql(node)} stands by itself", text, use, "compare a declared column with it")


def _atoms(tree: exp.Expr) -> Iterator[AtomSql]:
    """The comparisons of an expression in reading order, whatever joins them."""
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    if isinstance(tree, exp.And | exp.Or):
        yield from _atoms(tree.left)
        yield from _atoms(tree.right)
    elif isinstance(tree, exp.Not | exp.Paren):
        yield from _atoms(tree.this)
    else:
        named = tuple(dict.fromkeys(name for name in _names(tree) if name != AS_OF))
        yield AtomSql(_sql(tree), tree.sql(dialect="duckdb", comments=False), named)


def _names(tree: exp.Expr) -> list[str]:
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    return [column.name for column in tree.find_all(exp.Column, bfs=False)]


def _running(tree: exp.Expr, facts: set[str], *, negated: bool) -> str:
    """The expression as it is run: NOT pushed down to the comparisons, and each made FALSE by a missing fact.

    A comparison, negated or not, that is unknown because a column is missing
    whose missing value is a fact is no evidence. Once every NOT stands at a
    comparison the rest only ever weakens, so this can make nothing TRUE.
    """
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    if isinstance(tree, exp.Paren):
        return _running(tree.this, facts, negated=negated)
    if isinstance(tree, exp.Not):
        return _running(tree.this, facts, negated=not negated)
    if isinstance(tree, exp.And | exp.Or):
        word = "AND" if isinstance(tree, exp.And) is not negated else "OR"
        left, right = (_running(side, facts, negated=negated) for side in (tree.left, tree.right))
        return f"({left} {word} {right})"
    literal = f"(NOT ({_sql(tree)}))" if negated else f"({_sql(tree)})"
    missing = [f'"{name}" IS NULL' for name in dict.fromkeys(_names(tree)) if name in facts]
    if not missing:
        return literal
    return f"coalesce({literal}, CASE WHEN {' OR '.join(missing)} THEN FALSE END)"


def _sql(tree: exp.Expr) -> str:
    """Canonical text: quoted columns, no comments, casts that fail to a missing value and never raise."""
    from sqlglot import exp  # noqa: PLC0415  # half a second that `--help` must not pay

    tamed = tree.copy()
    for name in tamed.find_all(exp.Identifier):
        name.set("quoted", True)
    for cast in list(tamed.find_all(exp.Cast)):
        if type(cast) is exp.Cast and not isinstance(cast.this, exp.Literal):
            fails = exp.TryCast(this=cast.this, to=cast.args["to"])
            tamed = fails if cast is tamed else tamed
            cast.replace(fails)
    return tamed.sql(dialect="duckdb", comments=False)
