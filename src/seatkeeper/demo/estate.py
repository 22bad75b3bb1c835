"""What a forge holds: teams of very different sizes, repositories, and who may do what where."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import TypeVar

from seatkeeper.demo.names import Names
from seatkeeper.model.grants import Grant, direct, team_grant, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.snapshot import Repository, Team

Item = TypeVar("Item")

ENGINEERING = TeamId("2000")
"""The team that has everybody of the engineering department, as the sample configuration expects."""

OWNERS_TEAM = TeamId("2001")

_DEEPEST = 3
_ROLES = ("read", "triage", "write", "maintain", "admin")
_ROLE_WEIGHTS = (20, 5, 50, 10, 15)


@dataclass(frozen=True, slots=True)
class Estate:
    """Teams, repositories and every grant but the memberships, in the order they were invented."""

    teams: tuple[Team, ...]
    repositories: tuple[Repository, ...]
    grants: tuple[Grant, ...]

    def places(self) -> dict[AccountId, list[TeamId]]:
        """The teams of each account that is in any."""
        places: dict[AccountId, list[TeamId]] = {}
        for grant in self.grants:
            if grant.subject.kind == "account" and grant.resource.kind == "team":
                places.setdefault(AccountId(grant.subject.id), []).append(TeamId(grant.resource.id))
        return places


def build_estate(
    rng: Random,
    names: Names,
    members: Sequence[AccountId],
    engineers: Sequence[AccountId],
    owners: Sequence[AccountId],
    *,
    teams: int,
    repositories: int,
) -> Estate:
    """Invent an estate in which a member has 5 teams and 20 direct grants on average.

    Every engineer is in `ENGINEERING`, every owner in `OWNERS_TEAM`; the other
    places are dealt so that the mean comes out, few teams being large.
    """
    tree = _teams(rng, names, teams)
    repos = _repositories(rng, names, repositories)
    grants = [team_place(account, ENGINEERING) for account in engineers]
    grants += [team_place(account, OWNERS_TEAM, "maintainer") for account in owners]
    grants += _places(rng, members, tree[2:], 5 * len(members) - len(grants))
    grants = _owners_maintain(grants, owners)
    grants += _directs(rng, members, repos, mean=20)
    grants += _team_grants(rng, tree, repos)
    return Estate(tree, repos, tuple(grants))


def outside_grants(rng: Random, accounts: Sequence[AccountId], estate: Estate) -> list[Grant]:
    """One to five direct grants for each outside collaborator, on public repositories: they use no seat."""
    public = [repository for repository in estate.repositories if not repository.private]
    return [
        direct(account, repository.id, _role(rng))
        for account in accounts
        for repository in rng.sample(public, min(len(public), rng.randint(1, 5)))
    ]


def few_from_each_team(
    rng: Random,
    candidates: Sequence[AccountId],
    places: Mapping[AccountId, Sequence[TeamId]],
    count: int,
) -> list[AccountId]:
    """Choose accounts so that together they are no more than a tenth of any team, or one of a small team.

    Nobody who is alone in a team is chosen. Fewer than `count` come back only
    when there are no more to choose from.
    """
    sizes = Counter(team for held in places.values() for team in held)
    losers: Counter[TeamId] = Counter()
    chosen: list[AccountId] = []
    for account in rng.sample(candidates, len(candidates)):
        if len(chosen) == count:
            break
        teams = places.get(account, ())
        if all(sizes[team] > 1 and losers[team] < max(1, sizes[team] // 10) for team in teams):
            chosen.append(account)
            losers.update(teams)
    return chosen


def _teams(rng: Random, names: Names, count: int) -> tuple[Team, ...]:
    names.reserve("engineering", "forge-owners")
    teams = [
        Team(ENGINEERING, "engineering", "Engineering"),
        Team(OWNERS_TEAM, "forge-owners", "Forge owners"),
    ]
    depth: dict[TeamId, int] = {ENGINEERING: 0, OWNERS_TEAM: 0}
    for number in range(2, max(count, 3)):
        parents = [team.id for team in teams if depth[team.id] < _DEEPEST and team.id != OWNERS_TEAM]
        parent = rng.choice(parents) if rng.random() < 0.6 else None  # noqa: PLR2004  # three in five are nested
        slug = names.team()
        team = Team(TeamId(str(2000 + number)), slug, slug.replace("-", " ").title(), parent)
        depth[team.id] = 0 if parent is None else depth[parent] + 1
        teams.append(team)
    return tuple(teams)


def _repositories(rng: Random, names: Names, count: int) -> tuple[Repository, ...]:
    return tuple(
        Repository(
            RepositoryId(str(500_000 + 3 * number)),
            names.repository(),
            archived=rng.random() < 0.08,  # noqa: PLR2004  # one in twelve
            private=number > 0 and rng.random() < 0.9,  # noqa: PLR2004  # nine in ten
        )
        for number in range(count)
    )


def _places(rng: Random, members: Sequence[AccountId], teams: Sequence[Team], total: int) -> list[Grant]:
    tiny = teams[: len(teams) // 20]
    large = teams[len(tiny) :]
    dealt = [(account, team.id) for team in tiny for account in rng.sample(members, rng.randint(1, 3))]
    heaps = list(accumulate(1 / (rank + 2) ** 0.9 for rank in range(len(large))))
    shares = _shares(rng, len(members), total - len(dealt), most=len(large) // 2)
    for account, share in zip(members, shares, strict=True):
        dealt += [(account, team.id) for team in _distinct(rng, large, heaps, share)]
    return [
        team_place(account, team, "maintainer" if rng.random() < 0.05 else "member")  # noqa: PLR2004  # one in twenty
        for account, team in dealt
    ]


def _owners_maintain(places: Sequence[Grant], owners: Sequence[AccountId]) -> list[Grant]:
    """An owner is always a maintainer of the teams they are in, as forges show it."""
    owning = frozenset(owners)
    return [g._replace(role="maintainer") if g.subject.id in owning else g for g in places]


def _directs(
    rng: Random, members: Sequence[AccountId], repositories: Sequence[Repository], mean: int
) -> list[Grant]:
    heaps = list(accumulate(1 / (rank + 20) ** 0.5 for rank in range(len(repositories))))
    shares = _shares(rng, len(members), mean * len(members), most=len(repositories) // 2)
    return [
        direct(account, repository.id, _role(rng))
        for account, share in zip(members, shares, strict=True)
        for repository in _distinct(rng, repositories, heaps, share)
    ]


def _team_grants(rng: Random, teams: Sequence[Team], repositories: Sequence[Repository]) -> list[Grant]:
    """A few repositories for each team, parents first.

    A child team is given nothing that its parents already give it: forges refuse
    that, or show it as the parents' own.
    """
    grants: list[Grant] = []
    reach: dict[TeamId, dict[RepositoryId, str]] = {}
    for team in teams:
        held = dict(reach[team.parent]) if team.parent is not None else {}
        for repository in rng.sample(repositories, min(len(repositories), 1 + int(rng.expovariate(1 / 12)))):
            role = _role(rng)
            if repository.id not in held or _ROLES.index(role) > _ROLES.index(held[repository.id]):
                held[repository.id] = role
                grants.append(team_grant(team.id, repository.id, role))
        reach[team.id] = held
    return grants


def _role(rng: Random) -> str:
    return rng.choices(_ROLES, _ROLE_WEIGHTS)[0]


def _shares(rng: Random, holders: int, total: int, *, most: int) -> list[int]:
    """Deal `total` things to holders, unevenly as life does, nobody getting more than `most`."""
    weights = [rng.lognormvariate(0, 0.8) for _ in range(holders)]
    dealt = Counter(rng.choices(range(holders), weights, k=max(0, total)))
    return [min(dealt[holder], most) for holder in range(holders)]


def _distinct(rng: Random, items: Sequence[Item], heaps: Sequence[float], count: int) -> list[Item]:
    """`count` different items in the order they were drawn; `heaps` are their weights, added up."""
    drawn: dict[int, None] = {}
    while len(drawn) < count:
        missing = count - len(drawn)
        drawn.update(dict.fromkeys(rng.choices(range(len(items)), cum_weights=heaps, k=missing)))
    return [items[index] for index in drawn]
