"""Which columns a source has, so that rules can name them: the key first, each with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.config.schema import Configuration, Declared, SqlSource
from seatkeeper.model.people import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatkeeper.config.document import Document, Path

_DIALECTS = ("", "postgres", "mysql", "tsql", "oracle")


def columns_of(configuration: Configuration, document: Document) -> tuple[Column, ...]:
    """The columns of the one source.

    A query names its columns itself, and `columns` gives types to those that
    are not text. For a file, and for a query that selects `*`, they are the
    key, those declared, and those that status, links and access name.

    Raises:
        ConfigurationError: A field names a column that the query does not give.
    """
    ((name, source),) = configuration.sources.items()
    uses = list(_uses(configuration, name))
    lists = {column for column, _, kind in uses if kind == "list"}
    selected = _selected(source.query) if isinstance(source, SqlSource) else None
    if selected is None:
        selected = [source.key, *source.columns, *(column for column, _, _ in uses)]
    for column, path, _ in uses:
        if column not in selected:
            raise document.refusal(path, f"the source has no column {column}", allowed=selected, wrote=column)
    names = dict.fromkeys([source.key, *selected])
    return tuple(_column(name, source.columns.get(name), name in lists) for name in names)


def _column(name: str, declared: Declared | None, is_list: bool) -> Column:  # noqa: FBT001  # a fact, given once
    if declared is None:
        return Column(name, "list" if is_list else "text")
    return Column(name, declared.type, declared.missing, declared.role)


def _uses(configuration: Configuration, source: str) -> Iterator[tuple[str, Path, str]]:
    """Every column that a field names: which, where, and as what."""
    told = configuration.sources[source]
    yield told.key, ("sources", source, "key"), "text"
    for column in told.columns:
        yield column, ("sources", source, "columns", column), "declared"
    for at, link in enumerate(configuration.links.by):
        yield link.column, ("links", "by", at, "column"), "text"
    told_by = configuration.notices
    for field in ("address", "language"):
        if told_by is not None and getattr(told_by, field) is not None:
            yield getattr(told_by, field), ("notices", field), "text"
    policy = configuration.policy
    if policy.status:
        yield policy.status.column, ("policy", "status", "column"), "text"
    for at, column in enumerate(policy.leave.missing_ok if policy.leave else []):
        yield column, ("policy", "leave", "missing_ok", at), "text"
    for at, rule in enumerate(policy.access):
        for position, given in enumerate(rule.grant):
            if given.teams_from:
                yield given.teams_from, ("policy", "access", at, "grant", position, "teams_from"), "list"


def _selected(query: str) -> list[str] | None:
    """The names a query gives its columns; None when it does not say (`*`) or can't be told."""
    import sqlglot  # noqa: PLC0415  # heavy, and only planning and observing come here
    from sqlglot.errors import SqlglotError  # noqa: PLC0415
    from sqlglot.expressions import Query  # noqa: PLC0415

    for dialect in _DIALECTS:
        try:
            parsed = sqlglot.parse_one(query, dialect=dialect or None)
        except SqlglotError:
            continue
        if isinstance(parsed, Query):
            names = list(parsed.named_selects)
            return None if "*" in names or not all(names) else names
    return None
