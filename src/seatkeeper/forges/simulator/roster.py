"""A world from a roster: a real organization's members, teams and team grants at one date.

Ids are made from names, so the same login, slug or repository has the same id
in every roster, and two dates make two observations of one organization.
Direct grants are not in a roster: they are invented from the seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from seatkeeper.errors import UsageError
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import AccountId, TeamId

SAFE_BITS = 53
"""The largest integers that every JSON reader keeps exactly."""

MEMBER_ROLES = {"admin": "owner", "member": "member"}
DIRECT_ROLES = ("read", "triage", "write", "write", "maintain", "admin")
DIRECT_EACH = 2
OUTSIDE_SHARE = 0.01


def stable_id(kind: str, name: str) -> str:
    """The id of this name in every roster: numeric text, the same in any case."""
    digest = hashlib.sha256(f"{kind}:{name.lower()}".encode()).digest()
    return str((int.from_bytes(digest[:8], "big") >> (64 - SAFE_BITS)) | 1)


def world_from_roster(
    document: Mapping[str, Any],
    organization: str = "kubernetes",
    seed: int = 0,
    *,
    direct_each: int = DIRECT_EACH,
) -> World:
    """Build the organization of that name from a roster document.

    Each member gets up to twice `direct_each` invented direct grants,
    `direct_each` on average, and a hundredth as many outside collaborators
    are invented; 0 invents none of either.
    """
    found = [org for org in document.get("orgs", ()) if org.get("org") == organization]
    if not found:
        names = ", ".join(str(org.get("org")) for org in document.get("orgs", ())) or "none"
        raise UsageError(
            f"the roster has no organization {organization}",
            arithmetic=f"it has: {names}",
            remedy="name one of those",
        )
    return _Builder(found[0], organization, seed).build(direct_each)


class _Builder:
    def __init__(self, org: Mapping[str, Any], organization: str, seed: int) -> None:
        base = org.get("default_repository_permission")
        self.org = org
        self.seed = seed
        self.world = World(
            organization,
            stable_id("organization", organization),
            seed=seed,
            base_role=None if base in (None, "none") else str(base),
        )

    def build(self, direct_each: int) -> World:
        for member in self.org["members"]:
            self.world.member(self._account(member["login"]), MEMBER_ROLES[member["role"]])  # type: ignore[arg-type]  # the two roles of a roster
        for name in sorted({*self.org["repos"], *(r for team in self.org["teams"] for r in team["repos"])}):
            self.world.repository(name, id=stable_id("repository", name))
        self._teams(self.org["teams"])
        if direct_each:
            self._direct(direct_each)
        return self.world

    def _account(self, login: str) -> AccountId:
        known = self.world.by_login(login)
        return known.id if known else self.world.account(login, id=stable_id("account", login))

    def _teams(self, teams: Sequence[Mapping[str, Any]]) -> None:
        by_slug = {team["slug"]: team for team in teams}
        for team in teams:
            self._team(team, by_slug)

    def _team(self, team: Mapping[str, Any], by_slug: Mapping[str, Mapping[str, Any]]) -> TeamId:
        known = self.world.by_slug(team["slug"])
        if known is not None:
            return known.id
        above = by_slug.get(team["parent"] or "")
        parent = self._team(above, by_slug) if above else None
        made = self.world.team(team["slug"], team["name"], parent=parent, id=stable_id("team", team["slug"]))
        for login in team["members"]:
            self.world.place(self._account(login), made, "member")
        for login in team["maintainers"]:
            self.world.place(self._account(login), made, "maintainer")
        for name, role in team["repos"].items():
            self.world.team_grant(made, self.world.by_name(name).id, role)  # type: ignore[union-attr]  # made above
        return made

    def _direct(self, each: int) -> None:
        """Invent by login and not by place in the list, so that two dates agree on whoever is in both."""
        repositories = sorted(self.world.repositories.values(), key=lambda record: record.name)
        outsiders = [f"guest-{n}-x{self.seed}" for n in range(int(len(self.world.members) * OUTSIDE_SHARE))]
        for login in [self.world.accounts[a].login for a in self.world.members] + outsiders:
            random = Random(f"{self.seed}:{login.lower()}")  # noqa: S311  # invention, not cryptography
            count = min(random.randint(1 if login in outsiders else 0, 2 * each), len(repositories))
            account = self._account(login)
            for repository in random.sample(repositories, count):
                self.world.direct(account, repository.id, random.choice(DIRECT_ROLES))
