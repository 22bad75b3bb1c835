"""The front's REST: what each path shows, does and refuses."""

from __future__ import annotations

import re

import pytest

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import direct, held_by, membership, team_place
from tests.forges.simulator.small import repository, team, who
from tests.forges.simulator.wire import Told, Wire


def logins(told: Told) -> list[str]:
    """The logins of a list of people."""
    assert told.status == 200, told
    return [person["login"] for person in told.body]


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("", ["ana", "oto", "user1", "user2", "user3", "user4", "user5"]),
        ("?role=admin", ["ana", "oto"]),
        ("?role=member", ["user1", "user2", "user3", "user4", "user5"]),
    ],
)
def test_members_are_listed_by_role(reading: Wire, role: str, found: list[str]) -> None:
    """The list should hold members and no guests, with the role that was asked for."""
    assert logins(reading.get(f"/orgs/acme/members{role}")) == found


def test_pages_lead_on_by_link_until_the_last(reading: Wire) -> None:
    """Following the Link header should show everybody exactly once."""
    path, seen = "/orgs/acme/members?per_page=3", []
    while path:
        told = reading.get(path)
        seen += logins(told)
        following = re.search(r'<http://[^/]+([^>]+)>; rel="next"', told.headers.get("link", ""))
        path = following[1] if following else ""
    assert seen == ["ana", "oto", "user1", "user2", "user3", "user4", "user5"]


def test_an_unchanged_answer_is_a_304_that_costs_nothing(reading: Wire) -> None:
    """Asking again with the ETag should give 304 and leave the allowance where it was."""
    first = reading.get("/orgs/acme/members")
    again = reading.get("/orgs/acme/members", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, None)
    assert again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"] == "1"


def test_a_changed_answer_has_another_tag(reading: Wire, world: World) -> None:
    """After a change the old ETag should be worth nothing."""
    first = reading.get("/orgs/acme/members")
    world.member(world.account("late"))
    assert reading.get("/orgs/acme/members", If_None_Match=first.headers["etag"]).status == 200


def test_the_organization_shows_seats_and_base_role_to_owners_only(reading: Wire, world: World) -> None:
    """Seats and the default permission should be there with the right, and left out without."""
    body = reading.get("/orgs/ACME").body
    assert (body["plan"]["seats"], body["plan"]["filled_seats"]) == (50, 9)
    assert body["default_repository_permission"] == "read"
    world.credentials.classic("plain", world.operator, ("read:org",), "plain")
    reading._token = "plain"
    assert "plan" not in reading.get("/orgs/acme").body


def test_another_organization_is_not_found(reading: Wire) -> None:
    """Only the organization of the world should be there."""
    assert reading.get("/orgs/other/members").status == 404
    assert reading.get("/repos/other/site").status == 404


def test_a_user_is_found_by_id_and_by_login_of_today(reading: Wire, world: World) -> None:
    """After a rename the id should lead to the new login, and the old login nowhere."""
    number = int(who(world, "user1"))
    world.rename(who(world, "user1"), "one")
    assert reading.get(f"/user/{number}").body["login"] == "one"
    assert reading.get("/users/user1").status == 404
    assert reading.get("/users/ONE").body["id"] == number


def test_memberships_are_active_pending_or_not_found(reading: Wire, world: World) -> None:
    """The state should tell a member from an invited person, and 404 anybody else."""
    world.invite(who(world, "stranger"), role="owner")
    states = {
        login: reading.get(f"/orgs/acme/memberships/{login}") for login in ("ana", "stranger", "guest1")
    }
    assert (states["ana"].body["state"], states["ana"].body["role"]) == ("active", "admin")
    assert (states["stranger"].body["state"], states["stranger"].body["role"]) == ("pending", "admin")
    assert states["guest1"].status == 404


def test_removing_a_membership_removes_or_uninvites(wire: Wire, world: World) -> None:
    """DELETE should remove a member, cancel what is pending, and know nobody else."""
    world.invite(who(world, "stranger"))
    assert wire.ask("DELETE", "/orgs/acme/memberships/user1").status == 204
    assert wire.ask("DELETE", "/orgs/acme/memberships/stranger").status == 204
    assert wire.ask("DELETE", "/orgs/acme/memberships/user1").status == 404
    assert who(world, "user1") not in world.members
    assert world.pending() == []
    assert world.log.counts() == {
        "invitation": 1, "member-removed": 1, "direct-removed": 1, "invitation-cancelled": 1, "mails": 3,
    }  # fmt: skip


def test_the_last_owner_stays(wire: Wire, world: World) -> None:
    """Removing or demoting the last owner should be refused with 403."""
    assert wire.ask("DELETE", "/orgs/acme/members/oto").status == 204
    for method, path, body in (
        ("DELETE", "/orgs/acme/memberships/ana", None),
        ("DELETE", "/orgs/acme/members/ana", None),
        ("PUT", "/orgs/acme/memberships/ana", {"role": "member"}),
    ):
        assert wire.ask(method, path, body).status == 403
    assert world.owners() == [who(world, "ana")]


def test_a_person_is_invited_by_id_with_teams(wire: Wire, world: World) -> None:
    """POST invitations should show the invitation, its teams, and give nothing before it is accepted."""
    stranger, storage = who(world, "stranger"), team(world, "storage")
    told = wire.ask(
        "POST",
        "/orgs/acme/invitations",
        {"invitee_id": int(stranger), "role": "direct_member", "team_ids": [int(storage)]},
    )
    assert (told.status, told.body["login"], told.body["team_count"]) == (201, "stranger", 1)
    shown = wire.get(f"/orgs/acme/invitations/{told.body['id']}/teams").body
    assert [place["slug"] for place in shown] == ["storage"]
    assert [sent["id"] for sent in wire.get("/orgs/acme/invitations").body] == [told.body["id"]]
    assert not held_by(stranger, world.grants())
    wire.ask("POST", "/_sim/accept", {"login": "stranger"})
    assert held_by(stranger, world.grants()) == {
        membership(stranger, world.organization_id),
        team_place(stranger, storage),
    }


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"invitee_id": 1003}, 422, "already a part"),
        ({"invitee_id": 999999}, 404, "Not Found"),
        ({"email": "no address"}, 422, "Either an invitee_id or an email"),
        ({"invitee_id": 1010, "role": "king"}, 422, "king is no role"),
        ({"invitee_id": 1010, "team_ids": [77]}, 422, "Team 77"),
        ({"invitee_id": 1010, "role": "reinstate"}, 422, "former member"),
        (b"{", 400, "Problems parsing JSON"),
    ],
)
def test_a_bad_invitation_is_refused_in_words(wire: Wire, body: object, status: int, words: str) -> None:
    """Each refusal should have GitHub's status and say why."""
    told = wire.ask("POST", "/orgs/acme/invitations", body)
    assert told.status == status
    assert words in str(told.body)


def test_an_expired_invitation_is_among_the_failed(reading: Wire, world: World) -> None:
    """After a week it should be failed with its reason, and pending no more."""
    world.invite(who(world, "stranger"))
    world.advance(8 * 86_400)
    assert reading.get("/orgs/acme/invitations").body == []
    failed = reading.get("/orgs/acme/failed_invitations").body
    assert [(sent["login"], sent["failed_reason"]) for sent in failed] == [
        ("stranger", "Invitation expired.")
    ]


def test_team_members_say_who_is_inherited(reading: Wire) -> None:
    """The list of a parent team should hold the child's people, marked."""
    rows = reading.get("/orgs/acme/teams/engineering/members").body
    assert [(row["login"], row["role"], row["inherited"]) for row in rows] == [
        ("ana", "maintainer", False),
        ("user1", "maintainer", False),
        ("user2", "member", True),
    ]


def test_team_places_are_put_and_taken(wire: Wire, world: World) -> None:
    """PUT should place a member at once, and DELETE take the place again."""
    path = "/orgs/acme/teams/storage/memberships/user3"
    assert wire.ask("PUT", path, {"role": "maintainer"}).body["state"] == "active"
    assert team_place(who(world, "user3"), team(world, "storage"), "maintainer") in world.grants()
    assert wire.get(path).body["role"] == "maintainer"
    assert wire.ask("DELETE", path).status == 204
    assert wire.get(path).status == 404


def test_putting_a_stranger_in_a_team_invites_them(wire: Wire, world: World) -> None:
    """A team place for somebody who is no member should wait with one invitation."""
    told = wire.ask("PUT", "/orgs/acme/teams/storage/memberships/stranger", {"role": "member"})
    assert told.body["state"] == "pending"
    wire.ask("PUT", "/orgs/acme/teams/engineering/memberships/stranger", {"role": "member"})
    assert world.log.counts()["invitation"] == 1
    assert len(world.pending()[0].teams) == 2


def test_a_team_that_an_identity_provider_owns_cannot_be_changed(wire: Wire, world: World) -> None:
    """Writes to such a team should be refused with 403."""
    place = world.team("synced", managed_by="okta")
    world.place(who(world, "user1"), place)
    assert wire.ask("PUT", "/orgs/acme/teams/synced/memberships/user2", {}).status == 403
    assert wire.ask("DELETE", "/orgs/acme/teams/synced/memberships/user1").status == 403


def test_owners_cannot_be_demoted_in_a_team(wire: Wire) -> None:
    """An owner should stay maintainer of their teams: 422."""
    assert wire.ask("PUT", "/orgs/acme/teams/engineering/memberships/ana", {"role": "member"}).status == 422


def test_team_repositories_show_the_role_through_the_parent_too(reading: Wire) -> None:
    """A child team should hold its own repositories and its parent's."""
    rows = reading.get("/orgs/acme/teams/storage/repos").body
    assert [(row["name"], row["role_name"]) for row in rows] == [("site", "write"), ("core", "maintain")]


def test_collaborators_show_the_highest_role_of_all_sources(reading: Wire) -> None:
    """REST should not tell a direct grant from what teams and ownership give."""
    rows = reading.get("/repos/acme/site/collaborators?affiliation=direct").body
    assert [(row["login"], row["role_name"]) for row in rows] == [("ana", "admin"), ("user2", "admin")]
    everybody = reading.get("/repos/acme/core/collaborators").body
    assert {row["login"]: row["role_name"] for row in everybody} == {
        "ana": "admin", "oto": "admin", "user1": "triage", "user2": "maintain", "user3": "read",
        "user4": "read", "user5": "read", "guest1": "write",
    }  # fmt: skip
    outside = reading.get("/repos/acme/core/collaborators?affiliation=outside")
    assert logins(outside) == ["guest1"]


def test_a_member_is_a_collaborator_at_once_and_a_stranger_is_asked(wire: Wire, world: World) -> None:
    """PUT should answer 204 for a member, and 201 with an invitation for anybody else."""
    member = wire.ask("PUT", "/repos/acme/site/collaborators/user3", {"permission": "push"})
    stranger = wire.ask("PUT", "/repos/acme/site/collaborators/stranger", {"permission": "maintain"})
    assert (member.status, stranger.status) == (204, 201)
    assert direct(who(world, "user3"), repository(world, "site"), "write") in world.grants()
    asked = wire.get("/repos/acme/site/invitations").body
    assert [(sent["invitee"]["login"], sent["permissions"]) for sent in asked] == [("stranger", "maintain")]
    assert wire.ask("DELETE", f"/repos/acme/site/invitations/{stranger.body['id']}").status == 204
    assert wire.get("/repos/acme/site/invitations").body == []


def test_removing_a_collaborator_takes_the_direct_role_only(wire: Wire, world: World) -> None:
    """What a team gives should still be there after DELETE."""
    assert wire.ask("DELETE", "/repos/acme/site/collaborators/user2").status == 204
    assert wire.get("/repos/acme/site/collaborators/user2/permission").body["role_name"] == "write"
    assert world.repositories[repository(world, "site")].direct.keys() == {who(world, "ana")}


def test_an_archived_repository_is_read_only(wire: Wire, world: World) -> None:
    """Collaborators of an archived repository should not be changed: 403."""
    world.repositories[repository(world, "old")].archived = True
    for method in ("PUT", "DELETE"):
        assert wire.ask(method, "/repos/acme/old/collaborators/guest2").status == 403


def test_guests_are_listed_and_removed_everywhere(wire: Wire, world: World) -> None:
    """Removing an outside collaborator should take every repository; a member is refused with 422."""
    assert logins(wire.get("/orgs/acme/outside_collaborators")) == ["guest1", "guest2"]
    assert wire.ask("DELETE", "/orgs/acme/outside_collaborators/guest1").status == 204
    assert wire.ask("DELETE", "/orgs/acme/outside_collaborators/user1").status == 422
    assert not held_by(who(world, "guest1"), world.grants())


def test_converting_a_member_keeps_what_teams_gave(wire: Wire, world: World) -> None:
    """A member turned guest should hold the repositories of their teams directly."""
    assert wire.ask("PUT", "/orgs/acme/outside_collaborators/user2", {}).status == 204
    user2 = who(world, "user2")
    assert held_by(user2, world.grants()) == {
        direct(user2, repository(world, "core"), "maintain"),
        direct(user2, repository(world, "site"), "admin"),
    }


def test_a_renamed_repository_is_found_by_its_old_name(wire: Wire, world: World) -> None:
    """The old name should lead on to the id until somebody else takes that name."""
    site = repository(world, "site")
    world.rename_repository(site, "web")
    told = wire.get("/repos/acme/site")
    assert told.status == 301
    assert told.headers["location"].endswith(f"/repositories/{site}")
    assert wire.get(f"/repositories/{site}").body["name"] == "web"
    assert wire.ask("PUT", "/repos/acme/site/collaborators/user3", {}).status == 307
    world.repository("site")
    assert wire.get("/repos/acme/site").status == 200


def test_a_renamed_team_is_not_found_by_its_old_slug(reading: Wire, world: World) -> None:
    """Nothing should lead from an old slug to the team."""
    world.rename_team(team(world, "storage"), "disks")
    assert reading.get("/orgs/acme/teams/storage").status == 404
    assert reading.get("/orgs/acme/teams/disks").body["parent"]["slug"] == "engineering"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/orgs/acme/memberships/user1"),
        ("DELETE", "/orgs/acme/memberships/user1"),
        ("DELETE", "/orgs/acme/members/user1"),
        ("PUT", "/orgs/acme/outside_collaborators/user1"),
        ("DELETE", "/orgs/acme/outside_collaborators/guest1"),
        ("POST", "/orgs/acme/invitations"),
        ("DELETE", "/orgs/acme/invitations/5000001"),
        ("PUT", "/orgs/acme/teams/storage/memberships/user1"),
        ("DELETE", "/orgs/acme/teams/storage/memberships/user2"),
        ("PUT", "/orgs/acme/teams/storage/repos/acme/site"),
        ("DELETE", "/orgs/acme/teams/storage/repos/acme/site"),
        ("PUT", "/repos/acme/site/collaborators/user1"),
        ("DELETE", "/repos/acme/site/collaborators/user2"),
        ("DELETE", "/repos/acme/site/invitations/5000001"),
    ],
)
def test_the_reading_credential_can_write_nothing(
    reading: Wire, world: World, method: str, path: str
) -> None:
    """Every write with it should be refused with 403 and change nothing."""
    world.invite(who(world, "stranger"))
    before, effects = world.grants(), world.log.counts()
    assert reading.ask(method, path, {}).status == 403
    assert (world.grants(), world.log.counts()) == (before, effects)
    assert [request.status for request in world.log.writes()] == [403]


def test_a_classic_token_tells_its_scopes_and_is_refused_without_them(wire: Wire, world: World) -> None:
    """A missing scope should hide a repository with 404, refuse members with 403, and be named in headers."""
    world.credentials.classic("poor", world.operator, ("read:user",), "poor")
    wire._token = "poor"
    members, site = wire.get("/orgs/acme/members"), wire.get("/repos/acme/site")
    assert (members.status, site.status) == (403, 404)
    assert members.headers["x-oauth-scopes"] == "read:user"
    assert "read:org" in members.headers["x-accepted-oauth-scopes"]


@pytest.mark.parametrize(("token", "words"), [("", "Requires authentication"), ("wrong", "Bad credentials")])
def test_without_a_credential_there_is_nothing(wire: Wire, token: str, words: str) -> None:
    """No token and a wrong token should both be 401."""
    wire._token = token
    told = wire.get("/orgs/acme/members")
    assert (told.status, told.body["message"]) == (401, words)


def test_every_request_is_written_down(wire: Wire, world: World) -> None:
    """The log should hold method, path and status, with the credential's name and never its text."""
    wire.get("/orgs/acme/members")
    wire.ask("DELETE", "/orgs/acme/members/nobody")
    assert [(r.token, r.method, r.path, r.status) for r in world.log.requests] == [
        ("write", "GET", "/orgs/acme/members", 200),
        ("write", "DELETE", "/orgs/acme/members/nobody", 404),
    ]
