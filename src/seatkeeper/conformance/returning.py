"""Coming back: by the forge's own reinstatement and anew, exactly what was held, and never more."""

from dataclasses import dataclass

from seatkeeper.conformance.behaviour import Scene, Subject, exactly, holds, same
from seatkeeper.conformance.ground import Ground, held
from seatkeeper.conformance.reading import everything
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.snapshot import AccountState, Snapshot
from seatkeeper.rules.steps import returning

SUBJECT = Subject("coming back")


@dataclass(frozen=True)
class Back:
    """A member with everything was removed, reinstated by the forge, and given what that did not bring."""

    ground: Ground
    wanted: frozenset[Grant]
    before: Snapshot
    with_teams: bool
    asked: AccountState
    accepted: AccountState
    whole: AccountState
    after: Snapshot


def _reinstate(ground: Ground) -> Back:
    person, wanted = ground.first, everything(ground)
    ground.settle(person, wanted)
    before = ground.snapshot()
    ground.out(person)
    first, *_ = returning(frozenset(), wanted, ground.can, native=True)
    refused = ground.refusal("reinstate", person, *first.grants)
    if refused is not None:
        ground.send("reinstate", person, ground.membership(person))
    asked = ground.state_when(person, lambda read: read.invitation is not None)
    ground.accept(person)
    accepted = ground.state_when(person, lambda read: held(read) == wanted)
    whole = ground.settle(person, wanted)
    return Back(ground, wanted, before, refused is None, asked, accepted, whole, ground.snapshot())


BACK = Scene(_reinstate, ("membership is ours", "reinstatement", "acceptance", "low base role"))


@SUBJECT.shows("a former member can be asked back by reinstatement", BACK)
def _asked(back: Back) -> None:
    holds(back.asked.invitation is not None, "an invitation", back.asked)


@SUBJECT.learns("reinstates_with_teams", "whether a reinstatement may name teams is found out", BACK)
def _with_teams(back: Back) -> bool:
    return back.with_teams


@SUBJECT.shows("whoever is to be reinstated holds nothing before they accept", BACK)
def _nothing_yet(back: Back) -> None:
    same(held(back.asked), frozenset())


@SUBJECT.shows("whoever was reinstated is a member with the role they had", BACK)
def _member(back: Back) -> None:
    home = {g for g in back.accepted.grants if g.resource.kind == "organization"}
    same(home, {back.ground.membership(back.ground.first)})


@SUBJECT.shows("whoever was reinstated has no open invitation", BACK)
def _closed(back: Back) -> None:
    same(back.accepted.invitation, None)


@SUBJECT.shows("a reinstatement brings nothing that was not held before", BACK)
def _no_more(back: Back) -> None:
    resources = {grant.resource for grant in back.wanted}
    same({g for g in held(back.accepted) if g.resource not in resources}, set())


@SUBJECT.shows("a reinstatement brings no own role that differs from the one before", BACK)
def _roles(back: Back) -> None:
    own = {grant for grant in held(back.accepted) if grant.resource.kind == "repository"}
    same(own - back.wanted, set())


@SUBJECT.learns("reinstates_in_part", "whether a reinstatement brings everything is found out", BACK)
def _in_part(back: Back) -> bool:
    return held(back.accepted) != back.wanted


@SUBJECT.shows("whoever was reinstated and given the rest holds exactly what they held", BACK)
def _exactly(back: Back) -> None:
    same(held(back.whole), back.wanted)


@SUBJECT.shows("a removal and a reinstatement together change nothing for anybody", BACK)
def _as_before(back: Back) -> None:
    exactly(diff(back.before.grants, back.after.grants))


@dataclass(frozen=True)
class Anew:
    """A member with everything was removed, let in anew with nothing, and given all of it step by step."""

    ground: Ground
    wanted: frozenset[Grant]
    before: Snapshot
    fresh: AccountState
    whole: AccountState
    after: Snapshot


def _anew(ground: Ground) -> Anew:
    person, wanted = ground.first, everything(ground)
    ground.settle(person, wanted)
    before = ground.snapshot()
    ground.out(person)
    fresh = ground.settle(person, {ground.membership(person)})
    return Anew(ground, wanted, before, fresh, ground.settle(person, wanted), ground.snapshot())


ANEW = Scene(_anew, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows("whoever is let in anew holds what they were given, whatever they once held", ANEW)
def _fresh(anew: Anew) -> None:
    same(held(anew.fresh), {anew.ground.membership(anew.ground.first)})


@SUBJECT.shows("whoever was let in anew and given the rest holds exactly what they held", ANEW)
def _all_of_it(anew: Anew) -> None:
    same(held(anew.whole), anew.wanted)


@SUBJECT.shows("whoever maintained a nested team maintains it again", ANEW)
def _maintains(anew: Anew) -> None:
    place = anew.ground.place(anew.ground.first, "child", "maintainer")
    holds(place in anew.whole.grants, "a maintainer", anew.whole.grants)


@SUBJECT.shows("a removal and a return step by step together change nothing for anybody", ANEW)
def _nothing_changed(anew: Anew) -> None:
    exactly(diff(anew.before.grants, anew.after.grants))
