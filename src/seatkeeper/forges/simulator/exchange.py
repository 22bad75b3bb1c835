"""One exchange with a client: the front's answer, or what a fault makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from seatkeeper.forges.simulator.github_front.call import Answer, Problem, Request

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.faults import Fault
    from seatkeeper.forges.simulator.github_front.front import GitHubFront

HTML = b"<!DOCTYPE html><html><head><title>Unicorn!</title></head><body>We had issues.</body></html>"
JSON_TYPE = "application/json; charset=utf-8"

Manner = Literal["whole", "truncated", "slow", "hang", "reset"]


class Reply(NamedTuple):
    """What goes back, and how; `seconds` is real time."""

    answer: Answer
    manner: Manner = "whole"
    seconds: float = 0.0


def exchange(front: GitHubFront, request: Request) -> Reply:
    """Answer one request under the world's lock, and write it down."""
    world = front.world
    with world.lock:
        fault = world.faults.next(request.method, request.path, request.query_text, request.body)
        reply = Reply(front.answer(request)) if fault is None else _faulty(front, request, fault)
        front.write_down(request, 0 if reply.manner in {"hang", "reset"} else reply.answer.status)
    return reply


def _faulty(front: GitHubFront, request: Request, fault: Fault) -> Reply:
    before = _BEFORE.get(fault.kind)
    if before is not None:
        return before(front, request, fault)
    if fault.kind == "repeat-page":
        _turn_back(request)
    answer = front.answer(request, scopes_gone=fault.kind == "missing-scope")
    if fault.kind == "truncated":
        return Reply(answer, "truncated")
    if fault.kind == "slow":
        return Reply(answer, "slow", fault.seconds)
    if fault.kind == "reset-after":
        return Reply(answer, "reset")
    if fault.kind in _REWRITES and isinstance(answer.body, bytes):
        body = json.loads(answer.body)
        answer.body = json.dumps(_REWRITES[fault.kind](body, fault)).encode()
        answer.headers.pop("ETag", None)
    if fault.kind == "partial-sso":
        answer.headers["X-GitHub-SSO"] = f"partial-results; organizations={front.world.organization_id}"
    return Reply(answer)


def _status(_front: GitHubFront, _request: Request, fault: Fault) -> Reply:
    body = fault.body if fault.body is not None else json.dumps({"message": "An injected fault."})
    return Reply(Answer(fault.status, body.encode(), dict(fault.headers)))


def _html(_front: GitHubFront, _request: Request, _fault: Fault) -> Reply:
    return Reply(Answer(200, HTML, {"Content-Type": "text/html; charset=utf-8"}))


def _hang(_front: GitHubFront, _request: Request, fault: Fault) -> Reply:
    return Reply(Answer(0), "hang", fault.seconds)


def _reset(_front: GitHubFront, _request: Request, _fault: Fault) -> Reply:
    return Reply(Answer(0), "reset")


def _redirect(front: GitHubFront, request: Request, fault: Fault) -> Reply:
    target = fault.headers.get("Location", f"{front.base}{request.path}?{request.query_text}")
    status = 301 if request.method == "GET" else 307
    return Reply(Answer(status, {"message": "Moved Permanently", "url": target}, {"Location": target}))


def _rate_limited(_front: GitHubFront, _request: Request, fault: Fault) -> Reply:
    problem = Problem(429, "API rate limit exceeded")
    return Reply(Answer(429, problem.answer.body, dict(fault.headers)))


def _secondary(front: GitHubFront, _request: Request, fault: Fault) -> Reply:
    answer = front.meter.secondary(60).answer
    return Reply(Answer(403, answer.body, dict(fault.headers)))


def _revoked(front: GitHubFront, request: Request, _fault: Fault) -> Reply:
    secret = request.headers.get("authorization", "").partition(" ")[2]
    if secret in front.world.credentials.tokens:
        front.world.credentials.revoke(secret)
    return Reply(front.answer(request))


_BEFORE: dict[str, Callable[[GitHubFront, Request, Fault], Reply]] = {
    "status": _status,
    "html": _html,
    "hang": _hang,
    "reset": _reset,
    "redirect": _redirect,
    "rate-limited": _rate_limited,
    "secondary-limit": _secondary,
    "revoked": _revoked,
}


def _turn_back(request: Request) -> None:
    """Ask for the page before the one that was asked for."""
    if request.body:
        body = json.loads(request.body)
        variables = body.get("variables") or {}
        cursors = {name for name, value in variables.items() if str(value).startswith("Y3Vyc29y")}
        body["variables"] = {name: None if name in cursors else value for name, value in variables.items()}
        request.body = json.dumps(body).encode()
    elif request.query.get("page", "").isdecimal():
        request.query["page"] = str(max(1, int(request.query["page"]) - 1))


def _connections(body: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # any JSON
    if isinstance(body, list):
        return [found for item in body for found in _connections(item)]
    if not isinstance(body, dict):
        return []
    here = [body] if "nodes" in body or "edges" in body else []
    return here + [found for value in body.values() for found in _connections(value)]


def _emptied(body: Any, _fault: Fault) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(body, list):
        return []
    for connection in _connections(body)[:1]:
        connection.update({name: [] for name in ("nodes", "edges") if name in connection})
    return body


def _halved(body: Any, _fault: Fault) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(body, list):
        return body[: len(body) // 2]
    for connection in _connections(body)[:1]:
        for name in {"nodes", "edges"} & connection.keys():
            connection[name] = connection[name][: len(connection[name]) // 2]
    return body


def _miscounted(body: Any, fault: Fault) -> Any:  # noqa: ANN401  # any JSON
    for connection in _connections(body):
        if "totalCount" in connection:
            connection["totalCount"] += fault.amount
            break
    return body


_REWRITES: dict[str, Callable[[Any, Fault], Any]] = {
    "empty-page": _emptied,
    "partial-sso": _halved,
    "wrong-total": _miscounted,
}
