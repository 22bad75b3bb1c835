"""Which path is answered by which function, and what right a credential needs for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from seatkeeper.forges.simulator.credentials import Right
from seatkeeper.forges.simulator.github_front import (
    rest_invitations,
    rest_meta,
    rest_people,
    rest_repositories,
    rest_scratch,
    rest_teams,
)
from seatkeeper.forges.simulator.github_front.call import Answer, Call
from seatkeeper.forges.simulator.regime import RegimeName

Handler = Callable[[Call], Answer]


class Route(NamedTuple):
    """One method on one path; `mails` marks what GitHub counts as creating content."""

    method: str
    path: tuple[str, ...]
    right: Right | None
    handler: Handler
    mails: bool = False


_GET: tuple[tuple[str, Right | None, Handler], ...] = (
    ("/", None, rest_meta.root),
    ("/meta", None, rest_meta.meta),
    ("/user", None, rest_people.own_user),
    ("/user/{id}", None, rest_people.user_by_id),
    ("/users/{u}", None, rest_people.user_by_login),
    ("/orgs/{org}", None, rest_people.organization),
    ("/orgs/{org}/audit-log", "organization_administration:read", rest_meta.audit_log),
    ("/orgs/{org}/members", "members:read", rest_people.members),
    ("/orgs/{org}/members/{u}", "members:read", rest_people.is_member),
    ("/orgs/{org}/memberships/{u}", "members:read", rest_people.membership),
    ("/orgs/{org}/outside_collaborators", "members:read", rest_people.outside_collaborators),
    ("/orgs/{org}/invitations", "members:read", rest_invitations.invitations),
    ("/orgs/{org}/invitations/{id}/teams", "members:read", rest_invitations.invitation_teams),
    ("/orgs/{org}/failed_invitations", "members:read", rest_invitations.failed_invitations),
    ("/orgs/{org}/teams", "members:read", rest_teams.teams),
    ("/orgs/{org}/teams/{t}", "members:read", rest_teams.team),
    ("/orgs/{org}/teams/{t}/teams", "members:read", rest_teams.child_teams),
    ("/orgs/{org}/teams/{t}/members", "members:read", rest_teams.team_members),
    ("/orgs/{org}/teams/{t}/invitations", "members:read", rest_teams.team_invitations),
    ("/orgs/{org}/teams/{t}/memberships/{u}", "members:read", rest_teams.team_membership),
    ("/orgs/{org}/teams/{t}/repos", "members:read", rest_teams.team_repositories),
    ("/orgs/{org}/external-groups", "members:read", rest_teams.external_groups),
    ("/orgs/{org}/external-group/{g}", "members:read", rest_teams.external_group),
    ("/orgs/{org}/team-sync/groups", "members:read", rest_teams.synced_groups),
    ("/orgs/{org}/teams/{t}/team-sync/group-mappings", "members:read", rest_teams.group_mappings),
    ("/organizations/{id}/team/{id}", "members:read", rest_teams.team_by_id),
    ("/orgs/{org}/repos", "metadata:read", rest_repositories.repositories),
    ("/repos/{org}/{r}", "metadata:read", rest_repositories.repository),
    ("/repositories/{id}", "metadata:read", rest_repositories.repository_by_id),
    ("/repos/{org}/{r}/collaborators", "metadata:read", rest_repositories.collaborators),
    ("/repos/{org}/{r}/collaborators/{u}", "metadata:read", rest_repositories.is_collaborator),
    ("/repos/{org}/{r}/collaborators/{u}/permission", "metadata:read", rest_repositories.permission),
    ("/repos/{org}/{r}/invitations", "administration:read", rest_repositories.repository_invitations),
    ("/repos/{org}/{r}/teams", "administration:read", rest_repositories.repository_teams),
)

_WRITE: tuple[tuple[str, str, Right | None, Handler, bool], ...] = (
    ("PUT", "/orgs/{org}/memberships/{u}", "members:write", rest_people.put_membership, False),
    ("DELETE", "/orgs/{org}/memberships/{u}", "members:write", rest_people.delete_membership, False),
    ("DELETE", "/orgs/{org}/members/{u}", "members:write", rest_people.delete_member, False),
    ("PUT", "/orgs/{org}/outside_collaborators/{u}", "members:write", rest_people.convert_member, False),
    ("DELETE", "/orgs/{org}/outside_collaborators/{u}", "members:write",
     rest_people.delete_outside_collaborator, False),
    ("POST", "/orgs/{org}/invitations", "members:write", rest_invitations.invite, True),
    ("DELETE", "/orgs/{org}/invitations/{id}", "members:write", rest_invitations.cancel_invitation, False),
    ("PUT", "/orgs/{org}/teams/{t}/memberships/{u}", "members:write", rest_teams.put_team_membership, False),
    ("DELETE", "/orgs/{org}/teams/{t}/memberships/{u}", "members:write",
     rest_teams.delete_team_membership, False),
    ("PUT", "/orgs/{org}/teams/{t}/repos/{org}/{r}", "administration:write",
     rest_teams.put_team_repository, False),
    ("DELETE", "/orgs/{org}/teams/{t}/repos/{org}/{r}", "administration:write",
     rest_teams.delete_team_repository, False),
    ("PUT", "/repos/{org}/{r}/collaborators/{u}", "administration:write",
     rest_repositories.put_collaborator, True),
    ("DELETE", "/repos/{org}/{r}/collaborators/{u}", "administration:write",
     rest_repositories.delete_collaborator, False),
    ("DELETE", "/repos/{org}/{r}/invitations/{id}", "administration:write",
     rest_repositories.cancel_repository_invitation, False),
    ("POST", "/orgs/{org}/teams", "members:write", rest_scratch.create_team, True),
    ("DELETE", "/orgs/{org}/teams/{t}", "members:write", rest_scratch.delete_team, False),
    ("POST", "/orgs/{org}/repos", "administration:write", rest_scratch.create_repository, True),
    ("PATCH", "/repos/{org}/{r}", "administration:write", rest_scratch.update_repository, False),
    ("DELETE", "/repos/{org}/{r}", "administration:write", rest_scratch.delete_repository, False),
    ("PATCH", "/user/memberships/orgs/{org}", None, rest_scratch.own_membership, False),
    ("PUT", "/users/{u}/suspended", "site_admin", rest_people.suspend, False),
    ("DELETE", "/users/{u}/suspended", "site_admin", rest_people.unsuspend, False),
)  # fmt: skip


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


ROUTES: dict[tuple[str, int], list[Route]] = {}
for _path, _right, _handler in _GET:
    ROUTES.setdefault(("GET", len(_segments(_path))), []).append(
        Route("GET", _segments(_path), _right, _handler)
    )
for _method, _path, _needed, _handler, _mails in _WRITE:
    ROUTES.setdefault((_method, len(_segments(_path))), []).append(
        Route(_method, _segments(_path), _needed, _handler, _mails)
    )


_ENTERPRISE: frozenset[RegimeName] = frozenset({"emu", "ghes"})


def served(route: Route, regime: RegimeName) -> bool:
    """Whether the path is there at all: nobody is invited to a server or with an enterprise's account."""
    if route.path[0] == "orgs" and {"invitations", "failed_invitations"} & set(route.path):
        return regime not in _ENTERPRISE
    if {"external-groups", "external-group"} & set(route.path):
        return regime in _ENTERPRISE
    if "team-sync" in route.path:
        return regime not in _ENTERPRISE
    return route.path[-1] != "suspended" or regime == "ghes"


def find(method: str, segments: tuple[str, ...], organization: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route of a request and what its path names, `served` or not; None for what is no path here."""
    for route in ROUTES.get((method, len(segments)), ()):
        names = _names(route.path, segments, organization)
        if names is not None:
            return route, names
    return None


def _names(path: tuple[str, ...], segments: tuple[str, ...], organization: str) -> tuple[str, ...] | None:
    names = []
    for wanted, segment in zip(path, segments, strict=True):
        if wanted[:1] != "{":
            if wanted != segment:
                return None
        elif wanted == "{org}" and segment.lower() != organization:
            return None
        else:
            names.append(segment)
    return tuple(names)
