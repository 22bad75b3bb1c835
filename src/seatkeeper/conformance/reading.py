"""Reading an organization whole: everything that is there, once, and that it was everything."""

from dataclasses import dataclass
from datetime import timedelta

from seatkeeper.conformance.behaviour import Scene, Subject, holds, same
from seatkeeper.conformance.ground import ROLES, Ground, of
from seatkeeper.model.grants import Grant, Resource, account_subject, team_grant, team_subject
from seatkeeper.model.snapshot import Account, AccountState, Repository, Snapshot, Team

SUBJECT = Subject("reading whole")
COLLECTIONS = ("members", "teams", "repositories", "outside", "invitations")
OWN_ROLE = dict(zip(ROLES, reversed(ROLES), strict=True))
"""By the repository on which a team holds a role: the first person's own, above it, like it and below it."""


@dataclass(frozen=True)
class Filled:
    """Two snapshots of the furnished organization with the first person in it, and their own state."""

    ground: Ground
    wanted: frozenset[Grant]
    snapshot: Snapshot
    again: Snapshot
    state: AccountState

    def team(self, word: str) -> Team:
        """A team as it was read."""
        return next(t for t in self.snapshot.teams if t.id == self.ground.furniture.teams[word])

    def repository(self, word: str) -> Repository:
        """A repository as it was read."""
        return next(r for r in self.snapshot.repositories if r.id == self.ground.furniture.repositories[word])

    def on(self, resource: Resource) -> set[Grant]:
        """Every grant on a resource."""
        return {grant for grant in self.snapshot.grants if grant.resource == resource}

    @property
    def account(self) -> Account | None:
        """The first person as they were read."""
        return next((a for a in self.snapshot.accounts if a.id == self.ground.first.account), None)


def everything(ground: Ground) -> frozenset[Grant]:
    """A membership, places of both kinds, one of them in a nested team only, and an own role of each kind."""
    person = ground.first
    return frozenset(
        {
            ground.membership(person),
            ground.place(person, "plain"),
            ground.place(person, "child", "maintainer"),
            *(ground.direct(person, word, role) for word, role in OWN_ROLE.items()),
        }
    )


def _fill(ground: Ground) -> Filled:
    ground.out(*ground.people)
    wanted = everything(ground)
    state = ground.settle(ground.first, wanted)
    return Filled(ground, wanted, ground.snapshot(), ground.snapshot(), state)


FILLED = Scene(_fill, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows_each("the {} are read whole", COLLECTIONS, FILLED)
def _whole(filled: Filled, collection: str) -> None:
    coverage = filled.snapshot.coverage
    holds(coverage.whole(collection), "read whole", coverage.problem(collection))


@SUBJECT.shows("everything that was asked for is read whole", FILLED)
def _complete(filled: Filled) -> None:
    same(tuple(r for r in filled.snapshot.coverage.readings if not r.whole), ())


@SUBJECT.shows("no team and no repository is unreadable", FILLED)
def _readable(filled: Filled) -> None:
    same(filled.snapshot.coverage.unreadable, frozenset())


@SUBJECT.shows("a snapshot is of the organization that was asked for", FILLED)
def _organization(filled: Filled) -> None:
    same(filled.snapshot.organization, filled.ground.organization)


@SUBJECT.shows("a snapshot says when it began and ended, in UTC", FILLED)
def _times(filled: Filled) -> None:
    started, read = filled.snapshot.started_at, filled.snapshot.read_at
    holds(
        started.utcoffset() == timedelta(0) and started <= read,
        "aware times in order",
        f"{started} to {read}",
    )


@SUBJECT.shows("a snapshot taken again shows the same grants", FILLED)
def _stable(filled: Filled) -> None:
    same(filled.again.grants, filled.snapshot.grants)


@SUBJECT.shows("no account is told twice", FILLED)
def _accounts_once(filled: Filled) -> None:
    ids = [account.id for account in filled.snapshot.accounts]
    same(len(ids), len(set(ids)))


@SUBJECT.shows("no team is told twice", FILLED)
def _teams_once(filled: Filled) -> None:
    same(len(filled.snapshot.teams), len({team.id for team in filled.snapshot.teams}))


@SUBJECT.shows("no repository is told twice", FILLED)
def _repositories_once(filled: Filled) -> None:
    same(len(filled.snapshot.repositories), len({r.id for r in filled.snapshot.repositories}))


@SUBJECT.shows("nobody holds two roles on one resource", FILLED)
def _one_role(filled: Filled) -> None:
    places = [(grant.subject, grant.resource) for grant in filled.snapshot.grants]
    same({place for place in places if places.count(place) > 1}, set())


@SUBJECT.shows("every account that holds something is among the accounts", FILLED)
def _holders_told(filled: Filled) -> None:
    told = {account.id for account in filled.snapshot.accounts}
    holders = {g.subject.id for g in filled.snapshot.grants if g.subject.kind == "account"}
    same(holders - told, set())


@SUBJECT.shows("every team that holds something is among the teams", FILLED)
def _teams_told(filled: Filled) -> None:
    told = {team.id for team in filled.snapshot.teams}
    same({g.subject.id for g in filled.snapshot.grants if g.subject.kind == "team"} - told, set())


@SUBJECT.shows("every team on which somebody has a place is among the teams", FILLED)
def _places_told(filled: Filled) -> None:
    told = {team.id for team in filled.snapshot.teams}
    same({g.resource.id for g in filled.snapshot.grants if g.resource.kind == "team"} - told, set())


@SUBJECT.shows("every repository on which something is held is among the repositories", FILLED)
def _held_told(filled: Filled) -> None:
    told = {repository.id for repository in filled.snapshot.repositories}
    same({g.resource.id for g in filled.snapshot.grants if g.resource.kind == "repository"} - told, set())


@SUBJECT.shows("at least one owner is read as owner", FILLED)
def _owner(filled: Filled) -> None:
    home = Resource("organization", filled.ground.organization.id)
    holds(any(grant.role == "owner" for grant in filled.on(home)), "an owner", filled.on(home))


@SUBJECT.shows("a member is read as member", FILLED)
def _member(filled: Filled) -> None:
    home = Resource("organization", filled.ground.organization.id)
    mine = of(filled.ground.first, filled.on(home))
    same(mine, {filled.ground.membership(filled.ground.first)})


@SUBJECT.shows("a member is told by login and as a person", FILLED)
def _told(filled: Filled) -> None:
    told = filled.account
    same(told and (told.login, told.kind), (filled.ground.first.login, "person"))


@SUBJECT.shows("a member of a team is read as its member", FILLED)
def _placed(filled: Filled) -> None:
    person = filled.ground.first
    same(of(person, filled.on(filled.ground.team("plain"))), {filled.ground.place(person, "plain")})


@SUBJECT.shows("a maintainer of a nested team is read as maintainer", FILLED)
def _nested_maintainer(filled: Filled) -> None:
    person = filled.ground.first
    same(
        of(person, filled.on(filled.ground.team("child"))),
        {filled.ground.place(person, "child", "maintainer")},
    )


@SUBJECT.shows("whoever is only in a nested team has no place in the one above", FILLED)
def _not_above(filled: Filled) -> None:
    same(of(filled.ground.first, filled.on(filled.ground.team("parent"))), set())


@SUBJECT.shows("whoever is not in a team has no place in it", FILLED)
def _not_inside(filled: Filled) -> None:
    same(of(filled.ground.first, filled.on(filled.ground.team("empty"))), set())


@SUBJECT.shows("a nested team is read with the team above it", FILLED)
def _parent(filled: Filled) -> None:
    same(filled.team("child").parent, filled.ground.furniture.teams["parent"])


@SUBJECT.shows("a team that is not nested has none above it", FILLED)
def _no_parent(filled: Filled) -> None:
    same(filled.team("parent").parent, None)


@SUBJECT.shows("a team without people and rights is read all the same", FILLED)
def _empty(filled: Filled) -> None:
    same(filled.team("empty").slug, filled.ground.furniture.names[filled.ground.team("empty")])


@SUBJECT.shows("a team that the organization made is managed by nobody else", FILLED)
def _unmanaged(filled: Filled) -> None:
    made = filled.ground.furniture.teams.values()
    same([t for t in filled.snapshot.teams if t.id in made and (t.managed_by or t.lets_in)], [])


@SUBJECT.shows("a snapshot names every team and repository as it is called", FILLED)
def _names(filled: Filled) -> None:
    names = filled.snapshot.names()
    wanted = filled.ground.furniture.names
    same({resource: names.get(resource) for resource in wanted}, wanted)


@SUBJECT.shows("a private repository is read as private", FILLED)
def _private(filled: Filled) -> None:
    same(filled.repository("read").private, True)  # the fact itself


@SUBJECT.shows("a repository that takes changes is not read as archived", FILLED)
def _alive(filled: Filled) -> None:
    same(filled.repository("read").archived, False)  # the fact itself


@SUBJECT.shows_each("a team's role {} on a repository is read as that", ROLES, FILLED)
def _team_role(filled: Filled, role: str) -> None:
    furniture = filled.ground.furniture
    held = team_grant(furniture.teams["plain"], furniture.repositories[role], role)
    mine = {g for g in filled.on(held.resource) if g.subject == held.subject}
    same(mine, {held})


@SUBJECT.shows("what a nested team inherits from the one above is no grant of its own", FILLED)
def _inherited(filled: Filled) -> None:
    child = team_subject(filled.ground.furniture.teams["child"])
    same({g for g in filled.snapshot.grants if g.subject == child}, set())


@SUBJECT.shows_each("an own role on a repository where a team gives {} is read as what it is", ROLES, FILLED)
def _own_role(filled: Filled, role: str) -> None:
    person = filled.ground.first
    held = of(person, filled.on(filled.ground.repository(role)))
    same(held, {filled.ground.direct(person, role, OWN_ROLE[role])})


@SUBJECT.shows("what somebody reaches through a nested team alone is no grant of their own", FILLED)
def _reached(filled: Filled) -> None:
    same(of(filled.ground.first, filled.on(filled.ground.repository("inherited"))), set())


@SUBJECT.shows("what every member holds by default is no grant of their own", FILLED)
def _by_default(filled: Filled) -> None:
    same(of(filled.ground.first, filled.on(filled.ground.repository("bare"))), set())


@SUBJECT.shows("an owner's reach is no grant of their own", FILLED)
def _owners_reach(filled: Filled) -> None:
    home = Resource("organization", filled.ground.organization.id)
    owners = {grant.subject for grant in filled.on(home) if grant.role == "owner"}
    made = {filled.ground.repository(word) for word in ("inherited", *ROLES)}
    maker = account_subject(filled.ground.reader.whoami().id)
    same({g for g in filled.snapshot.grants if g.subject in owners - {maker} and g.resource in made}, set())


@SUBJECT.shows("a person holds exactly what they were given, and nothing else", FILLED)
def _exactly(filled: Filled) -> None:
    mine = of(filled.ground.first, filled.snapshot.grants)
    same({grant for grant in mine if grant.resource.kind != "server"}, filled.wanted)


@SUBJECT.shows("whoever accepted is not told as invited", FILLED)
def _accepted(filled: Filled) -> None:
    waiting = [i for i in filled.snapshot.invitations if i.account == filled.ground.first.account]
    same([i for i in waiting if i.failed is None], [])


@SUBJECT.shows("seats in use, where they are told, are at least the members who may sign in", FILLED)
def _seats(filled: Filled) -> None:
    home = Resource("organization", filled.ground.organization.id)
    members = len(filled.on(home)) - len(filled.snapshot.suspended)
    used = filled.snapshot.seats.used
    holds(used is None or used >= members, f"at least {members}", used)
