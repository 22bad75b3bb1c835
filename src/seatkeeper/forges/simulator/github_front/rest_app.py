"""REST as a GitHub App: who says so with a JWT, and the tokens of its installation.

Facts: GitHub's pages on authenticating as an App, and what it says to statements that won't do.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from seatkeeper.forges.simulator.github_front.call import Answer, Problem, Request, not_found
from seatkeeper.forges.simulator.github_front.words import stamp

if TYPE_CHECKING:
    from jwt.types import Options

    from seatkeeper.forges.simulator.credentials import App
    from seatkeeper.forges.simulator.world import World

HOUR = timedelta(hours=1)
LONGEST = timedelta(minutes=10)
SLACK = timedelta(minutes=1)
ISSUED = "must be an Integer representing the time that the assertion was issued"
ENDS = "must be a numeric value representing the future time at which the assertion expires"
TOKENS = re.compile(r"/app/installations/([0-9]+)/access_tokens")


def answer(world: World, request: Request, path: str) -> Answer:
    """GET /app, and POST /app/installations/{installation_id}/access_tokens."""
    app = _app(world, request)
    if request.method == "GET" and path == "/app":
        request.route = path
        told = {"id": int(app.id), "slug": app.slug, "name": app.slug}
        return Answer(200, told | {"permissions": app.permissions()})
    found = TOKENS.fullmatch(path)
    if request.method != "POST" or found is None or found[1] != app.installation or app.suspended:
        raise not_found()
    request.route = "/app/installations/{id}/access_tokens"
    until = world.now() + HOUR
    secret = world.credentials.installed(app, until, world.random.getrandbits(144))
    told = {"token": secret, "expires_at": stamp(until), "repository_selection": "all"}
    return Answer(201, told | {"permissions": app.permissions()})


def _app(world: World, request: Request) -> App:
    """The App whose key signed the statement, if the statement is one that GitHub would take."""
    import jwt  # noqa: PLC0415  # only a world with an App pays for it

    text = request.headers.get("authorization", "").partition(" ")[2]
    try:
        told = jwt.decode(text, options={"verify_signature": False})
        app = world.credentials.apps.get(str(told.get("iss")))
        if app is None:
            raise Problem(404, "Integration not found")
        theirs: Options = {"verify_exp": False, "verify_iat": False}  # by the world's time, below
        jwt.decode(text, app.public_key, algorithms=["RS256"], options=theirs)
    except jwt.PyJWTError:
        raise Problem(401, "A JSON web token could not be decoded") from None
    _times(world, told)
    return app


def _times(world: World, told: dict[str, Any]) -> None:
    now, issued, ends = world.now().timestamp(), told.get("iat"), told.get("exp")
    if not isinstance(issued, int) or issued > now + SLACK.total_seconds():
        raise Problem(401, f"'Issued at' claim ('iat') {ISSUED}")
    if not isinstance(ends, int) or ends <= now:
        raise Problem(401, f"'Expiration time' claim ('exp') {ENDS}")
    if ends > now + LONGEST.total_seconds():
        raise Problem(401, "'Expiration time' claim ('exp') is too far in the future")
