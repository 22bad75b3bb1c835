"""Giving a member places and roles: what is given is there, with its role, and nothing else changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatkeeper.conformance.behaviour import Scene, Subject, exactly, same
from seatkeeper.conformance.ground import ROLES, Ground, held, of
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.snapshot import AccountState, Snapshot

SUBJECT = Subject("giving")


@dataclass(frozen=True)
class Given:
    """A member without anything was given one thing after the other, and was read after each."""

    ground: Ground
    member: frozenset[Grant]
    place: AccountState
    place_again: AccountState
    raised: AccountState
    lowered: AccountState
    above: AccountState
    nested: AccountState
    before: Snapshot
    after: Snapshot
    maintains: AccountState
    membership_again: AccountState


def _give(ground: Ground) -> Given:
    person = ground.first
    member = frozenset({ground.membership(person)})
    ground.settle(person, member)
    place, role = ground.place(person, "empty"), ground.place(person, "empty", "maintainer")
    placed, again = ground.give(person, place), ground.give(person, place)
    raised, lowered = ground.give(person, role), ground.give(person, place)
    ground.settle(person, member)
    above = ground.give(person, ground.place(person, "parent"))
    ground.settle(person, member)
    before = ground.snapshot()
    nested = ground.give(person, ground.place(person, "child"))
    after = ground.snapshot()
    maintains = ground.give(person, ground.place(person, "plain", "maintainer"))
    return Given(
        ground,
        member,
        placed,
        again,
        raised,
        lowered,
        above,
        nested,
        before,
        after,
        maintains,
        ground.give(person, *member),
    )


GIVEN = Scene(_give, ("membership is ours", "acceptance"))


@SUBJECT.shows("a member is given a place in a team, and nothing else", GIVEN)
def _placed(given: Given) -> None:
    same(held(given.place), given.member | {given.ground.place(given.ground.first, "empty")})


@SUBJECT.shows("a place that is given again is one place", GIVEN)
def _place_again(given: Given) -> None:
    same(held(given.place_again), held(given.place))


@SUBJECT.shows("a member of a team who is given a maintainer's role is a maintainer, once", GIVEN)
def _raised(given: Given) -> None:
    person = given.ground.first
    same(held(given.raised), given.member | {given.ground.place(person, "empty", "maintainer")})


@SUBJECT.shows("a maintainer of a team who is given a member's role is a member of it", GIVEN)
def _lowered(given: Given) -> None:
    same(held(given.lowered), given.member | {given.ground.place(given.ground.first, "empty")})


@SUBJECT.shows("a place in a team gives none in the teams nested in it", GIVEN)
def _above(given: Given) -> None:
    same(held(given.above), given.member | {given.ground.place(given.ground.first, "parent")})


@SUBJECT.shows("a place in a nested team gives none in the team above it", GIVEN)
def _nested(given: Given) -> None:
    same(held(given.nested), given.member | {given.ground.place(given.ground.first, "child")})


@SUBJECT.shows("somebody who is put in a team as maintainer is its maintainer", GIVEN)
def _maintains(given: Given) -> None:
    place = given.ground.place(given.ground.first, "plain", "maintainer")
    mine = {g for g in given.maintains.grants if g.resource == place.resource}
    same(mine, {place})


@SUBJECT.shows("a place given to one changes nothing for anybody else, nor any team", GIVEN)
def _only(given: Given) -> None:
    place = given.ground.place(given.ground.first, "child")
    exactly(diff(given.before.grants, given.after.grants), gained={place})


@SUBJECT.shows("a membership that is given again changes nothing", GIVEN)
def _membership_again(given: Given) -> None:
    same(given.membership_again.grants, given.maintains.grants)


@dataclass(frozen=True)
class Roles:
    """A member was given every role on one repository, from the least to the most and back to the least."""

    ground: Ground
    member: frozenset[Grant]
    by_role: Mapping[str, AccountState]
    again: AccountState
    lowered: AccountState
    before: Snapshot
    after: Snapshot


def _give_roles(ground: Ground) -> Roles:
    person = ground.first
    member = frozenset({ground.membership(person)})
    ground.settle(person, member)
    before = ground.snapshot()
    by_role = {role: ground.give(person, ground.direct(person, "bare", role)) for role in ROLES}
    after = ground.snapshot()
    most, least = ground.direct(person, "bare", "admin"), ground.direct(person, "bare", "read")
    again = ground.give(person, most)
    return Roles(ground, member, by_role, again, ground.give(person, least), before, after)


ROLES_GIVEN = Scene(_give_roles, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows_each("a member is given the role {} on a repository, in place of a lesser", ROLES, ROLES_GIVEN)
def _role(roles: Roles, role: str) -> None:
    same(held(roles.by_role[role]), roles.member | {roles.ground.direct(roles.ground.first, "bare", role)})


@SUBJECT.shows("a role that is given again is one role", ROLES_GIVEN)
def _role_again(roles: Roles) -> None:
    same(roles.again.grants, roles.by_role["admin"].grants)


@SUBJECT.shows("a lesser role that is given takes the place of a greater", ROLES_GIVEN)
def _role_lowered(roles: Roles) -> None:
    same(held(roles.lowered), roles.member | {roles.ground.direct(roles.ground.first, "bare", "read")})


@SUBJECT.shows("a role given to one on a repository changes nothing for anybody else", ROLES_GIVEN)
def _role_only(roles: Roles) -> None:
    gained = {roles.ground.direct(roles.ground.first, "bare", "admin")}
    exactly(diff(roles.before.grants, roles.after.grants), gained=gained)


@dataclass(frozen=True)
class Outside:
    """Somebody who is no member was given a role on a repository, and had it taken again."""

    ground: Ground
    given: AccountState
    taken: AccountState
    before: Snapshot
    after: Snapshot


def _outside(ground: Ground) -> Outside:
    person = ground.first
    ground.out(person)
    before, role = ground.snapshot(), ground.direct(person, "bare", "write")
    ground.send("give", person, role)
    given, after = ground.state(person), ground.snapshot()
    taken = ground.take(person, role)
    return Outside(ground, given, taken, before, after)


OUTSIDE = Scene(_outside, ("membership is ours", "low base role"))


@SUBJECT.shows("a role given to somebody outside makes them no member", OUTSIDE)
def _no_member(outside: Outside) -> None:
    same({g for g in outside.given.grants if g.resource.kind in {"organization", "team"}}, set())


@SUBJECT.shows("a role given to somebody outside is held as it was given, or waits for them", OUTSIDE)
def _held_or_waits(outside: Outside) -> None:
    role = outside.ground.direct(outside.ground.first, "bare", "write")
    same(held(outside.given) - {role}, frozenset())


@SUBJECT.shows("a role given to somebody outside takes nothing from anybody", OUTSIDE)
def _takes_nothing(outside: Outside) -> None:
    same(diff(outside.before.grants, outside.after.grants).lost, frozenset())


@SUBJECT.shows("whoever outside holds a role is among the accounts", OUTSIDE)
def _among(outside: Outside) -> None:
    told = {account.id for account in outside.after.accounts}
    mine = {g.subject.id for g in of(outside.ground.first, outside.after.grants)}
    same(mine - told, set())


@SUBJECT.shows("a role that was taken from somebody outside is gone", OUTSIDE)
def _taken(outside: Outside) -> None:
    same(held(outside.taken), frozenset())
