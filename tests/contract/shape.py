"""Holds a GraphQL answer against the schema: every type, every null, every enum value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

SCALARS: Mapping[str, type | tuple[type, ...]] = {"Int": int, "Float": (int, float), "Boolean": bool}
"""Python's types of the wire's scalars; every other scalar is text."""


class Shape:
    """What is wrong with answers to one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def faults(self, data: Mapping[str, Any]) -> list[str]:
        """Every place where the data is not what the schema says, as path and words."""
        operation = next(n for n in self._document.definitions if isinstance(n, OperationDefinitionNode))
        query = self._schema.query_type
        assert query is not None
        return list(self._object(query, [operation.selection_set], data, "data"))

    def _object(
        self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode], value: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        fields: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(kind, selections, fields)
        if fields.keys() != value.keys():
            yield f"{path}: fields {sorted(value)} instead of {sorted(fields)}"
            return
        for key, nodes in fields.items():
            name = nodes[0].name.value
            if name == "__typename":
                if value[key] != kind.name:
                    yield f"{path}.{key}: {value[key]} instead of {kind.name}"
                continue
            inner = [node.selection_set for node in nodes if node.selection_set]
            yield from self._value(kind.fields[name].type, inner, value[key], f"{path}.{key}")

    def _value(
        self, kind: GraphQLOutputType, sets: Sequence[SelectionSetNode], value: Any, path: str
    ) -> Iterator[str]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield f"{path}: null where {kind} is promised"
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            for index, item in enumerate(value):
                yield from self._value(kind.of_type, sets, item, f"{path}[{index}]")
        elif isinstance(kind, GraphQLObjectType):
            yield from self._object(kind, sets, value, path)
        elif isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            yield from self._abstract(kind, sets, value, path)
        elif not _is(kind, value):
            yield f"{path}: {value!r} is no {kind}"

    def _abstract(
        self, kind: GraphQLAbstractType, sets: Sequence[SelectionSetNode], value: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        """The value must fit one of the possible types; the one it names, where it names one."""
        named = value.get("__typename")
        possible = [one for one in self._schema.get_possible_types(kind) if named in (None, one.name)]
        found = [list(self._object(one, sets, value, path)) for one in possible]
        yield from min(found, key=len, default=[f"{path}: {named} is no {kind.name}"])

    def _collect(
        self, kind: GraphQLObjectType, selections: SelectionSetNode, fields: dict[str, list[FieldNode]]
    ) -> None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                fields.setdefault((node.alias or node.name).value, []).append(node)
                continue
            assert isinstance(node, FragmentSpreadNode | InlineFragmentNode)
            inner = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            if self._applies(inner, kind):
                self._collect(kind, inner.selection_set, fields)

    def _applies(
        self, fragment: InlineFragmentNode | FragmentDefinitionNode, kind: GraphQLObjectType
    ) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self._schema.type_map[fragment.type_condition.name.value]
        if isinstance(condition, GraphQLInterfaceType | GraphQLUnionType):
            return self._schema.is_sub_type(condition, kind)
        return condition is kind


def _is(kind: GraphQLOutputType, value: object) -> bool:
    if isinstance(kind, GraphQLEnumType):
        return value in kind.values
    wanted = SCALARS.get(str(kind), str)
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
