"""The control surface, and serving in a process of its own."""

from __future__ import annotations

import json
import threading

import pytest

from seatkeeper.forges.simulator.serve import Simulator, run
from seatkeeper.forges.simulator.world import World
from tests.forges.simulator.small import repository, who
from tests.forges.simulator.wire import Wire


def test_faults_are_queued_and_cleared_over_the_wire(wire: Wire) -> None:
    """A fault given as JSON should meet its request, until all are cleared."""
    fault = {"kind": "status", "path": "/user", "times": 0, "status": 503}
    assert wire.ask("POST", "/_sim/faults", fault).status == 201
    assert wire.get("/user").status == 503
    assert wire.ask("DELETE", "/_sim/faults").status == 204
    assert wire.get("/user").status == 200


@pytest.mark.parametrize("body", [{"kind": "explode"}, {"kind": "html", "when": "now"}, {}])
def test_a_fault_that_is_none_is_refused(wire: Wire, body: dict[str, str]) -> None:
    """An unknown kind or field should be 422 with words."""
    told = wire.ask("POST", "/_sim/faults", body)
    assert told.status == 422
    assert told.body["message"]


def test_people_accept_and_decline_over_the_wire(wire: Wire, world: World) -> None:
    """By login, by invitation, or everybody at once."""
    world.invite(who(world, "stranger"))
    first = world.invite(email="ana@elsewhere.example")
    world.invite_to_repository(who(world, "guest1"), repository(world, "site"), "read")
    assert wire.ask("POST", "/_sim/accept", {"invitation": first, "decline": True}).body == {"pending": 1}
    assert wire.ask("POST", "/_sim/accept", {"all": True}).body == {"pending": 0}
    assert who(world, "stranger") in world.members
    assert who(world, "guest1") in world.repositories[repository(world, "site")].direct
    assert wire.ask("POST", "/_sim/accept", {"login": "nobody"}).status == 422


def test_the_world_tells_the_truth_about_itself(wire: Wire, world: World) -> None:
    """Members, counts and effects should be those of the world."""
    wire.ask("DELETE", "/orgs/acme/members/user3")
    told = wire.get("/_sim/world").body
    assert told["members"]["ana"] == "owner"
    assert "user3" not in told["members"]
    assert (told["grants"], told["writes"]) == (len(world.grants()), 1)
    assert told["effects"] == {"member-removed": 1, "mails": 1}


def test_time_can_be_moved_over_the_wire(wire: Wire, world: World) -> None:
    """Advancing should move the clock that everybody reads."""
    before = world.now()
    wire.ask("POST", "/_sim/clock", {"advance": 60})
    assert (world.now() - before).total_seconds() == 60
    assert wire.get("/_sim/clock").body == {"now": world.now().isoformat()}


def test_there_is_no_other_door(wire: Wire) -> None:
    """Anything else under /_sim/ should say what there is; rubbish is 400."""
    assert "clock, faults, accept and world" in wire.get("/_sim/secrets").body["message"]
    assert wire.ask("POST", "/_sim/clock", b"{").status == 400


def test_run_announces_one_line_of_json_and_serves(world: World) -> None:
    """The line should name the URL, both credentials, the organization and its id."""
    lines: list[str] = []
    said = threading.Event()

    def announce(line: str) -> None:
        lines.append(line)
        said.set()

    threading.Thread(target=run, args=(world, 0, announce), daemon=True).start()
    assert said.wait(10)
    (line,) = lines
    told = json.loads(line)
    assert told.keys() == {
        "url",
        "read_token",
        "write_token",
        "organization",
        "organization_id",
        "regime",
        "control",
    }
    assert (told["organization"], told["organization_id"]) == ("acme", "1")
    assert told["control"] == f"{told['url']}/_sim/"


def test_the_same_seed_gives_the_same_credentials() -> None:
    """Two worlds of one seed should be served with the same tokens, another seed with others."""
    tokens = []
    for seed in (1, 1, 2):
        world = World("acme", seed=seed)
        world.member(world.account("ana"), "owner")
        with Simulator(world) as simulator:
            tokens.append((simulator.read_token, simulator.write_token))
    assert tokens[0] == tokens[1] != tokens[2]
