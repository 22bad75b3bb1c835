"""Taking from a member, and removing them: what is taken is gone, and nothing else, and from nobody else."""

from dataclasses import dataclass

from seatkeeper.conformance.behaviour import Scene, Subject, exactly, holds, same
from seatkeeper.conformance.ground import Ground, Person, held, of
from seatkeeper.conformance.reading import OWN_ROLE, everything
from seatkeeper.errors import Refused
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.snapshot import Account, AccountState, Place, Snapshot

SUBJECT = Subject("taking")


@dataclass(frozen=True)
class Taken:
    """A member with everything, and a place above a nested one, had one thing after the other taken."""

    ground: Ground
    wanted: frozenset[Grant]
    before: Snapshot
    place: AccountState
    nested: AccountState
    role: AccountState
    place_again: AccountState
    role_again: AccountState
    after: Snapshot
    bare: AccountState

    @property
    def took(self) -> tuple[Grant, Grant, Grant]:
        """What was taken, in order: a place, a nested place, an own role."""
        ground, person = self.ground, self.ground.first
        return (
            ground.place(person, "plain"),
            ground.place(person, "child", "maintainer"),
            ground.direct(person, "read", OWN_ROLE["read"]),
        )


def _again(ground: Ground, grant: Grant) -> AccountState:
    """The person's state after something they do not hold was taken; a refusal is as good as a yes."""
    ground.refusal("take", ground.first, grant)
    return ground.state(ground.first)


def _take(ground: Ground) -> Taken:
    person = ground.first
    wanted = everything(ground) | {ground.place(person, "parent")}
    ground.settle(person, wanted)
    before = ground.snapshot()
    place, nested = ground.place(person, "plain"), ground.place(person, "child", "maintainer")
    role = ground.direct(person, "read", OWN_ROLE["read"])
    return Taken(
        ground=ground,
        wanted=wanted,
        before=before,
        place=ground.take(person, place),
        nested=ground.take(person, nested),
        role=ground.take(person, role),
        place_again=_again(ground, place),
        role_again=_again(ground, role),
        after=ground.snapshot(),
        bare=ground.settle(person, {ground.membership(person)}),
    )


TAKEN = Scene(_take, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows("a place in a team that was taken is gone, and nothing else", TAKEN)
def _place(taken: Taken) -> None:
    same(held(taken.place), taken.wanted - {taken.took[0]})


@SUBJECT.shows("a place in a nested team that was taken leaves the place in the team above", TAKEN)
def _nested(taken: Taken) -> None:
    same(held(taken.nested), taken.wanted - set(taken.took[:2]))


@SUBJECT.shows("an own role that was taken is gone, and nothing else", TAKEN)
def _role(taken: Taken) -> None:
    same(held(taken.role), taken.wanted - set(taken.took))


@SUBJECT.shows("what was taken is read as gone, and not as unread", TAKEN)
def _read(taken: Taken) -> None:
    same({grant.resource for grant in taken.took} & taken.role.unread, set())


@SUBJECT.shows("taking a place that is not held changes nothing", TAKEN)
def _place_again(taken: Taken) -> None:
    same(taken.place_again.grants, taken.role.grants)


@SUBJECT.shows("taking a role that is not held changes nothing", TAKEN)
def _role_again(taken: Taken) -> None:
    same(taken.role_again.grants, taken.role.grants)


@SUBJECT.shows("what was taken from one is lost by nobody else, and no team loses its roles", TAKEN)
def _only(taken: Taken) -> None:
    exactly(diff(taken.before.grants, taken.after.grants), lost=taken.took)


@SUBJECT.shows("a member from whom everything else was taken is still a member", TAKEN)
def _member(taken: Taken) -> None:
    same(held(taken.bare), {taken.ground.membership(taken.ground.first)})


@dataclass(frozen=True)
class Removed:
    """A member with everything was removed: first the membership alone, then what survived that."""

    ground: Ground
    wanted: frozenset[Grant]
    before: Snapshot
    at_once: AccountState
    state: AccountState
    after: Snapshot
    again: Refused | None
    still: AccountState
    found: Account | None
    places: tuple[Place, ...]


def _remove(ground: Ground) -> Removed:
    person, wanted = ground.first, everything(ground)
    ground.settle(person, wanted)
    before = ground.snapshot()
    at_once = ground.take(person, ground.membership(person))
    ground.out(person)
    state, after = ground.state(person), ground.snapshot()
    again = ground.refusal("take", person, ground.membership(person))
    return Removed(
        ground=ground,
        wanted=wanted,
        before=before,
        at_once=at_once,
        state=state,
        after=after,
        again=again,
        still=ground.state(person),
        found=ground.reader.lookup([person.login])[person.login],
        places=tuple(ground.reader.find(ground.furniture.names).values()),
    )


REMOVED = Scene(_remove, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows("whoever was removed is no member", REMOVED)
def _out(removed: Removed) -> None:
    same({g for g in removed.at_once.grants if g.resource.kind == "organization"}, set())


@SUBJECT.shows("whoever was removed has no place in any team", REMOVED, "removal takes all")
def _no_places(removed: Removed) -> None:
    same({g for g in removed.at_once.grants if g.resource.kind == "team"}, set())


@SUBJECT.shows("an own role that survives a removal is told as what it was", REMOVED)
def _survives(removed: Removed) -> None:
    same(held(removed.at_once) - removed.wanted, frozenset())


@SUBJECT.shows("after all steps of a leaver nothing is held any more", REMOVED)
def _nothing(removed: Removed) -> None:
    same(held(removed.state), frozenset())


@SUBJECT.shows("whoever was removed still exists, under their login", REMOVED)
def _exists(removed: Removed) -> None:
    same((removed.state.exists, removed.state.login), (True, removed.ground.first.login))


@SUBJECT.shows("whoever was removed is not asked in again by that", REMOVED)
def _uninvited(removed: Removed) -> None:
    same(removed.state.invitation, None)


@SUBJECT.shows("whoever was removed is not among the accounts", REMOVED)
def _not_told(removed: Removed) -> None:
    ids = {account.id for account in removed.after.accounts}
    holds(removed.ground.first.account not in ids, "not among the accounts", removed.ground.first.login)


@SUBJECT.shows("a removal takes exactly what the member held, and nothing from anybody else", REMOVED)
def _theirs_only(removed: Removed) -> None:
    mine = of(removed.ground.first, removed.before.grants)
    exactly(diff(removed.before.grants, removed.after.grants), lost=mine)


@SUBJECT.shows("a removal leaves every team and repository", REMOVED)
def _furniture(removed: Removed) -> None:
    same(sorted(str(place.name) for place in removed.places), sorted(removed.ground.furniture.names.values()))


@SUBJECT.shows("removing somebody who is no member is refused, or changes nothing", REMOVED)
def _twice(removed: Removed) -> None:
    same((removed.still.grants, removed.still.invitation), (removed.state.grants, None))


@SUBJECT.shows("the login of whoever was removed leads to them", REMOVED)
def _found(removed: Removed) -> None:
    same(removed.found and removed.found.id, removed.ground.first.account)


@dataclass(frozen=True)
class Beside:
    """Two people held the same; one was removed."""

    ground: Ground
    before: AccountState
    after: AccountState


def _same(ground: Ground, person: Person) -> frozenset[Grant]:
    return frozenset(
        {
            ground.membership(person),
            ground.place(person, "plain"),
            ground.place(person, "child"),
            ground.direct(person, "bare", "write"),
        }
    )


def _beside(ground: Ground) -> Beside:
    for person in (ground.first, ground.second):
        ground.settle(person, _same(ground, person))
    before = ground.state(ground.second)
    ground.out(ground.first)
    after = ground.state(ground.second)
    ground.out(ground.second)
    return Beside(ground, before, after)


BESIDE = Scene(_beside, ("membership is ours", "acceptance", "second account", "low base role"))


@SUBJECT.shows("two people can hold the same", BESIDE)
def _both(beside: Beside) -> None:
    same(held(beside.before), _same(beside.ground, beside.ground.second))


@SUBJECT.shows("whoever holds the same as somebody who is removed keeps all of it", BESIDE)
def _keeps(beside: Beside) -> None:
    same(beside.after.grants, beside.before.grants)
