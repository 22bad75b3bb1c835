"""Coming in: whether somebody is asked or is there at once, what an acceptance brings, and owners."""

from dataclasses import dataclass

from seatkeeper.conformance.asking import offer, open_invitations
from seatkeeper.conformance.behaviour import Scene, Subject, exactly, holds, same
from seatkeeper.conformance.ground import Ground, of
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.snapshot import AccountState, Intake, Snapshot

SUBJECT = Subject("coming in")


def _role_of(state: AccountState) -> set[str]:
    return {grant.role for grant in state.grants if grant.resource.kind == "organization"}


@dataclass(frozen=True)
class LetIn:
    """Somebody was let in, by whatever way the forge has, and what was so right after."""

    ground: Ground
    before: Snapshot
    after: Snapshot
    state: AccountState


def _let_in(ground: Ground) -> LetIn:
    person = ground.first
    ground.out(person)
    before = ground.snapshot()
    asks = ground.can.needs_acceptance
    ground.send("invite" if asks else "give", person, ground.membership(person))
    state = ground.state_when(person, lambda read: read.invitation is not None or bool(_role_of(read)))
    return LetIn(ground, before, ground.snapshot(), state)


LET_IN = Scene(_let_in, ("membership is ours",))


@SUBJECT.learns(
    "needs_acceptance", "whether whoever is let in must accept is found out", LET_IN, "invitations"
)
def _must_accept(let_in: LetIn) -> bool:
    return not _role_of(let_in.state)


@SUBJECT.shows("whoever is let in is a member or is asked, and never both or neither", LET_IN)
def _one_of_both(let_in: LetIn) -> None:
    member, asked = bool(_role_of(let_in.state)), let_in.state.invitation is not None
    holds(member != asked, "one of both", (member, asked))


@SUBJECT.shows("where nobody need accept, whoever is let in is a member at once", LET_IN, "no acceptance")
def _at_once(let_in: LetIn) -> None:
    same(_role_of(let_in.state), {"member"})


@SUBJECT.shows("letting somebody in takes nothing from anybody", LET_IN)
def _takes_nothing(let_in: LetIn) -> None:
    same(diff(let_in.before.grants, let_in.after.grants).lost, frozenset())


@dataclass(frozen=True)
class Accepted:
    """Somebody was asked in with places in teams, and accepted."""

    ground: Ground
    offered: tuple[Grant, ...]
    before: Snapshot
    after: Snapshot
    state: AccountState
    intake: Intake


def _accept(ground: Ground) -> Accepted:
    person = ground.first
    ground.out(person)
    before, offered = ground.snapshot(), offer(ground)
    ground.send("invite", person, *offered)
    ground.accept(person)
    state = ground.state_when(person, lambda read: read.grants.issuperset(offered))
    return Accepted(ground, offered, before, ground.snapshot(), state, ground.reader.intake())


ACCEPTED = Scene(_accept, ("membership is ours", "invitations", "acceptance"))


@SUBJECT.shows("whoever accepts is a member", ACCEPTED)
def _in(accepted: Accepted) -> None:
    home = {g for g in accepted.state.grants if g.resource.kind == "organization"}
    same(home, {accepted.ground.membership(accepted.ground.first)})


@SUBJECT.shows("an accepted invitation is no longer open", ACCEPTED)
def _closed(accepted: Accepted) -> None:
    still = open_invitations(accepted.intake.invitations, accepted.ground)
    same((accepted.state.invitation, still), (None, []))


@SUBJECT.shows("whoever accepts has the places they were offered", ACCEPTED, "teams in invitations")
def _places(accepted: Accepted) -> None:
    places = {g for g in accepted.state.grants if g.resource.kind == "team"}
    same(places, set(accepted.offered[1:]))


@SUBJECT.shows("an acceptance gives what was offered, and takes nothing from anybody", ACCEPTED)
def _only(accepted: Accepted) -> None:
    changed = diff(accepted.before.grants, accepted.after.grants)
    exactly(
        changed._replace(gained=frozenset(g for g in changed.gained if g.resource.kind != "server")),
        gained=accepted.offered,
    )


@SUBJECT.shows("whoever accepted is among the accounts", ACCEPTED)
def _told(accepted: Accepted) -> None:
    holds(
        accepted.ground.first.account in {account.id for account in accepted.after.accounts},
        "among the accounts",
        "not told",
    )


@dataclass(frozen=True)
class Owned:
    """Somebody was asked in as an owner, accepted, and had the role taken down and up again."""

    ground: Ground
    asked: AccountState
    owner: AccountState
    snapshot: Snapshot
    member: AccountState
    again: AccountState


def _own(ground: Ground) -> Owned:
    person = ground.first
    owner, member = ground.membership(person, "owner"), ground.membership(person)
    ground.out(person)
    asked = ground.state(person)
    if ground.can.needs_acceptance:
        ground.send("invite", person, owner)
        asked = ground.state_when(person, lambda read: read.invitation is not None)
        ground.accept(person)
    else:
        ground.send("give", person, owner)
    accepted = ground.state_when(person, lambda read: owner in read.grants)
    snapshot = ground.snapshot()
    lower, higher = ground.give(person, member), ground.give(person, owner)
    ground.out(person)
    return Owned(ground, asked, accepted, snapshot, lower, higher)


OWNED = Scene(_own, ("membership is ours", "plainly scratch", "acceptance"))


@SUBJECT.shows("an open invitation to own says so", OWNED, "invitations", "teams in invitations")
def _asked_to_own(owned: Owned) -> None:
    same(owned.asked.invitation and owned.asked.invitation.role, "owner")


@SUBJECT.shows("whoever was let in as owner is read as owner", OWNED)
def _owns(owned: Owned) -> None:
    same(_role_of(owned.owner), {"owner"})


@SUBJECT.shows("an owner is read as owner in a snapshot, and as nothing else", OWNED)
def _owns_in_snapshot(owned: Owned) -> None:
    mine = of(owned.ground.first, owned.snapshot.grants)
    same(
        {g for g in mine if g.resource.kind == "organization"},
        {owned.ground.membership(owned.ground.first, "owner")},
    )


@SUBJECT.shows("an owner who is given a member's role is a member", OWNED)
def _lowered(owned: Owned) -> None:
    same(_role_of(owned.member), {"member"})


@SUBJECT.shows("a member who is given an owner's role is an owner", OWNED)
def _raised(owned: Owned) -> None:
    same(_role_of(owned.again), {"owner"})
