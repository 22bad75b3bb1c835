"""Faults on demand: each kind, when it comes, and that it goes again."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable

import pytest

from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.forges.simulator.small import who
from tests.forges.simulator.wire import Told, Wire

MEMBERS = "/orgs/acme/members"
QUERY = """query($after: String) { organization(login: "acme") { membersWithRole(first: 3, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { login } } } }"""


def test_only_the_nth_matching_call_fails(wire: Wire, world: World) -> None:
    """Page 3 should fail once, other paths and other calls not at all."""
    world.faults.add("status", path=MEMBERS, nth=3, status=503)
    wire.get("/user")
    assert [wire.get(MEMBERS).status for _ in range(5)] == [200, 200, 503, 200, 200]


def test_a_fault_can_last(wire: Wire, world: World) -> None:
    """`times` calls in a row should fail, and 0 means for ever."""
    world.faults.add("status", path="/user", times=2, status=500)
    world.faults.add("status", path=MEMBERS, times=0, status=502)
    assert [wire.get("/user").status for _ in range(3)] == [500, 500, 200]
    assert {wire.get(MEMBERS).status for _ in range(5)} == {502}
    world.faults.clear()
    assert wire.get(MEMBERS).status == 200


def test_faults_choose_by_method_query_and_body(wire: Wire, world: World) -> None:
    """A fault for one page, or for one GraphQL text, should leave the others alone."""
    world.faults.add("status", path=MEMBERS, query="page=2", status=503)
    world.faults.add("status", method="POST", path="/graphql", contains="membersWithRole", status=502)
    assert wire.get(f"{MEMBERS}?per_page=3&page=1").status == 200
    assert wire.get(f"{MEMBERS}?per_page=3&page=2").status == 503
    assert "data" in wire.graphql("{ viewer { login } }")
    assert wire.ask("POST", "/graphql", {"query": QUERY}).status == 502


@pytest.mark.parametrize("kind", ["reset", "reset-after", "hang"])
def test_a_lost_answer_is_lost(simulator: Simulator, world: World, kind: str) -> None:
    """The client should see a broken connection; only ``reset-after`` has done what was asked."""
    world.faults.add(kind, method="DELETE")  # type: ignore[arg-type]  # one of the kinds
    wire, user1 = Wire(simulator), who(world, "user1")
    with pytest.raises((http.client.HTTPException, OSError)):
        wire.ask("DELETE", "/orgs/acme/members/user1")
    wire.close()
    assert (user1 not in world.members) is (kind == "reset-after")
    assert world.log.requests[-1].status == 0


def test_a_truncated_body_is_shorter_than_it_says(simulator: Simulator, world: World) -> None:
    """Content-Length should promise more than comes."""
    world.faults.add("truncated", path=MEMBERS)
    wire = Wire(simulator)
    with pytest.raises(http.client.IncompleteRead):
        wire.get(MEMBERS)
    wire.close()


def test_a_slow_body_comes_in_pieces(wire: Wire, world: World) -> None:
    """The whole answer should arrive, late."""
    world.faults.add("slow", path=MEMBERS, seconds=0.2)
    began = time.monotonic()
    assert len(wire.get(MEMBERS).body) == 7
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("kind", "how", "seen"),
    [
        ("empty-page", {}, lambda told: told.status == 200 and told.body == []),
        ("redirect", {}, lambda told: told.status == 301 and "location" in told.headers),
        ("rate-limited", {}, lambda told: told.status == 429 and "retry-after" not in told.headers),
        (
            "rate-limited",
            {"headers": {"Retry-After": "7"}},
            lambda told: told.status == 429 and told.headers["retry-after"] == "7",
        ),
        (
            "secondary-limit",
            {},
            lambda told: told.status == 403 and "secondary" in told.body["message"],
        ),
        ("missing-scope", {}, lambda told: told.status == 403),
        ("revoked", {}, lambda told: told.status == 401 and told.body["message"] == "Bad credentials"),
        (
            "partial-sso",
            {},
            lambda told: len(told.body) == 3 and told.headers["x-github-sso"].startswith("partial-results"),
        ),
    ],
)
def test_each_kind_is_what_it_says(
    wire: Wire, world: World, kind: str, how: dict[str, object], seen: Callable[[Told], bool]
) -> None:
    """Every fault should show the client what it is named after."""
    world.faults.add(kind, path=MEMBERS, **how)  # type: ignore[arg-type]  # one of the kinds
    assert seen(wire.get(MEMBERS))


def test_html_comes_with_status_200(simulator: Simulator, world: World) -> None:
    """A proxy's page should not be JSON and not be an error status."""
    world.faults.add("html", path=MEMBERS)
    wire = Wire(simulator)
    with pytest.raises(ValueError, match="Expecting value"):
        wire.get(MEMBERS)
    wire.close()


def test_a_repeated_page_leads_round(wire: Wire, world: World) -> None:
    """Asked for page 2, the front should show page 1 again with a link to page 2."""
    first = wire.get(f"{MEMBERS}?per_page=3&page=1")
    world.faults.add("repeat-page", path=MEMBERS)
    again = wire.get(f"{MEMBERS}?per_page=3&page=2")
    assert again.body == first.body
    assert 'page=2>; rel="next"' in again.headers["link"]


def test_graphql_pages_go_wrong_too(wire: Wire, world: World) -> None:
    """Repeated pages, empty pages and wrong totals should look like any other answer."""
    first = wire.graphql(QUERY)["data"]["organization"]["membersWithRole"]
    after = first["pageInfo"]["endCursor"]
    world.faults.add("repeat-page", path="/graphql")
    assert wire.graphql(QUERY, after=after)["data"]["organization"]["membersWithRole"] == first
    world.faults.add("empty-page", path="/graphql")
    empty = wire.graphql(QUERY)["data"]["organization"]["membersWithRole"]
    assert (empty["nodes"], empty["totalCount"]) == ([], 7)
    world.faults.add("wrong-total", path="/graphql", amount=-2)
    assert wire.graphql(QUERY)["data"]["organization"]["membersWithRole"]["totalCount"] == 5


def test_no_such_fault_is_said(world: World) -> None:
    """A misspelt kind should be refused by name, with the kinds there are."""
    with pytest.raises(ValueError, match=r"explode is no kind of fault.*truncated"):
        world.faults.add("explode")  # type: ignore[arg-type]  # that is the point
