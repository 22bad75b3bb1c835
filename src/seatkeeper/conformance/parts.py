"""Reading in part: one account again, with the places it is asked about, and places by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seatkeeper.conformance.behaviour import Scene, Subject, holds, same
from seatkeeper.conformance.ground import Ground, held, of
from seatkeeper.conformance.reading import OWN_ROLE, everything
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.snapshot import AccountState, Place, Snapshot

SUBJECT = Subject("reading in part")
GONE = (Resource("team", "999999999999"), Resource("repository", "999999999999"))
NO_NAME = "seatkeeper-conformance-no-such-thing"


@dataclass(frozen=True)
class Parts:
    """One account, asked about in different ways while nothing changes."""

    ground: Ground
    wanted: frozenset[Grant]
    snapshot: Snapshot
    all: AccountState
    again: AccountState
    other_case: AccountState
    about_team: AccountState
    about_repository: AccountState
    about_nothing: AccountState
    old_names: AccountState
    crossed_names: AccountState
    about_gone: AccountState
    found: Mapping[Resource, Place]
    managed: Mapping[Resource, str]

    @property
    def mine(self) -> frozenset[Grant]:
        """What the account holds in the whole reading."""
        return of(self.ground.first, self.snapshot.grants)


def _ask(ground: Ground) -> Parts:
    wanted = everything(ground)
    ground.settle(ground.first, wanted)
    person, target = ground.first, ground.target(ground.first)
    team, repository = ground.team("plain"), ground.repository("read")

    def about(names: Mapping[Resource, str], login: str = person.login) -> AccountState:
        asked = replace(target, login=login, resources=names)
        return ground.reader.accounts([asked])[person.account]

    names = ground.furniture.names
    crossed = {
        team: names[ground.team("child")],
        repository: names[ground.repository("maintain")],
    }
    return Parts(
        ground=ground,
        wanted=wanted,
        snapshot=ground.snapshot(),
        all=ground.state(person),
        again=ground.state(person),
        other_case=about(target.resources, person.login.swapcase()),
        about_team=about({team: names[team]}),
        about_repository=about({repository: names[repository]}),
        about_nothing=about({}),
        old_names=about({team: NO_NAME, repository: NO_NAME}),
        crossed_names=about(crossed),
        about_gone=about(dict.fromkeys(GONE, NO_NAME)),
        found=ground.reader.find([*names, *GONE]),
        managed=ground.reader.managed(),
    )


PARTS = Scene(_ask, ("membership is ours", "acceptance", "low base role"))


def _own(state: AccountState, kind: str) -> set[Grant]:
    return {grant for grant in state.grants if grant.resource.kind == kind}


@SUBJECT.shows("an account read again holds exactly what it was given", PARTS)
def _exactly(parts: Parts) -> None:
    same(held(parts.all), parts.wanted)


@SUBJECT.shows("an account read again and the whole organization agree", PARTS)
def _agree(parts: Parts) -> None:
    same(parts.all.grants, parts.mine)


@SUBJECT.shows("an account read twice is the same", PARTS)
def _twice(parts: Parts) -> None:
    same(parts.again, parts.all)


@SUBJECT.shows("an account asked for by its login in another case is the same", PARTS)
def _other_case(parts: Parts) -> None:
    same(parts.other_case, parts.all)


@SUBJECT.shows("everything that was asked about was read", PARTS)
def _read(parts: Parts) -> None:
    same(parts.all.unread, frozenset())


@SUBJECT.shows("every place that was asked about is named as it is called", PARTS)
def _named(parts: Parts) -> None:
    names = parts.ground.furniture.names
    same({resource: parts.all.names.get(resource) for resource in names}, names)


@SUBJECT.shows("a member has no invitation", PARTS)
def _uninvited(parts: Parts) -> None:
    same(parts.all.invitation, None)


@SUBJECT.shows("membership is told whatever is asked about", PARTS)
def _membership(parts: Parts) -> None:
    same(_own(parts.about_nothing, "organization"), {parts.ground.membership(parts.ground.first)})


@SUBJECT.shows("a place in a team that was asked about is told with its role", PARTS)
def _asked_team(parts: Parts) -> None:
    team = parts.ground.team("plain")
    place = {grant for grant in parts.about_team.grants if grant.resource == team}
    same(place, {parts.ground.place(parts.ground.first, "plain")})


@SUBJECT.shows("a place in a team that was not asked about is told all the same", PARTS)
def _unasked_team(parts: Parts) -> None:
    same(_own(parts.about_repository, "team"), _own(parts.all, "team"))


@SUBJECT.shows("a maintainer of a nested team is a maintainer when read again", PARTS)
def _nested(parts: Parts) -> None:
    place = parts.ground.place(parts.ground.first, "child", "maintainer")
    holds(place in parts.all.grants, "a maintainer", _own(parts.all, "team"))


@SUBJECT.shows_each(
    "whoever is not in a team ({}) is told to have no place there", ("parent", "empty"), PARTS
)
def _no_place(parts: Parts, word: str) -> None:
    team = parts.ground.team(word)
    same(({g for g in parts.all.grants if g.resource == team}, team in parts.all.unread), (set(), False))


@SUBJECT.shows_each(
    "an own role where a team gives {} is told as what it is when read again", OWN_ROLE, PARTS
)
def _own_role(parts: Parts, word: str) -> None:
    on = {g for g in parts.all.grants if g.resource == parts.ground.repository(word)}
    same(on, {parts.ground.direct(parts.ground.first, word, OWN_ROLE[word])})


@SUBJECT.shows_each(
    "whoever holds nothing of their own on a repository ({}) is told so", ("inherited", "bare"), PARTS
)
def _no_role(parts: Parts, word: str) -> None:
    repository = parts.ground.repository(word)
    mine = {g for g in parts.all.grants if g.resource == repository}
    same((mine, repository in parts.all.unread), (set(), False))


@SUBJECT.shows("a repository that was not asked about is not told", PARTS)
def _unasked_repository(parts: Parts) -> None:
    same(_own(parts.about_team, "repository"), set())


@SUBJECT.shows("a team by a name that it no longer has is found by its id, or not read", PARTS)
def _old_team(parts: Parts) -> None:
    team, state = parts.ground.team("plain"), parts.old_names
    place = parts.ground.place(parts.ground.first, "plain")
    holds(place in state.grants or team in state.unread, "the place, or unread", _own(state, "team"))


@SUBJECT.shows("a repository by a name that it no longer has is found by its id, or not read", PARTS)
def _old_repository(parts: Parts) -> None:
    repository, state = parts.ground.repository("read"), parts.old_names
    role = parts.ground.direct(parts.ground.first, "read", OWN_ROLE["read"])
    holds(role in state.grants or repository in state.unread, "the role, or unread", state.grants)


@SUBJECT.shows("a team by the name of another is never told what is held on that", PARTS)
def _crossed_team(parts: Parts) -> None:
    team, state = parts.ground.team("plain"), parts.crossed_names
    wrong = {g for g in state.grants if g.resource == team and g.role != "member"}
    told = parts.ground.place(parts.ground.first, "plain") in state.grants or team in state.unread
    same((wrong, told), (set(), True))


@SUBJECT.shows("a repository by the name of another is never told what is held on that", PARTS)
def _crossed_repository(parts: Parts) -> None:
    repository, state = parts.ground.repository("read"), parts.crossed_names
    wrong = {g for g in state.grants if g.resource == repository and g.role != OWN_ROLE["read"]}
    told = any(g.resource == repository for g in state.grants) or repository in state.unread
    same((wrong, told), (set(), True))


@SUBJECT.shows("on what is no longer there nothing is held", PARTS)
def _nothing_there(parts: Parts) -> None:
    same({grant for grant in parts.about_gone.grants if grant.resource in GONE}, set())


@SUBJECT.shows("a repository that is not there is not read", PARTS)
def _not_there(parts: Parts) -> None:
    holds(GONE[1] in parts.about_gone.unread, "unread", parts.about_gone.unread)


@SUBJECT.shows("every place that was looked for by its id has an answer", PARTS)
def _answers(parts: Parts) -> None:
    same(set(parts.found), {*parts.ground.furniture.names, *GONE})


@SUBJECT.shows_each("a {} is found by its id under its name of today", ("team", "repository"), PARTS)
def _found(parts: Parts, kind: str) -> None:
    names = {
        resource: name for resource, name in parts.ground.furniture.names.items() if resource.kind == kind
    }
    same({resource: parts.found[resource].name for resource in names}, names)


@SUBJECT.shows_each("a {} whose id is nothing's has no name", ("team", "repository"), PARTS)
def _not_found(parts: Parts, kind: str) -> None:
    same([parts.found[resource].name for resource in GONE if resource.kind == kind], [None])


@SUBJECT.shows("a repository that takes changes is not found as archived", PARTS)
def _alive(parts: Parts) -> None:
    same({r for r in parts.ground.furniture.names if parts.found[r].archived}, set())


@SUBJECT.shows("looking for no place finds none", PARTS)
def _no_place_found(parts: Parts) -> None:
    same(dict(parts.ground.reader.find([])), {})


@SUBJECT.shows("no identity provider decides about a team that was made here", PARTS)
def _managed(parts: Parts) -> None:
    same(parts.managed.keys() & parts.ground.furniture.names.keys(), set())
