"""`GraphQL`: what comes to POST /graphql, what it costs, and what goes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    parse,
    value_from_ast_untyped,
)

from seatkeeper.forges.simulator.github_front.call import Answer, Problem, Request
from seatkeeper.forges.simulator.github_front.graphql.plan import Cost, Plan, Planner
from seatkeeper.forges.simulator.github_front.graphql.run import Args, NoQuery, Nothing, Run
from seatkeeper.forges.simulator.github_front.graphql.types import ON_A_SERVER, TYPES
from seatkeeper.forges.simulator.github_front.meter import PRIMARY_DOCS

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.credentials import Right, Token
    from seatkeeper.forges.simulator.github_front.meter import Meter
    from seatkeeper.forges.simulator.world import World

NODES_MAX = 500_000
REQUESTS_A_POINT = 100
KEPT_TEXTS = 512


class Asked(NamedTuple):
    """A GraphQL request's three parts."""

    text: str
    variables: Args
    operation: str | None


class GraphQL:
    """Keeps what it parsed and planned, by the exact text."""

    def __init__(self, world: World, base: str, meter: Meter) -> None:
        self.world = world
        self.base = base
        self.meter = meter
        self._documents: dict[str, DocumentNode] = {}
        self._plans: dict[tuple[object, ...], Plan] = {}

    def answer(self, request: Request, token: Token) -> Answer:
        """Always 200 once the request is one at all; errors stand beside the data, or in its place."""
        request.route = "/graphql"
        asked = _asked(request)
        try:
            return Answer(200, self._run(asked, token, request.needs))
        except NoQuery as refused:
            return Answer(200, {"errors": [refused.error]})

    def _run(self, asked: Asked, token: Token, needs: set[Right]) -> dict[str, object]:
        document = self._document(asked.text)
        operation = _operation(document, asked.operation)
        if operation.operation is not OperationType.QUERY:
            raise NoQuery("This forge answers queries here, and no mutation.", type="FORBIDDEN")
        variables = _variables(operation, asked.variables)
        plan = self._plan(asked, document, operation, variables)
        requests, nodes = _cost(plan.costs, variables)
        points = max(1, int(requests / REQUESTS_A_POINT + 0.5))
        if nodes > NODES_MAX:
            words = (
                f"This query requests up to {nodes} nodes, which exceeds the maximum limit of {NODES_MAX}."
            )
            raise NoQuery(words, type="MAX_NODE_LIMIT_EXCEEDED")
        self._charge(token, points)
        run = Run(self.world, self.base, token, self.meter, variables, needs, points, nodes)
        try:
            data: Any = {key: step(None, run) for key, step in plan.steps}
        except Nothing:
            data = None
        return {"data": data} | ({"errors": run.errors} if run.errors else {})

    def _charge(self, token: Token, points: int) -> None:
        self.meter.pace(token, "graphql", 1, content=False)
        try:
            self.meter.charge(token, "graphql", points)
        except Problem as problem:
            raise NoQuery(str(problem), type="RATE_LIMITED", documentation_url=PRIMARY_DOCS) from None

    def _document(self, text: str) -> DocumentNode:
        known = self._documents.get(text)
        if known is None:
            try:
                known = parse(text, no_location=True)
            except GraphQLError as error:
                raise NoQuery(f"Parse error: {error.message}") from None
            if len(self._documents) >= KEPT_TEXTS:
                self._documents.clear()
                self._plans.clear()
            self._documents[text] = known
        return known

    def _plan(
        self, asked: Asked, document: DocumentNode, operation: OperationDefinitionNode, variables: Args
    ) -> Plan:
        flags = {name: value for name, value in variables.items() if isinstance(value, bool)}
        server = self.world.regime == "ghes" and self.world.tells_suspensions
        key = (asked.text, asked.operation, server, *sorted(flags.items()))
        plan = self._plans.get(key)
        if plan is None:
            types = TYPES | ON_A_SERVER if server else TYPES
            plan = self._plans[key] = Planner(document, flags, types).plan(operation)
        return plan


def _asked(request: Request) -> Asked:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Problem(400, "Problems parsing JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Problem(400, "A query attribute must be specified and must be a string.")
    variables = body.get("variables") or {}
    if not isinstance(variables, dict):
        raise Problem(400, "Variables must be an object.")
    return Asked(body["query"], variables, body.get("operationName"))


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and name in (None, node.name and node.name.value)
    ]
    if len(found) != 1:
        raise NoQuery("An operation name is required" if found else f"No operation named {name!r}")
    return found[0]


def _variables(operation: OperationDefinitionNode, given: Args) -> Args:
    known: dict[str, object] = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if name in given:
            known[name] = given[name]
        elif definition.default_value is not None:
            known[name] = value_from_ast_untyped(definition.default_value)
        if isinstance(definition.type, NonNullTypeNode) and known.get(name) is None:
            raise NoQuery(f"Variable ${name} was provided invalid value")
    return known


def _cost(costs: list[Cost], variables: Args, outer: int = 1) -> tuple[int, int]:
    """Requests and nodes by GitHub's formula: one request a parent, `first` nodes a request."""
    requests = nodes = 0
    for cost in costs:
        args = cost.arguments(variables)
        size = args.get("first") or args.get("last") or 1
        inner = outer * (size if isinstance(size, int) else 1)
        below = _cost(cost.below, variables, inner)
        requests += outer + below[0]
        nodes += inner + below[1]
    return requests, nodes
