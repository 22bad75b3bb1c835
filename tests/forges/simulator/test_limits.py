"""GitHub's limits, in the world's own time."""

from __future__ import annotations

import pytest

from seatkeeper.forges.simulator.world import World
from tests.forges.simulator.small import who
from tests.forges.simulator.wire import Wire

QUERY = "{ viewer { login } }"


def test_the_hourly_allowance_ends_and_comes_back(wire: Wire, world: World) -> None:
    """The call beyond it should be 403 with nothing remaining, and go through in the next hour."""
    world.limits.calls_per_hour = 3
    statuses = [wire.get("/user").status for _ in range(4)]
    assert statuses == [200, 200, 200, 403]
    told = wire.get("/user")
    assert told.headers["x-ratelimit-remaining"] == "0"
    assert "rate limit exceeded" in told.body["message"]
    assert int(told.headers["x-ratelimit-reset"]) - world.now().timestamp() == 3600
    world.advance(3600)
    assert wire.get("/user").headers["x-ratelimit-remaining"] == "2"


def test_graphql_points_are_another_allowance_told_with_200(wire: Wire, world: World) -> None:
    """Used-up points should be an error of type RATE_LIMITED under status 200; REST goes on."""
    world.limits.graphql_points_per_hour = 1
    assert wire.graphql(QUERY) == {"data": {"viewer": {"login": "ana"}}}
    assert wire.graphql(QUERY)["errors"][0]["type"] == "RATE_LIMITED"
    assert wire.get("/user").status == 200


def test_900_points_a_minute_where_a_write_costs_five(wire: Wire, world: World) -> None:
    """180 writes should fit into a minute; the next should be 403 and say when to come back."""
    path = "/orgs/acme/teams/storage/memberships/user3"
    statuses = {wire.ask("PUT", path, {}).status for _ in range(180)}
    refused = wire.ask("PUT", path, {})
    assert (statuses, refused.status, refused.headers["retry-after"]) == ({200}, 403, "60")
    assert "secondary rate limit" in refused.body["message"]
    world.advance(60)
    assert wire.ask("PUT", path, {}).status == 200


@pytest.mark.parametrize(("content", "went_through"), [(True, 80), (False, 100)])
def test_80_mails_a_minute_by_switch(wire: Wire, world: World, *, content: bool, went_through: int) -> None:
    """Invitations should stop at 80 a minute where content is limited, and go on where it is not."""
    world.limits.content, world.limits.points_per_minute, world.seats_bought = content, 10_000, None
    statuses = [
        wire.ask("POST", "/orgs/acme/invitations", {"email": f"n{n}@acme.example"}).status for n in range(100)
    ]
    assert statuses.count(201) == world.log.counts()["mails"] == went_through


def test_500_mails_an_hour(wire: Wire, world: World) -> None:
    """At 80 a minute an hour's content should still end at 500."""
    world.seats_bought, world.invitations_per_day = None, 10_000
    sent = 0
    for minute in range(10):
        for n in range(80):
            told = wire.ask("POST", "/orgs/acme/invitations", {"email": f"n{minute}-{n}@acme.example"})
            sent += told.status == 201
        world.advance(60)
    assert sent == 500


def test_a_secondary_limit_may_name_no_time(wire: Wire, world: World) -> None:
    """By switch the answer should come without Retry-After."""
    world.limits.points_per_minute, world.limits.retry_after = 1, False
    wire.get("/user")
    told = wire.get("/user")
    assert told.status == 403
    assert "retry-after" not in told.headers


def test_asking_for_the_limits_costs_nothing(wire: Wire) -> None:
    """GET /rate_limit should show what is left and leave it."""
    wire.get("/user")
    first, second = wire.get("/rate_limit").body, wire.get("/rate_limit").body
    assert first == second
    assert first["resources"]["core"]["used"] == 1
    assert first["resources"]["graphql"]["remaining"] == 5000


def test_invitations_of_a_day_are_refused_beyond_500(wire: Wire, world: World) -> None:
    """The organization's own cap should be a 422 that says so."""
    world.invitations_per_day = 1
    world.invite(email="first@acme.example")
    told = wire.ask("POST", "/orgs/acme/invitations", {"invitee_id": int(who(world, "stranger"))})
    assert told.status == 422
    assert "rate limit" in told.body["errors"][0]["message"]
