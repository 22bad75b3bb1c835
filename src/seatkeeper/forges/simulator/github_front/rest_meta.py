"""REST: the root, the rate limits, and the audit log as far as it tells who was active."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front.call import Answer, Call, Json, not_found
from seatkeeper.forges.simulator.github_front.meter import Meter
from seatkeeper.forges.simulator.records import AccountRecord

ROOT = {
    "current_user_url": "/user",
    "current_user_authorizations_html_url": "/settings/connections/applications{/client_id}",
    "authorizations_url": "/authorizations",
    "code_search_url": "/search/code?q={query}{&page,per_page,sort,order}",
    "commit_search_url": "/search/commits?q={query}{&page,per_page,sort,order}",
    "emails_url": "/user/emails",
    "emojis_url": "/emojis",
    "events_url": "/events",
    "feeds_url": "/feeds",
    "followers_url": "/user/followers",
    "following_url": "/user/following{/target}",
    "gists_url": "/gists{/gist_id}",
    "issue_search_url": "/search/issues?q={query}{&page,per_page,sort,order}",
    "issues_url": "/issues",
    "keys_url": "/user/keys",
    "label_search_url": "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
    "notifications_url": "/notifications",
    "organization_url": "/orgs/{org}",
    "organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
    "organization_teams_url": "/orgs/{org}/teams",
    "public_gists_url": "/gists/public",
    "rate_limit_url": "/rate_limit",
    "repository_url": "/repos/{owner}/{repo}",
    "repository_search_url": "/search/repositories?q={query}{&page,per_page,sort,order}",
    "current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
    "starred_url": "/user/starred{/owner}{/repo}",
    "starred_gists_url": "/gists/starred",
    "user_url": "/users/{user}",
    "user_organizations_url": "/user/orgs",
    "user_repositories_url": "/users/{user}/repos{?type,page,per_page,sort}",
    "user_search_url": "/search/users?q={query}{&page,per_page,sort,order}",
}


SERVER_VERSION = "3.19.0"


def root(call: Call) -> Answer:
    """GET /."""
    return Answer(200, {name: call.base + path for name, path in ROOT.items()})


def meta(call: Call) -> Answer:
    """GET /meta: a server of one's own tells the version that is installed."""
    told: Json = {"verifiable_password_authentication": call.world.regime == "ghes"}
    return Answer(200, told | ({"installed_version": SERVER_VERSION} if call.world.regime == "ghes" else {}))


def audit_log(call: Call) -> Answer:
    """GET /orgs/{org}/audit-log: what the world wrote down, and each account's last activity; newest first.

    Only the organizations of an enterprise have it; `tells_activity` says so.
    """
    world = call.world
    if not world.tells_activity:
        raise not_found()
    active = (account for account in world.accounts.values() if account.last_active is not None)
    events = [*world.audit, *(_event(call, account) for account in active)]
    events.sort(
        key=lambda event: (event["@timestamp"], event["actor_id"], event["_document_id"]), reverse=True
    )
    if call.request.query.get("order") == "asc":
        events.reverse()
    return call.listing(events, dict)


def _event(call: Call, account: AccountRecord) -> Json:
    moment = int(account.last_active.timestamp() * 1000) if account.last_active else 0
    return {
        "@timestamp": moment,
        "_document_id": f"{account.id}-{moment}",
        "action": "git.clone",
        "actor": account.login,
        "actor_id": account.number,
        "created_at": moment,
        "org": call.world.organization_login,
        "org_id": int(call.world.organization_id),
    }


def rate_limit(call: Call, meter: Meter) -> Answer:
    """GET /rate_limit, which itself costs nothing."""
    core, graphql = meter.state(call.token, "core"), meter.state(call.token, "graphql")
    search = core | {"limit": 30, "remaining": 30, "used": 0}
    return Answer(200, {"resources": {"core": core, "graphql": graphql, "search": search}, "rate": core})
