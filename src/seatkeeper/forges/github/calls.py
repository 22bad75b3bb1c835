"""The one call of each step. The reader describes it and the writer sends it, so both say the same."""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from seatkeeper.errors import Refused
from seatkeeper.forges.github.invitations import PENDING_MEMBERSHIP
from seatkeeper.forges.github.roles import invitation_word, organization_word, repository_word
from seatkeeper.forges.http.client import Method
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.plan import Step

UNSENT: Final = 0
"""The status of a refusal that is our own: nothing was sent."""


class Call(NamedTuple):
    """One request: what a reader of a plan is shown and what is sent."""

    method: Method
    path: str
    body: Mapping[str, object] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" {json.dumps(self.body)}" if self.body else "")


def call(
    step: Step, organization: str, login: str, names: Mapping[Resource, str], *, invitations: bool = True
) -> Call:
    """The call that makes this step for the account whose login this is now.

    Where there are no `invitations`, whoever is asked in is given a membership that may wait for them.
    `names` are today's slugs of teams and names of repositories; a resource
    without one raises `Refused`, since no call may rest on a guess.
    """
    org = quote(organization, safe="")
    member = f"/orgs/{org}/memberships/{quote(login, safe='')}"
    if step.invites and not invitations:
        return Call("PUT", member, {"role": organization_word(_offered_role(step))})
    if step.invites:
        return Call("POST", f"/orgs/{org}/invitations", _offer(step))
    if step.action == "withdraw":
        if step.invitation is None:
            raise _unsent("a withdrawal names no invitation", "no_invitation")
        if step.invitation.startswith(PENDING_MEMBERSHIP):
            return Call("DELETE", member)
        return Call("DELETE", f"/orgs/{org}/invitations/{quote(step.invitation, safe='')}")
    if len(step.grants) != 1:
        raise _unsent(f"a step to {step.action} is about one grant, not {len(step.grants)}", "not_one_grant")
    return _one(step.grants[0], org, quote(login, safe=""), names, gives=step.action == "give")


def _offer(step: Step) -> dict[str, object]:
    role = "reinstate" if step.action == "reinstate" else _offered_role(step)
    numbers = {grant.subject.id for grant in step.grants}
    if len(numbers) != 1:
        raise _unsent(f"an invitation is for one account, not {len(numbers)}", "not_one_account")
    teams = sorted(int(grant.resource.id) for grant in step.grants if grant.resource.kind == "team")
    offer: dict[str, object] = {"invitee_id": int(numbers.pop()), "role": invitation_word(role)}
    return {**offer, "team_ids": teams} if teams else offer


def _offered_role(step: Step) -> str:
    return next((grant.role for grant in step.grants if grant.resource.kind == "organization"), "member")


def _one(grant: Grant, org: str, login: str, names: Mapping[Resource, str], *, gives: bool) -> Call:
    method: Method = "PUT" if gives else "DELETE"
    kind, role = grant.resource.kind, grant.role
    if grant.subject.kind != "account":
        raise _unsent("a step is about an account's grant, not a team's", "not_an_account")
    if kind == "server":  # what is taken there is given back by taking the suspension away
        return Call("DELETE" if gives else "PUT", f"/users/{login}/suspended")
    if kind == "organization":
        path, body = f"/orgs/{org}/memberships/{login}", {"role": organization_word(role)}
    elif kind == "team":
        path, body = f"/orgs/{org}/teams/{_name(grant, names)}/memberships/{login}", {"role": role}
    else:
        path = f"/repos/{org}/{_name(grant, names)}/collaborators/{login}"
        body = {"permission": repository_word(role)}
    return Call(method, path, body if gives else None)


def _name(grant: Grant, names: Mapping[Resource, str]) -> str:
    name = names.get(grant.resource)
    if name is None:
        raise _unsent(f"{grant.resource.kind} {grant.resource.id} has no name that is known today", "unnamed")
    return quote(name, safe="")


def _unsent(what: str, code: str) -> Refused:
    return Refused(f"{what}; nothing was sent", status=UNSENT, code=code)
