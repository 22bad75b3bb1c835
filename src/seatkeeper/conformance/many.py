"""More than fits on a page: every team, repository, place and role is read, once, or told as unread."""

from dataclasses import dataclass, replace

from seatkeeper.conformance.behaviour import Scene, Subject, holds, same
from seatkeeper.conformance.ground import Ground, of
from seatkeeper.model.grants import Grant, Resource, team_grant, team_place, team_subject
from seatkeeper.model.ids import RepositoryId, TeamId
from seatkeeper.model.snapshot import AccountState, Snapshot

SUBJECT = Subject("reading many")
MANY = 101
"""One more than forges put on a page."""


@dataclass(frozen=True)
class Many:
    """One person in very many teams, and one team with a role on very many repositories."""

    ground: Ground
    teams: tuple[Resource, ...]
    repositories: tuple[Resource, ...]
    snapshot: Snapshot
    state: AccountState

    @property
    def mine(self) -> frozenset[Grant]:
        """What the person holds in the whole reading."""
        return of(self.ground.first, self.snapshot.grants)


def _make(ground: Ground) -> Many:
    person, hands = ground.first, ground.hands
    ground.settle(person, {ground.membership(person)})
    state = ground.state(person)
    with ground.progress.task("making many", 2 * MANY) as moved:
        teams, repositories = [], []
        for n in range(MANY):
            teams.append(hands.make("team", f"many-{n:03}"))
            named = replace(state, names={teams[-1]: ground.furniture.names[teams[-1]]})
            place = team_place(person.account, TeamId(teams[-1].id))
            ground.send("give", person, place, state=named)
            moved(1)
        for n in range(MANY):
            repositories.append(hands.make("repository", f"many-{n:03}"))
            empty = ground.furniture.teams["empty"]
            hands.entitle(team_grant(empty, RepositoryId(repositories[-1].id), "read"))
            moved(1)
    made = Many(ground, tuple(teams), tuple(repositories), ground.snapshot(), ground.state(person))
    for resource in (*repositories, *teams):
        hands.remove(resource)
    return made


MADE = Scene(_make, ("membership is ours", "acceptance"))


@SUBJECT.shows("more teams than a page holds are all read", MADE)
def _teams(many: Many) -> None:
    told = [team.id for team in many.snapshot.teams]
    same({team.id for team in many.teams} - set(told), set())


@SUBJECT.shows("more teams than a page holds are each read once", MADE)
def _teams_once(many: Many) -> None:
    told = [team.id for team in many.snapshot.teams]
    same(len(told), len(set(told)))


@SUBJECT.shows("more repositories than a page holds are all read", MADE)
def _repositories(many: Many) -> None:
    told = {repository.id for repository in many.snapshot.repositories}
    same({repository.id for repository in many.repositories} - told, set())


@SUBJECT.shows("more repositories than a page holds are each read once", MADE)
def _repositories_once(many: Many) -> None:
    told = [repository.id for repository in many.snapshot.repositories]
    same(len(told), len(set(told)))


@SUBJECT.shows_each("with more than a page of them, the {} are read whole", ("teams", "repositories"), MADE)
def _whole(many: Many, collection: str) -> None:
    coverage = many.snapshot.coverage
    holds(coverage.whole(collection), "read whole", coverage.problem(collection))


@SUBJECT.shows("somebody in more teams than a page holds is read with all their places", MADE)
def _places(many: Many) -> None:
    same(set(many.teams) - {grant.resource for grant in many.mine}, set())


@SUBJECT.shows("a team with roles on more repositories than a page holds is read with all of them", MADE)
def _roles(many: Many) -> None:
    empty = team_subject(many.ground.furniture.teams["empty"])
    on = {grant.resource for grant in many.snapshot.grants if grant.subject == empty}
    same(set(many.repositories) - on, set())


@SUBJECT.shows("read again, each of very many places is told, or told as unread: never as none", MADE)
def _told_or_unread(many: Many) -> None:
    told = {grant.resource for grant in many.state.grants} | many.state.unread
    same(set(many.teams) - told, set())


@SUBJECT.shows("read again, very many repositories on which nothing is held are each told so", MADE)
def _nothing_there(many: Many) -> None:
    held = {grant.resource for grant in many.state.grants}
    same(set(many.repositories) & (held | many.state.unread), set())
