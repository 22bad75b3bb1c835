"""Where queries begin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from seatkeeper.forges.simulator.github_front.graphql.field import Field, Fields
from seatkeeper.forges.simulator.github_front.graphql.run import NO_ARGS, Args, Nothing, Run
from seatkeeper.forges.simulator.github_front.words import stamp
from seatkeeper.model.ids import AccountId, InvitationId, RepositoryId, TeamId

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.records import AccountRecord, RepositoryRecord
    from seatkeeper.forges.simulator.world import World


def _viewer(_source: None, run: Run, _args: Args = NO_ARGS) -> AccountRecord:
    return run.world.accounts[run.token.account]


def _organization(_source: None, run: Run, args: Args = NO_ARGS) -> World:
    login = str(args.get("login"))
    if login.lower() != run.world.organization_login.lower():
        raise Nothing("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
    return run.world


def _user(_source: None, run: Run, args: Args = NO_ARGS) -> AccountRecord:
    record = run.world.by_login(str(args.get("login")))
    if record is None:
        raise Nothing("NOT_FOUND", f"Could not resolve to a User with the login of '{args.get('login')}'.")
    return record


def _repository(_source: None, run: Run, args: Args = NO_ARGS) -> RepositoryRecord:
    owner, name = str(args.get("owner")), str(args.get("name"))
    record = run.world.by_name(name)
    if record is None:
        moved = run.world.moved_repositories.get(name.lower())
        record = run.world.repositories[moved] if moved else None
    if record is None or owner.lower() != run.world.organization_login.lower():
        raise Nothing("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return record


def find_node(world: World, text: str) -> Any:  # noqa: ANN401  # any record
    """The record a global node id names; None when there is none."""
    prefix, _, number = text.partition("_")
    match prefix:
        case "U":
            return world.accounts.get(AccountId(number))
        case "T":
            return world.teams.get(TeamId(number))
        case "R":
            return world.repositories.get(RepositoryId(number))
        case "O":
            return world if number == world.organization_id else None
        case "OIN":
            return world.invitations.get(InvitationId(number))
        case _:
            return None


def _no_node(text: str) -> Nothing:
    return Nothing("NOT_FOUND", f"Could not resolve to a node with the global id of '{text}'")


def _node(_source: None, run: Run, args: Args = NO_ARGS) -> Any:  # noqa: ANN401  # any record
    found = find_node(run.world, str(args.get("id")))
    if found is None:
        raise _no_node(str(args.get("id")))
    return found


def _nodes(_source: None, run: Run, args: Args = NO_ARGS) -> list[Any]:
    wanted = args.get("ids")
    found = []
    for index, text in enumerate(wanted if isinstance(wanted, list) else []):
        record = find_node(run.world, str(text))
        if record is None:
            run.tell(_no_node(str(text)), ("nodes", index))
        found.append(record)
    return found


def _rate_limit(_source: None, run: Run, _args: Args = NO_ARGS) -> dict[str, int]:
    return run.meter.state(run.token, "graphql")


def _reset_at(state: dict[str, int], _run: Run, _args: Args = NO_ARGS) -> str:
    return stamp(datetime.fromtimestamp(state["reset"], UTC))


def _count(name: str) -> Field:
    return Field(lambda state, _run, _args=NO_ARGS: state[name])


TYPES: dict[str, Fields] = {
    "Query": {
        "viewer": Field(_viewer, "User", nullable=False),
        "organization": Field(_organization, "Organization"),
        "user": Field(_user, "User"),
        "repository": Field(_repository, "Repository"),
        "node": Field(_node, "Node"),
        "nodes": Field(_nodes, "Node", many=True, nullable=False),
        "rateLimit": Field(_rate_limit, "RateLimit"),
    },
    "RateLimit": {
        "cost": Field(lambda _state, run, _args=NO_ARGS: run.points),
        "nodeCount": Field(lambda _state, run, _args=NO_ARGS: run.node_count),
        "limit": _count("limit"),
        "remaining": _count("remaining"),
        "used": _count("used"),
        "resetAt": Field(_reset_at),
    },
}
