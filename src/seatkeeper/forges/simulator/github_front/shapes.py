"""The JSON of people, organizations, teams and invitations, as GitHub's description of its API has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.github_front.words import (
    BUILT_IN,
    INVITED_WORD,
    MEMBER_WORD,
    built_in,
    node_id,
    organization_node_id,
    stamp,
)
from seatkeeper.forges.simulator.regime import ENTERPRISE_PREFIX

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.github_front.call import Json
    from seatkeeper.forges.simulator.records import AccountRecord, InvitationRecord, TeamRecord
    from seatkeeper.forges.simulator.world import World

SEATS_UNLIMITED = 0


def user(base: str, account: AccountRecord) -> Json:
    """An account wherever it is mentioned."""
    url = f"{base}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.number,
        "node_id": node_id(account),
        "avatar_url": f"{base}/avatars/u/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{base}/{account.login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def profile(base: str, account: AccountRecord) -> Json:
    """An account by itself."""
    return user(base, account) | {
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": account.email,
        "hireable": None,
        "bio": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp(account.created_at),
        "updated_at": stamp(account.created_at),
    }


def own_profile(base: str, account: AccountRecord) -> Json:
    """The account behind the credential."""
    return profile(base, account) | {
        "user_view_type": "private",
        "private_gists": 0,
        "total_private_repos": 0,
        "owned_private_repos": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
    }


def organization(base: str, world: World) -> Json:
    """The organization wherever it is mentioned."""
    url = f"{base}/orgs/{world.organization_login}"
    return {
        "login": world.organization_login,
        "id": int(world.organization_id),
        "node_id": organization_node_id(world),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{base}/avatars/o/{world.organization_id}",
        "description": None,
    }


def organization_profile(base: str, world: World) -> Json:
    """The organization by itself, without what only its owners see."""
    private = sum(repository.private for repository in world.repositories.values())
    return organization(base, world) | {
        "name": world.organization_login,
        "is_verified": False,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": len(world.repositories) - private,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": f"{base}/{world.organization_login}",
        "type": "Organization",
        "created_at": stamp(world.started_at),
        "updated_at": stamp(world.started_at),
        "archived_at": None,
    }


def organization_to_owner(base: str, world: World) -> Json:
    """The organization by itself, as its owner sees it: what members hold by default, and the seats."""
    bought, used = world.seats()
    private = sum(repository.private for repository in world.repositories.values())
    plan = {"name": "enterprise", "space": 976562499, "private_repos": 999999, "filled_seats": used}
    return organization_profile(base, world) | {
        "total_private_repos": private,
        "owned_private_repos": private,
        "private_gists": 0,
        "disk_usage": 0,
        "collaborators": len(world.outside),
        "billing_email": None,
        "default_repository_permission": world.base_role or "none",
        "members_can_create_repositories": True,
        "two_factor_requirement_enabled": True,
        "plan": plan | {"seats": SEATS_UNLIMITED if bought is None else bought},
    }


def org_membership(base: str, world: World, account: AccountRecord, state: str, role: str) -> Json:
    """An account's place in the organization; `role` is GitHub's word."""
    url = f"{base}/orgs/{world.organization_login}"
    return {
        "url": f"{url}/memberships/{account.login}",
        "state": state,
        "role": role,
        "direct_membership": account.id not in world.indirect,
        "enterprise_teams_providing_indirect_membership": [
            team.slug for team in world.lets_in(account.id) if team.slug.startswith(ENTERPRISE_PREFIX)
        ],
        "organization_url": url,
        "organization": organization(base, world),
        "user": user(base, account),
    }


def invitation(base: str, world: World, record: InvitationRecord) -> Json:
    """An invitation to the organization, pending or failed."""
    account = world.accounts.get(record.account) if record.account else None
    inviter = world.accounts.get(record.inviter or world.operator) or world.accounts[world.operator]
    url = f"{base}/organizations/{world.organization_id}/invitations/{record.id}"
    failed = record.ended_at is not None and record.state in {"expired", "failed"}
    return {
        "id": record.number,
        "node_id": node_id(record),
        "login": account.login if account else None,
        "email": record.email,
        "role": INVITED_WORD[record.role],
        "created_at": stamp(record.created_at),
        "failed_at": stamp(record.ended_at) if failed and record.ended_at else None,
        "failed_reason": record.reason if failed else None,
        "inviter": user(base, inviter),
        "team_count": len(record.teams),
        "invitation_teams_url": f"{url}/teams",
        "invitation_source": "member",
    }


def team_simple(base: str, world: World, record: TeamRecord) -> Json:
    """A team where another is its parent."""
    url = f"{base}/organizations/{world.organization_id}/team/{record.id}"
    return {
        "id": record.number,
        "node_id": node_id(record),
        "name": record.name,
        "slug": record.slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": url,
        "html_url": f"{base}/orgs/{world.organization_login}/teams/{record.slug}",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "enterprise" if record.slug.startswith(ENTERPRISE_PREFIX) else "organization",
        "organization_id": int(world.organization_id),
    }


def team(base: str, world: World, record: TeamRecord) -> Json:
    """A team in a list."""
    parent = world.teams[record.parent] if record.parent is not None else None
    return team_simple(base, world, record) | {"parent": team_simple(base, world, parent) if parent else None}


def team_profile(base: str, world: World, record: TeamRecord) -> Json:
    """A team by itself."""
    members = {account for below in world.lineage(record.id) for account in world.teams[below].places}
    return team(base, world, record) | {
        "members_count": len(members),
        "repos_count": len(record.grants),
        "created_at": stamp(world.started_at),
        "updated_at": stamp(world.started_at),
        "organization": organization_profile(base, world),
    }


def team_membership(base: str, world: World, team_id: str, login: str, state: str, role: str) -> Json:
    """An account's place in a team."""
    url = f"{base}/organizations/{world.organization_id}/team/{team_id}/memberships/{login}"
    return {"url": url, "role": role, "state": state}


def permissions(world: World, role: str) -> dict[str, bool]:
    """The five yes-or-no permissions that a role comes to."""
    rank = world.rank(built_in(world, role))
    words = ("pull", "triage", "push", "maintain", "admin")
    return {word: rank >= world.rank(step) for word, step in zip(words, BUILT_IN, strict=True)}


def member_word(world: World, account: AccountRecord) -> str:
    """GitHub's word for the role a member has."""
    return MEMBER_WORD[world.members[account.id]]
