"""REST: what somebody needs who fills a scratch organization: teams, repositories, and a person's own yes."""

from __future__ import annotations

from seatkeeper.forges.simulator.github_front import shapes, shapes_repository
from seatkeeper.forges.simulator.github_front.call import Answer, Call, invalid, not_found
from seatkeeper.forges.simulator.records import RepositoryRecord
from seatkeeper.model.ids import TeamId


def create_team(call: Call) -> Answer:
    """POST /orgs/{org}/teams: whoever makes a team is its first maintainer."""
    wanted, world = call.json(), call.world
    name, parent = str(wanted.get("name") or ""), wanted.get("parent_team_id")
    above = None if parent is None else TeamId(str(parent))
    if not name or world.by_slug(name) is not None:
        raise invalid("Team", "name", "Name must be unique for this org", "already_exists")
    if above is not None and above not in world.teams:
        raise not_found()
    team = world.team(name.lower(), name, parent=above)
    if call.token.account in world.members:
        world.place(call.token.account, team, "maintainer")
    return Answer(201, shapes.team_profile(call.base, world, world.teams[team]))


def delete_team(call: Call) -> Answer:
    """DELETE /orgs/{org}/teams/{team_slug}."""
    call.world.delete_team(call.team(call.names[1]).id)
    return Answer(204)


def create_repository(call: Call) -> Answer:
    """POST /orgs/{org}/repos."""
    wanted, world = call.json(), call.world
    name = str(wanted.get("name") or "")
    if not name or world.by_name(name) is not None:
        raise invalid("Repository", "name", "name already exists on this account", "custom")
    made = world.repository(name, private=wanted.get("private") is True)
    return _told(call, world.repositories[made], 201)


def update_repository(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}: here only whether it is archived."""
    record = call.repository(call.names[1])
    record.archived = call.json().get("archived") is True
    call.world.version += 1
    return _told(call, record, 200)


def delete_repository(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}."""
    call.world.delete_repository(call.repository(call.names[1]).id)
    return Answer(204)


def own_membership(call: Call) -> Answer:
    """PATCH /user/memberships/orgs/{org}: the person behind the credential accepts."""
    world, record = call.world, call.world.accounts[call.token.account]
    if call.json().get("state") != "active":
        raise invalid("Membership", "state", "state must be active", "invalid")
    if record.id not in world.members:
        waiting = world.pending(record.id)
        if not waiting:
            raise not_found()
        world.accept(waiting[0].id)
    word = shapes.member_word(world, record)
    return Answer(200, shapes.org_membership(call.base, world, record, "active", word))


def _told(call: Call, record: RepositoryRecord, status: int) -> Answer:
    return Answer(status, shapes_repository.repository_profile(call.base, call.world, record))
