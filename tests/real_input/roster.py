"""A real roster read on its own, by names alone: what anybody with the document and a pencil would list.

Nothing here knows the simulator's builder or any id, so that one can prove the
other. Logins are compared in lower case, because the same login in another
case is the same account; slugs, not names, stand for teams.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant, Resource

ORGANIZATION = "kubernetes"
ROLES = ("read", "triage", "write", "maintain", "admin")
GUESTS = tuple(f"guest-of-the-tests-{n}" for n in range(17))


class Held(NamedTuple):
    """One grant in names: ``ada`` or ``team web`` holds a role on ``repository app``."""

    who: str
    what: str
    role: str


def document(rosters: Path, date: str) -> dict[str, Any]:
    """The roster document of that date."""
    found: dict[str, Any] = json.loads((rosters / f"kubernetes-{date}.json").read_text(encoding="utf-8"))
    return found


def organization(document: Mapping[str, Any]) -> dict[str, Any]:
    """The one organization of the document that the tests are about."""
    (found,) = (org for org in document["orgs"] if org["org"] == ORGANIZATION)
    return dict(found)


def members(document: Mapping[str, Any]) -> frozenset[str]:
    """The logins of the members, in lower case."""
    return frozenset(member["login"].lower() for member in organization(document)["members"])


def written(document: Mapping[str, Any]) -> frozenset[Held]:
    """Every grant that the document tells."""
    roster = organization(document)
    seats = {
        Held(
            m["login"].lower(), f"organization {ORGANIZATION}", "owner" if m["role"] == "admin" else "member"
        )
        for m in roster["members"]
    }
    places = {
        Held(login.lower(), f"team {team['slug']}", role)
        for team in roster["teams"]
        for role, logins in (("member", team["members"]), ("maintainer", team["maintainers"]))
        for login in logins
    }
    rights = {
        Held(f"team {team['slug']}", f"repository {repository}", role)
        for team in roster["teams"]
        for repository, role in team["repos"].items()
    }
    return frozenset(seats | places | rights)


def invented(document: Mapping[str, Any], seed: int) -> frozenset[Held]:
    """Direct grants, which no roster tells: up to five a member, and some for guests who are no members.

    A login's grants are the same at every date, so that between two dates
    only what the rosters tell changes, and what came with the people.
    """
    roster = organization(document)
    repositories = sorted({name for team in roster["teams"] for name in team["repos"]})
    found = set()
    for login in (*members(document), *GUESTS):
        dice = Random(f"{seed} {login}")
        for repository in dice.sample(repositories, dice.randint(1 if login in GUESTS else 0, 5)):
            found.add(Held(login, f"repository {repository}", dice.choice(ROLES)))
    return frozenset(found)


def give(world: World, direct: Iterable[Held]) -> None:
    """Make direct grants true in a world; guests are registered there first, and never become members."""
    for held in sorted(direct):
        account = world.by_login(held.who)
        repository = world.by_name(held.what.removeprefix("repository "))
        assert repository is not None
        world.direct(account.id if account else world.account(held.who), repository.id, held.role)


def named(grants: Iterable[Grant], names: Mapping[Resource, str], logins: Mapping[Any, str]) -> set[Held]:
    """Grants in names instead of ids; no two of them may come to the same."""
    told = [_named(grant, names, logins) for grant in grants]
    found = set(told)
    assert len(found) == len(told), "two grants have one name"
    return found


def _named(grant: Grant, names: Mapping[Resource, str], logins: Mapping[Any, str]) -> Held:
    subject, resource, role = grant
    team = subject.kind == "team"
    who = f"team {names[Resource('team', subject.id)]}" if team else logins[subject.id].lower()
    return Held(who, f"{resource.kind} {names[resource]}", role)
