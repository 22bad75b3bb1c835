"""A query made ready to run: every field a small function, fragments and directives already worked in.

The published reference executor takes tens of milliseconds for a page of
collaborators; a forge under test is asked hundreds of those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    value_from_ast_untyped,
)

from seatkeeper.forges.simulator.github_front.graphql.field import Field, Fields
from seatkeeper.forges.simulator.github_front.graphql.run import NO_ARGS, Args, NoQuery, Nothing, Path, Run
from seatkeeper.forges.simulator.github_front.graphql.types import INTERFACES, type_of

Step = Callable[[Any, Run], Any]
Steps = list[tuple[str, Step]]
Arguments = Callable[[Args], Args]


class Cost(NamedTuple):
    """A connection the query asks for, with those below it."""

    arguments: Arguments
    below: list[Cost]


class Plan(NamedTuple):
    """The steps of an operation, and what its points are computed from."""

    steps: Steps
    costs: list[Cost]


class Planner:
    """Makes the plan of one operation over these `types`; `flags` are what directives may ask."""

    def __init__(self, document: DocumentNode, flags: Args, types: Mapping[str, Fields]) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._flags = flags
        self._types = types

    def plan(self, operation: OperationDefinitionNode) -> Plan:
        """The plan of a query."""
        costs: list[Cost] = []
        return Plan(self._steps("Query", [operation.selection_set], (), costs), costs)

    def _steps(self, name: str, sets: Sequence[SelectionSetNode], path: Path, costs: list[Cost]) -> Steps:
        fields: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(name, selections, fields)
        return [(key, self._step(name, nodes, (*path, key), costs)) for key, nodes in fields.items()]

    def _collect(self, name: str, selections: SelectionSetNode, fields: dict[str, list[FieldNode]]) -> None:
        for node in selections.selections:
            if not self._wanted(node):
                continue
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                fields.setdefault(key, []).append(node)
                continue
            inner: InlineFragmentNode | FragmentDefinitionNode | None = None
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragments.get(node.name.value)
                if inner is None:
                    raise NoQuery(f"Fragment {node.name.value} was used, but not defined")
            elif isinstance(node, InlineFragmentNode):
                inner = node
            if inner is not None and _applies(inner, name):
                self._collect(name, inner.selection_set, fields)

    def _wanted(self, node: Any) -> bool:  # noqa: ANN401  # any selection
        for directive in node.directives or ():
            told = {
                a.name.value: value_from_ast_untyped(a.value, dict(self._flags)) for a in directive.arguments
            }
            if told.get("if") is (directive.name.value == "skip"):
                return False
        return True

    def _step(self, name: str, nodes: list[FieldNode], path: Path, costs: list[Cost]) -> Step:
        node = nodes[0]
        asked = node.name.value
        if asked == "__typename":
            return lambda _source, _run: name
        field = self._types[name].get(asked)
        if field is None:
            raise NoQuery(
                f"Field '{asked}' doesn't exist on type '{name}'",
                path=["query", *path],
                extensions={"code": "undefinedField", "typeName": name, "fieldName": asked},
            )
        arguments = _arguments(node)
        below = costs
        if field.pages:
            below = []
            costs.append(Cost(arguments or (lambda _variables: NO_ARGS), below))
        resolve = _resolving(field, asked, arguments)
        if field.type is None:
            return resolve if field.right is None else _guarded(resolve, path, field)
        sets = [inner.selection_set for inner in nodes if inner.selection_set is not None]
        if not sets:
            raise NoQuery(f"Field must have selections (field '{asked}' returns {field.type} but has none)")
        if field.type in INTERFACES:
            kinds = {kind: self._steps(kind, sets, path, below) for kind in sorted(INTERFACES[field.type])}
            return _guarded(_any(resolve, kinds, many=field.many), path, field)
        return _object(resolve, self._steps(field.type, sets, path, below), path, field)


def _applies(fragment: InlineFragmentNode | FragmentDefinitionNode, name: str) -> bool:
    condition = fragment.type_condition
    if condition is None:
        return True
    return condition.name.value == name or name in INTERFACES.get(condition.name.value, ())


def _arguments(node: FieldNode) -> Arguments | None:
    if not node.arguments:
        return None
    values = {argument.name.value: argument.value for argument in node.arguments}
    if not any(_asks_variable(value) for value in values.values()):
        constant = {name: value_from_ast_untyped(value) for name, value in values.items()}
        return lambda _variables: constant

    def at_run_time(variables: Args) -> Args:
        return {
            name: value_from_ast_untyped(value, dict(variables))
            for name, value in values.items()
            if not isinstance(value, VariableNode) or value.name.value in variables
        }

    return at_run_time


def _asks_variable(node: Any) -> bool:  # noqa: ANN401  # any value
    if isinstance(node, VariableNode):
        return True
    inner = [*(getattr(node, "values", None) or ()), *(f.value for f in getattr(node, "fields", None) or ())]
    return any(_asks_variable(value) for value in inner)


def _resolving(field: Field, name: str, arguments: Arguments | None) -> Step:
    resolve = field.resolve
    right = field.right
    if right is not None:
        allowed = resolve

        def resolve(source: Any, run: Run, args: Args = NO_ARGS) -> Any:  # noqa: ANN401  # any record
            run.need(right, name)
            return allowed(source, run, args)

    if arguments is None:
        return (lambda source, run: resolve(source, run, NO_ARGS)) if field.pages else resolve
    return lambda source, run: resolve(source, run, arguments(run.variables))


def _object(resolve: Step, steps: Steps, path: Path, field: Field) -> Step:
    nullable = field.nullable

    def one(source: Any, run: Run) -> Any:  # noqa: ANN401  # any record in, JSON out
        try:
            value = resolve(source, run)
            return None if value is None else {key: step(value, run) for key, step in steps}
        except Nothing as nothing:
            run.tell(nothing, path)
            if nullable:
                return None
            raise

    def each(source: Any, run: Run) -> Any:  # noqa: ANN401  # any record in, JSON out
        values = resolve(source, run)
        return values and [{key: step(value, run) for key, step in steps} for value in values]

    return each if field.many else one


def _any(resolve: Step, kinds: dict[str, Steps], *, many: bool) -> Step:
    def show(value: Any, run: Run) -> Any:  # noqa: ANN401  # any record in, JSON out
        return None if value is None else {key: step(value, run) for key, step in kinds[type_of(value)]}

    if many:
        return lambda source, run: [show(value, run) for value in resolve(source, run)]
    return lambda source, run: show(resolve(source, run), run)


def _guarded(step: Step, path: Path, field: Field) -> Step:
    def guarded(source: Any, run: Run) -> Any:  # noqa: ANN401  # any record in, JSON out
        try:
            return step(source, run)
        except Nothing as nothing:
            run.tell(nothing, path)
            if field.nullable:
                return None
            raise

    return guarded
