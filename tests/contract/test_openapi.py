"""Every REST answer is one that GitHub's own description allows."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.contract.description import UNDESCRIBED, cut, described, served
from tests.contract.prism import prism
from tests.forges.simulator.small import repository, team, who

pytestmark = [pytest.mark.real, pytest.mark.slow]


class Heard(NamedTuple):
    """One call through the proxy, and what the proxy found wrong with it."""

    call: str
    status: int
    violations: list[dict[str, Any]]
    body: Any


class Asker:
    """Asks through the proxy and keeps what it says."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._token = token
        self.heard: list[Heard] = []

    def ask(self, method: str, path: str, body: object = None) -> Heard:
        """Send one request."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self._connection.getresponse()
        raw = answer.read()
        found = json.loads(answer.headers.get("sl-violations") or "[]")
        heard = Heard(f"{method} {path}", answer.status, found, json.loads(raw) if raw else None)
        self.heard.append(heard)
        return heard

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def reads(world: World) -> list[str]:
    """A path for everything that can be read."""
    sent = next(record.id for record in world.pending() if record.teams)
    return [
        "/", "/meta", "/rate_limit", "/user", f"/user/{who(world, 'user1')}", "/users/user1",
        "/users/nobody",
        "/orgs/acme", "/orgs/acme/members?per_page=3&page=2", "/orgs/acme/members?role=admin",
        "/orgs/acme/members/user1", "/orgs/acme/memberships/ana", "/orgs/acme/memberships/stranger",
        "/orgs/acme/memberships/nobody", "/orgs/acme/outside_collaborators", "/orgs/acme/invitations",
        "/orgs/acme/invitations?role=admin", f"/orgs/acme/invitations/{sent}/teams",
        "/orgs/acme/failed_invitations", "/orgs/acme/teams", "/orgs/acme/teams/storage",
        "/orgs/acme/teams/nobody", "/orgs/acme/teams/engineering/teams",
        "/orgs/acme/teams/engineering/members",
        "/orgs/acme/teams/engineering/members?role=maintainer", "/orgs/acme/teams/storage/invitations",
        "/orgs/acme/teams/storage/memberships/user2", "/orgs/acme/teams/storage/memberships/stranger",
        "/orgs/acme/teams/storage/repos", "/orgs/acme/repos", "/orgs/acme/repos?type=private",
        "/repos/acme/site", "/repos/acme/nothing", "/repos/acme/moved",
        "/repos/acme/site/collaborators", "/repos/acme/site/collaborators?affiliation=direct",
        "/repos/acme/site/collaborators?affiliation=outside", "/repos/acme/site/collaborators/user2",
        "/repos/acme/site/collaborators/user2/permission",
        "/repos/acme/site/collaborators/stranger/permission",
        "/repos/acme/site/invitations", "/repos/acme/site/teams",
        "/orgs/acme/audit-log?include=all&order=desc",
        "/orgs/acme/team-sync/groups", "/orgs/acme/teams/synced/team-sync/group-mappings",
    ]  # fmt: skip


def writes(world: World) -> list[tuple[str, str, object]]:
    """Every write, in an order in which each finds something to do."""
    new, gone = int(who(world, "newcomer")), int(who(world, "goner"))
    storage = int(team(world, "storage"))
    return [
        (
            "POST",
            "/orgs/acme/invitations",
            {"invitee_id": new, "role": "direct_member", "team_ids": [storage]},
        ),
        ("POST", "/orgs/acme/invitations", {"email": "mail@acme.example"}),
        ("POST", "/orgs/acme/invitations", {"invitee_id": gone, "role": "reinstate"}),
        ("POST", "/orgs/acme/invitations", {"invitee_id": new, "role": "direct_member"}),
        ("PUT", "/orgs/acme/memberships/user3", {"role": "admin"}),
        ("PUT", "/orgs/acme/memberships/user3", {"role": "member"}),
        ("PUT", "/orgs/acme/memberships/guest1", {"role": "member"}),
        ("PUT", "/orgs/acme/teams/storage/memberships/user3", {"role": "maintainer"}),
        ("PUT", "/orgs/acme/teams/storage/memberships/guest2", {"role": "member"}),
        ("DELETE", "/orgs/acme/teams/storage/memberships/user3", None),
        ("PUT", "/orgs/acme/teams/storage/repos/acme/site", {"permission": "push"}),
        ("DELETE", "/orgs/acme/teams/storage/repos/acme/site", None),
        ("PUT", "/repos/acme/site/collaborators/user4", {"permission": "maintain"}),
        ("PUT", "/repos/acme/site/collaborators/newcomer", {"permission": "triage"}),
        ("PUT", "/repos/acme/old/collaborators/guest1", {"permission": "king"}),
        ("DELETE", "/repos/acme/site/collaborators/user4", None),
        ("DELETE", "/orgs/acme/memberships/guest1", None),
        ("DELETE", "/orgs/acme/memberships/user4", None),
        ("DELETE", "/orgs/acme/members/user5", None),
        ("DELETE", "/orgs/acme/members/oto", None),
        ("DELETE", "/orgs/acme/memberships/ana", None),
        ("PUT", "/orgs/acme/outside_collaborators/user2", {"async": False}),
        ("PUT", "/orgs/acme/outside_collaborators/user1", {"async": True}),
        ("DELETE", "/orgs/acme/outside_collaborators/guest2", None),
        ("DELETE", "/orgs/acme/outside_collaborators/ana", None),
        ("POST", "/orgs/acme/teams", {"name": "scratch", "privacy": "closed", "parent_team_id": storage}),
        ("POST", "/orgs/acme/teams", {"name": "scratch"}),
        ("DELETE", "/orgs/acme/teams/scratch", None),
        ("POST", "/orgs/acme/repos", {"name": "scratch", "private": True}),
        ("POST", "/orgs/acme/repos", {"name": "scratch"}),
        ("PATCH", "/repos/acme/scratch", {"archived": True}),
        ("DELETE", "/repos/acme/scratch", None),
        ("PATCH", "/user/memberships/orgs/acme", {"state": "active"}),
    ]


def test_every_served_path_is_described(modules: Path) -> None:
    """The front should answer nothing that GitHub does not describe, a redirect's target aside."""
    assert served() - described(cut(modules)) == UNDESCRIBED


def test_no_answer_violates_the_description(
    modules: Path, description: Path, simulator: Simulator, world: World, tmp_path: Path
) -> None:
    """Every read, every write and every refusal should pass through Prism without a violation."""
    assert description.stat().st_size < 1_200_000
    world.invite(who(world, "stranger"), teams=[team(world, "storage")], role="owner")
    world.account("newcomer")
    world.remove_member(world.member(world.account("goner")))
    lapsed = world.invite(email="lapsed@acme.example")
    world.time.at(
        world.now(), lambda: world._end(world.invitations[lapsed], "expired", "Invitation expired.")
    )
    world.invite_to_repository(who(world, "stranger"), repository(world, "site"), "read")
    world.rename_repository(world.repository("moved"), "arrived")
    with prism(modules, description, simulator.url, tmp_path / "prism.log") as port:
        asker = Asker(port, simulator.write_token)
        for path in reads(world):
            asker.ask("GET", path)
        for method, path, body in writes(world):
            asker.ask(method, path, body)
        pending = asker.ask("GET", "/orgs/acme/invitations").body[0]["id"]
        asker.ask("DELETE", f"/orgs/acme/invitations/{pending}")
        world.regime = "emu"
        for path in ("/orgs/acme/external-groups", "/orgs/acme/external-group/1"):
            asker.ask("GET", path)
        world.regime = "ghes"
        world.credentials.classic("site", world.operator, ("site_admin",), "site")
        admin = Asker(port, "site")
        for method in ("PUT", "DELETE"):
            asker.heard.append(admin.ask(method, "/users/user3/suspended"))
        admin.close()
        world.regime = "plain"
        asked = asker.ask("GET", "/repos/acme/site/invitations").body[0]["id"]
        asker.ask("DELETE", f"/repos/acme/site/invitations/{asked}")
        asker.close()
        wrong = Asker(port, "wrong")
        wrong.ask("GET", "/user")
        wrong.close()
    assert {heard.call: heard.violations for heard in asker.heard + wrong.heard if heard.violations} == {}
    assert not [heard for heard in asker.heard if heard.status >= 500]
    done = {(method, path) for method, path in served() if not any(_is(method, path, h) for h in asker.heard)}
    assert done == UNDESCRIBED


def test_a_violation_is_noticed(
    modules: Path, description: Path, simulator: Simulator, world: World, tmp_path: Path
) -> None:
    """An answer that lacks what GitHub requires should be caught, or the test above proves nothing."""
    world.faults.add("status", path="/orgs/acme/members", status=200, body='[{"login": 3}]')
    with prism(modules, description, simulator.url, tmp_path / "prism.log") as port:
        asker = Asker(port, simulator.read_token)
        heard = asker.ask("GET", "/orgs/acme/members")
        asker.close()
    assert any(violation["location"][0] == "response" for violation in heard.violations)


def _is(method: str, path: str, heard: Heard) -> bool:
    asked, _, target = heard.call.partition(" ")
    segments, wanted = target.partition("?")[0].split("/"), path.split("/")
    return (
        asked == method
        and len(segments) == len(wanted)
        and all(part in ("{}", segment) for part, segment in zip(wanted, segments, strict=True))
    )
