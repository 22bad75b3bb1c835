"""The JSON of repositories, their collaborators and their invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.github_front import shapes
from seatkeeper.forges.simulator.github_front.words import built_in, node_id, stamp

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.github_front.call import Json
    from seatkeeper.forges.simulator.records import (
        AccountRecord,
        RepositoryInvitationRecord,
        RepositoryRecord,
    )
    from seatkeeper.forges.simulator.world import World

LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
ZEROES = ("forks_count", "forks", "stargazers_count", "watchers_count", "watchers", "size",
          "open_issues_count", "open_issues")  # fmt: skip
SWITCHES = {
    "has_issues": True,
    "has_projects": True,
    "has_wiki": True,
    "has_pages": False,
    "has_downloads": True,
    "has_discussions": False,
    "disabled": False,
    "fork": False,
    "is_template": False,
}


def repository(base: str, world: World, record: RepositoryRecord, role: str | None = None) -> Json:
    """A repository in a list; `role` is what the asker, or the team, has on it."""
    full_name = f"{world.organization_login}/{record.name}"
    url = f"{base}/repos/{full_name}"
    shape: Json = {
        "id": record.number,
        "node_id": node_id(record),
        "name": record.name,
        "full_name": full_name,
        "owner": owner(base, world),
        "private": record.private,
        "html_url": f"{base}/{full_name}",
        "description": None,
        "url": url,
        "homepage": None,
        "language": None,
        "default_branch": "main",
        "topics": [],
        "archived": record.archived,
        "visibility": "private" if record.private else "public",
        "pushed_at": stamp(world.started_at),
        "created_at": stamp(world.started_at),
        "updated_at": stamp(world.started_at),
        **SWITCHES,
    }
    shape.update({name: url + rest for name, rest in LINKS.items()})
    shape.update(dict.fromkeys(ZEROES, 0))
    if role is not None:
        shape["permissions"] = shapes.permissions(world, role)
        shape["role_name"] = role
    return shape


def repository_profile(base: str, world: World, record: RepositoryRecord) -> Json:
    """A repository by itself."""
    full_name = f"{world.organization_login}/{record.name}"
    shape = repository(base, world, record, "admin")
    del shape["role_name"]
    host = base.partition("://")[2]
    return shape | {
        "git_url": f"git://{host}/{full_name}.git",
        "ssh_url": f"git@{host}:{full_name}.git",
        "clone_url": f"{base}/{full_name}.git",
        "svn_url": f"{base}/{full_name}",
        "mirror_url": None,
        "license": None,
        "network_count": 0,
        "subscribers_count": 0,
        "allow_forking": False,
        "organization": owner(base, world),
    }


def owner(base: str, world: World) -> Json:
    """The organization where GitHub shows it as if it were a user."""
    shape = shapes.organization(base, world)
    url = f"{base}/users/{world.organization_login}"
    return {
        "login": shape["login"],
        "id": shape["id"],
        "node_id": shape["node_id"],
        "avatar_url": shape["avatar_url"],
        "gravatar_id": "",
        "url": url,
        "html_url": f"{base}/{world.organization_login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": "Organization",
        "user_view_type": "public",
        "site_admin": False,
    }


def collaborator(base: str, world: World, account: AccountRecord, role: str) -> Json:
    """An account with the highest role it has on a repository, whatever gives it."""
    return shapes.user(base, account) | {
        "permissions": shapes.permissions(world, role),
        "role_name": role,
    }


def permission(base: str, world: World, account: AccountRecord, role: str) -> Json:
    """What an account can do on one repository: the coarse old word, and the role."""
    coarse = {"triage": "read", "maintain": "write"}.get(built_in(world, role), built_in(world, role))
    return {"permission": coarse, "role_name": role, "user": collaborator(base, world, account, role)}


def invitation(base: str, world: World, record: RepositoryInvitationRecord) -> Json:
    """An invitation to one repository."""
    place = world.repositories[record.repository]
    full_name = f"{world.organization_login}/{place.name}"
    inviter = world.accounts.get(record.inviter or world.operator)
    return {
        "id": record.number,
        "node_id": node_id(record),
        "repository": repository(base, world, place),
        "invitee": shapes.user(base, world.accounts[record.account]),
        "inviter": shapes.user(base, inviter) if inviter else None,
        "permissions": built_in(world, record.role),
        "created_at": stamp(record.created_at),
        "expired": record.state == "expired",
        "url": f"{base}/user/repository_invitations/{record.id}",
        "html_url": f"{base}/{full_name}/invitations",
    }
