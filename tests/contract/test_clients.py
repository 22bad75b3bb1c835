"""The field's own clients, PyGithub and Octokit, drive the front through the same calls."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from github import Auth, Github, GithubException

from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import held_by
from tests.contract.packages import environment, node
from tests.forges.simulator.small import small_world, team, who

pytestmark = [pytest.mark.real, pytest.mark.slow]

HERE = Path(__file__).parent
OCTOKIT_SECONDS = 60


@pytest.fixture
def world() -> World:
    """The small company, without anything but people, teams and repositories."""
    return small_world()


@pytest.fixture
def github(simulator: Simulator) -> Iterator[Github]:
    """PyGithub with the writing credential, in no hurry to wait."""
    client = Github(
        base_url=simulator.url,
        auth=Auth.Token(simulator.write_token),
        per_page=2,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    yield client
    client.close()


def test_pygithub_reads_people_teams_and_collaborators(github: Github) -> None:
    """Pages of two should add up to everybody."""
    acme = github.get_organization("acme")
    assert [person.login for person in acme.get_members()] == [
        "ana",
        "oto",
        *(f"user{n}" for n in range(1, 6)),
    ]
    assert [person.login for person in acme.get_members(role="admin")] == ["ana", "oto"]
    assert [person.login for person in acme.get_outside_collaborators()] == ["guest1", "guest2"]
    assert [place.slug for place in acme.get_teams()] == ["engineering", "storage"]
    engineering = acme.get_team_by_slug("engineering")
    assert [person.login for person in engineering.get_members()] == ["ana", "user1", "user2"]
    assert [held.name for held in engineering.get_repos()] == ["site"]
    site = acme.get_repo("site")
    assert [(p.login, p.permissions.admin) for p in site.get_collaborators("direct")] == [
        ("ana", True),
        ("user2", True),
    ]
    assert (acme.plan.seats, acme.plan.filled_seats) == (50, 9)


def test_pygithub_invites_and_cancels(github: Github, world: World) -> None:
    """An invitation with a team should be pending with it, and gone once cancelled."""
    acme = github.get_organization("acme")
    stranger = github.get_user("stranger")
    acme.invite_user(user=stranger, teams=[acme.get_team_by_slug("storage")])
    assert [person.login for person in acme.invitations()] == ["stranger"]
    assert list(world.pending()[0].teams) == [team(world, "storage")]
    acme.remove_from_membership(stranger)
    assert list(acme.invitations()) == []
    assert world.log.counts()["mails"] == 2


def test_pygithub_gives_and_takes(github: Github, world: World) -> None:
    """Roles, team places, direct grants and membership should come and go as asked."""
    acme = github.get_organization("acme")
    user3, storage, site = github.get_user("user3"), acme.get_team_by_slug("storage"), acme.get_repo("site")
    acme.add_to_members(user3, role="admin")
    storage.add_membership(user3, role="maintainer")
    site.add_to_collaborators(user3, "triage")
    held = held_by(who(world, "user3"), world.grants())
    assert sorted((g.resource.kind, g.role) for g in held) == [
        ("organization", "owner"), ("repository", "triage"), ("team", "maintainer"),
    ]  # fmt: skip
    assert site.get_collaborator_permission(user3) == "admin"
    storage.remove_membership(user3)
    site.remove_from_collaborators(user3)
    acme.remove_from_membership(user3)
    acme.remove_outside_collaborator(github.get_user("guest1"))
    assert not held_by(who(world, "user3"), world.grants())
    assert not held_by(who(world, "guest1"), world.grants())


def test_pygithub_asks_a_stranger_to_a_repository(github: Github, world: World) -> None:
    """Somebody who is no member should be asked, and PyGithub should see the invitation."""
    site = github.get_organization("acme").get_repo("site")
    sent = site.add_to_collaborators("stranger", "push")
    assert sent is not None
    assert [(one.invitee.login, one.permissions) for one in site.get_pending_invitations()] == [
        ("stranger", "write")
    ]
    site.remove_invitation(sent.id)
    assert list(site.get_pending_invitations()) == []
    assert not held_by(who(world, "stranger"), world.grants())


def test_pygithub_understands_refusals(github: Github, world: World) -> None:
    """404, 403 and 422 should reach the caller as such, with the words."""
    acme = github.get_organization("acme")
    with pytest.raises(GithubException) as missing:
        github.get_user("nobody")
    with pytest.raises(GithubException) as member:
        acme.invite_user(user=github.get_user("user1"))
    world.remove_member(who(world, "oto"))
    with pytest.raises(GithubException) as last:
        acme.remove_from_membership(github.get_user("ana"))
    assert [told.value.status for told in (missing, member, last)] == [404, 422, 403]
    assert "already a part" in str(member.value.data)


def test_octokit_tells_the_same_story(modules: Path, simulator: Simulator, world: World) -> None:
    """GitHub's own client should page, invite, give, take and be refused as against GitHub."""
    assert modules.is_dir()
    done = subprocess.run(
        [str(node()), "octokit_story.mjs", simulator.url, simulator.write_token, "acme"],
        cwd=HERE, env=environment(), capture_output=True, text=True, check=False, timeout=OCTOKIT_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    members = ["ana", "oto", *(f"user{n}" for n in range(1, 6))]
    assert json.loads(done.stdout) == {
        "members": members,
        "admins": ["ana", "oto"],
        "teams": ["engineering", "storage"],
        "outside": ["guest1", "guest2"],
        "inTeam": ["ana", "user1", "user2"],
        "collaborators": [["ana", "admin"], ["user2", "admin"]],
        "invited": ["stranger", "direct_member", 1],
        "pending": ["stranger"],
        "stillPending": [],
        "placed": "maintainer",
        "removedFromTeam": 404,
        "granted": 204,
        "permission": "write",
        "gone": 404,
        "lastOwner": [204, 403],
        "graphql": [login for login in members if login not in {"oto", "user4"}],
        "graphqlError": "Field 'nothing' doesn't exist on type 'User'",
    }
    assert world.owners() == [who(world, "ana")]
