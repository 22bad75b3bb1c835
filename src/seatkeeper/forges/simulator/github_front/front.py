"""`GitHubFront`: who is asking, may they, is there allowance left, and then the answer."""

from __future__ import annotations

import hashlib
import json
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from seatkeeper.forges.simulator.credentials import ACCEPTED, NOT_YOURS, Right, Token
from seatkeeper.forges.simulator.github_front import rest_app, rest_meta, routes
from seatkeeper.forges.simulator.github_front.call import DOCS, Answer, Call, Problem, Request
from seatkeeper.forges.simulator.github_front.graphql import GraphQL
from seatkeeper.forges.simulator.github_front.meter import Bucket, Meter
from seatkeeper.forges.simulator.log import Request as Logged
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.model.ids import TeamId

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.world import World

GRAPHQL_PATHS = frozenset({"/graphql", "/api/graphql"})
READ_POINTS, WRITE_POINTS = 1, 5
NOT_FOR_APPS = frozenset({"user", "group-mappings", "suspended"})
"""How the paths end that no App may ask for."""


class GitHubFront:
    """Answers requests for one world; the caller holds the world's lock."""

    def __init__(self, world: World, base: str) -> None:
        self.world = world
        self.base = base
        self.meter = Meter(world)
        self.graphql = GraphQL(world, base, self.meter)

    def answer(self, request: Request, *, scopes_gone: bool = False) -> Answer:
        """The answer to one request, errors included; `scopes_gone` has the credential know no right."""
        self.world.time.due()
        path = request.path.removeprefix("/api/v3") or "/"
        bucket: Bucket = "graphql" if path in GRAPHQL_PATHS else "core"
        token = None
        right: Right | None = None
        try:
            if path == "/app" or path.startswith("/app/"):
                answer = rest_app.answer(self.world, request, path)
            else:
                token = self._token(request)
                if scopes_gone:
                    token = Token(token.name, token.account, frozenset(), token.scopes and ())
                if bucket == "graphql":
                    answer = self.graphql.answer(request, token)
                else:
                    answer, right = self._rest(request, path, token)
        except Problem as problem:
            answer = problem.answer
        except Refusal as refusal:
            status = 403 if refusal.code in {"last-owner", "managed-elsewhere"} else 422
            answer = Problem(status, refusal.words).answer
        if token is not None and path != "/rate_limit" and self.world.limits.enforced:
            answer.headers = answer.headers | self.meter.headers(token, bucket)
        self._dress(answer, token, right)
        return self._unchanged(request, answer, token)

    def write_down(self, request: Request, status: int) -> None:
        """Note the request in the world's log."""
        token = self.world.credentials.tokens.get(_secret(request))
        name = token.name if token else ""
        sent, needs = (request.method, request.path), frozenset(request.needs)
        self.world.log.requests.append(Logged(self.world.now(), name, *sent, status, request.route, needs))

    def _token(self, request: Request) -> Token:
        secret = _secret(request)
        if not secret:
            raise Problem(401, "Requires authentication")
        token = self.world.credentials.tokens.get(secret)
        if token is None or token.revoked or (token.until is not None and token.until <= self.world.now()):
            raise Problem(401, "Bad credentials")
        return token

    def _rest(self, request: Request, path: str, token: Token) -> tuple[Answer, Right | None]:
        if path == "/rate_limit":
            return rest_meta.rate_limit(Call(self.world, self.base, request, token, ()), self.meter), None
        self.meter.charge(token, "core", 1)
        segments = self._by_name(tuple(unquote(part) for part in path.strip("/").split("/")))
        method = "GET" if request.method == "HEAD" else request.method
        found = routes.find(method, segments, self.world.organization_login.lower())
        request.route = "/" + "/".join(found[0].path).strip("/") if found else ""
        if found is None or not routes.served(found[0], self.world.regime):
            self.meter.pace(token, "core", READ_POINTS, content=False)
            raise Problem(404, "Not Found")
        route, names = found
        points = READ_POINTS if method == "GET" else WRITE_POINTS
        self.meter.pace(token, "core", points, content=route.mails)
        call = Call(self.world, self.base, request, token, names)
        hidden = token.app is not None and route.path[-1] in NOT_FOR_APPS
        if hidden or (route.right is not None and not call.sees(route.right)):
            raise _refused(token, route)
        return route.handler(call), route.right

    def _by_name(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The path by names for one by ids, as the links in GitHub's own answers have it."""
        if segments[:2] != ("organizations", self.world.organization_id):
            return segments
        place, rest = ("orgs", self.world.organization_login), segments[2:]
        team = self.world.teams.get(TeamId(rest[1])) if rest[:1] == ("team",) and len(rest) > 1 else None
        return (*place, "teams", team.slug, *rest[2:]) if team else (*place, *rest)

    def _dress(self, answer: Answer, token: Token | None, right: Right | None) -> None:
        headers = answer.headers
        headers.setdefault("Date", format_datetime(self.world.now(), usegmt=True))
        headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        headers["X-GitHub-Api-Version-Selected"] = "2022-11-28"
        headers["X-GitHub-Request-Id"] = f"SIM:{len(self.world.log.requests):08X}"
        if self.world.regime == "ghes":
            headers["X-GitHub-Enterprise-Version"] = rest_meta.SERVER_VERSION
        if token is None:
            return
        if token.scopes is None:
            if right is not None:
                headers["X-Accepted-GitHub-Permissions"] = right.replace(":", "=")
        else:
            headers["X-OAuth-Scopes"] = ", ".join(token.scopes)
            headers.setdefault("X-Accepted-OAuth-Scopes", ACCEPTED[right] if right else "")

    def _unchanged(self, request: Request, answer: Answer, token: Token | None) -> Answer:
        """Turn a 200 into a 304 when the asker has just that already; a 304 costs nothing."""
        if answer.body is not None and not isinstance(answer.body, bytes):
            answer.body = json.dumps(answer.body, separators=(",", ":")).encode()
        if answer.status != 200 or request.method != "GET" or not isinstance(answer.body, bytes):  # noqa: PLR2004  # HTTP's own number
            return answer
        tag = f'W/"{hashlib.blake2b(answer.body, digest_size=16).hexdigest()}"'
        answer.headers["ETag"] = tag
        answer.headers["Vary"] = "Accept, Authorization, Cookie, X-GitHub-OTP"
        if request.headers.get("if-none-match") == tag and token is not None:
            self.meter.refund(token, "core")
            told = self.meter.headers(token, "core") if self.world.limits.enforced else {}
            return Answer(304, None, answer.headers | told)
        return answer


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() in {"bearer", "token"} else ""


def _refused(token: Token, route: routes.Route) -> Problem:
    """403 where the asker may know that there is something, 404 where a classic token would not see it."""
    if token.scopes is None:
        problem = Problem(403, NOT_YOURS[token.app is not None], documentation_url=DOCS)
    elif route.path[0] == "repos":
        problem = Problem(404, "Not Found")
    else:
        problem = Problem(403, "You must be an organization owner, and the token needs a scope it lacks.")
    if route.right is not None and token.scopes is None:
        problem.answer.headers["X-Accepted-GitHub-Permissions"] = route.right.replace(":", "=")
    elif route.right is not None:
        problem.answer.headers["X-Accepted-OAuth-Scopes"] = ACCEPTED[route.right]
    return problem
