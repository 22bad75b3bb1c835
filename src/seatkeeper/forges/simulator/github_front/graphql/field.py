"""What a field of a type is, and how types are put together from fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from seatkeeper.forges.simulator.github_front.graphql.pages import Page, cursor

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.credentials import Right
    from seatkeeper.forges.simulator.github_front.graphql.run import Run

Resolve = Callable[..., Any]
"""(source, run) or, where arguments are given, (source, run, args)."""


class Field(NamedTuple):
    """A field of a type.

    `type` is None for a scalar and may name an interface; `pages` marks a
    connection; `nullable` says whether an error stops here or takes the parent too.
    """

    resolve: Resolve
    type: str | None = None
    many: bool = False
    pages: bool = False
    nullable: bool = True
    right: Right | None = None


Fields = dict[str, Field]


def told(attribute: str) -> Field:
    """A scalar that is an attribute of the record."""

    def resolve(source: object, _run: Run, _args: object = None) -> object:
        return getattr(source, attribute)

    return Field(resolve)


def always(value: object) -> Field:
    """A scalar that is the same everywhere in this world."""
    return Field(lambda _source, _run, _args=None: value)


def connection(edge: str, node: str) -> Fields:
    """The fields of a connection type."""
    return {
        "edges": Field(lambda page, _run, _args=None: page.edges(), edge, many=True),
        "nodes": Field(lambda page, _run, _args=None: page.rows, node, many=True),
        "pageInfo": Field(lambda page, _run, _args=None: page, "PageInfo", nullable=False),
        "totalCount": told("total"),
    }


def edge(node: str, **more: Field) -> Fields:
    """The fields of an edge type."""
    return {
        "node": Field(lambda source, _run, _args=None: source.node, node),
        "cursor": Field(lambda source, _run, _args=None: cursor(source.key)),
        **more,
    }


def _end(page: Page, at: int) -> str | None:
    return cursor(page.keys[at]) if page.keys else None


PAGE_INFO: Fields = {
    "hasNextPage": told("has_next"),
    "hasPreviousPage": told("has_previous"),
    "startCursor": Field(lambda page, _run, _args=None: _end(page, 0)),
    "endCursor": Field(lambda page, _run, _args=None: _end(page, -1)),
}
