"""Asking somebody in: what an open invitation is, what withdrawing it leaves, what accepting it brings."""

from dataclasses import dataclass
from datetime import timedelta

from seatkeeper.conformance.behaviour import Scene, Subject, exactly, holds, same
from seatkeeper.conformance.ground import Ground, of
from seatkeeper.errors import Refused
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.snapshot import AccountState, Intake, Invitation, Snapshot

SUBJECT = Subject("asking in")
CLOCKS_APART = timedelta(minutes=10)


def _offer(ground: Ground) -> tuple[Grant, ...]:
    person = ground.first
    places = ground.place(person, "plain"), ground.place(person, "child")
    return ground.membership(person), *(places if ground.reader.capabilities.asks_with_teams else ())


def _open(invitations: tuple[Invitation, ...], ground: Ground) -> list[Invitation]:
    return [i for i in invitations if i.account == ground.first.account and i.failed is None]


@dataclass(frozen=True)
class Asked:
    """Somebody was asked in and has not answered; then they were asked in once more."""

    ground: Ground
    before: Snapshot
    after: Snapshot
    state: AccountState
    intake: Intake
    again: Refused | None
    intake_again: Intake

    @property
    def invitation(self) -> Invitation:
        """The invitation as their own state tells it."""
        if self.state.invitation is None:
            raise KeyError("an open invitation")
        return self.state.invitation


def _ask(ground: Ground) -> Asked:
    person = ground.first
    ground.out(person)
    before = ground.snapshot()
    ground.send("invite", person, *_offer(ground))
    state = ground.state_when(person, lambda read: read.invitation is not None)
    intake, after = ground.reader.intake(), ground.snapshot()
    again = ground.refusal("invite", person, *_offer(ground), state=state)
    return Asked(ground, before, after, state, intake, again, ground.reader.intake())


ASKED = Scene(_ask, ("membership is ours", "invitations"))


@SUBJECT.shows("whoever was asked in has an open invitation", ASKED)
def _waits(asked: Asked) -> None:
    holds(asked.state.invitation is not None, "an invitation", asked.state)


@SUBJECT.shows("an open invitation names whom it is for, by id", ASKED)
def _for_whom(asked: Asked) -> None:
    same(asked.invitation.account, asked.ground.first.account)


@SUBJECT.shows("an open invitation has not failed", ASKED)
def _not_failed(asked: Asked) -> None:
    same(asked.invitation.failed, None)


@SUBJECT.shows("an open invitation offers a member's role", ASKED)
def _role(asked: Asked) -> None:
    same(asked.invitation.role, "member")


@SUBJECT.shows("an open invitation tells exactly the teams it offers", ASKED, "teams in invitations")
def _teams(asked: Asked) -> None:
    teams = asked.ground.furniture.teams
    same(set(asked.invitation.teams), {teams["plain"], teams["child"]})


@SUBJECT.shows("an open invitation says when it was sent, where the forge tells", ASKED)
def _sent(asked: Asked) -> None:
    at, now = asked.invitation.created_at, asked.ground.clock.now()
    holds(at is None or abs(at - now) < CLOCKS_APART, f"about {now:%Y-%m-%d %H:%M}", at)


@SUBJECT.shows("an open invitation ends when the forge is said to end it", ASKED)
def _ends(asked: Asked) -> None:
    one, days = asked.invitation, asked.ground.reader.capabilities.acceptance_days
    ends = one.created_at + timedelta(days=days) if one.created_at and days is not None else None
    same(one.expires_at, ends)


@SUBJECT.shows("whoever was asked in is no member before they accept", ASKED)
def _no_member(asked: Asked) -> None:
    same({g for g in asked.state.grants if g.resource.kind == "organization"}, set())


@SUBJECT.shows("whoever was asked in has no place in an offered team before they accept", ASKED)
def _no_place(asked: Asked) -> None:
    same({g for g in asked.state.grants if g.resource.kind == "team"}, set())


@SUBJECT.shows("asking somebody in changes nobody's grants", ASKED)
def _nothing_changed(asked: Asked) -> None:
    exactly(diff(asked.before.grants, asked.after.grants))


@SUBJECT.shows("a snapshot tells an open invitation once, by account", ASKED)
def _in_snapshot(asked: Asked) -> None:
    same([i.id for i in _open(asked.after.invitations, asked.ground)], [asked.invitation.id])


@SUBJECT.shows("a snapshot with an open invitation has read the invitations whole", ASKED)
def _whole(asked: Asked) -> None:
    coverage = asked.after.coverage
    holds(coverage.whole("invitations"), "read whole", coverage.problem("invitations"))


@SUBJECT.shows("a snapshot taken before tells no invitation", ASKED)
def _before(asked: Asked) -> None:
    same(_open(asked.before.invitations, asked.ground), [])


@SUBJECT.shows("what comes in is told with the open invitation, by account", ASKED)
def _in_intake(asked: Asked) -> None:
    same([i.id for i in _open(asked.intake.invitations, asked.ground)], [asked.invitation.id])


@SUBJECT.shows("what comes in was read whole, for this organization", ASKED)
def _intake_whole(asked: Asked) -> None:
    same((asked.intake.problem, asked.intake.organization), (None, asked.ground.organization))


@SUBJECT.shows("whoever is asked in twice has one invitation", ASKED)
def _once(asked: Asked) -> None:
    same(len(_open(asked.intake_again.invitations, asked.ground)), 1)


@dataclass(frozen=True)
class Withdrawn:
    """An invitation was taken back, taken back again, and sent anew."""

    ground: Ground
    before: Snapshot
    after: Snapshot
    state: AccountState
    intake: Intake
    again: Refused | None
    too_late: Refused | None
    anew: AccountState


def _withdraw(ground: Ground) -> Withdrawn:
    person = ground.first
    ground.out(person)
    before = ground.snapshot()
    ground.send("invite", person, *_offer(ground))
    asked = ground.state_when(person, lambda read: read.invitation is not None)
    if asked.invitation is None:
        raise KeyError("an open invitation")
    number = asked.invitation.id
    ground.send("withdraw", person, invitation=number, state=asked)
    state = ground.state_when(person, lambda read: read.invitation is None)
    intake, after = ground.reader.intake(), ground.snapshot()
    again = ground.refusal("withdraw", person, invitation=number, state=asked)
    too_late = None
    try:
        if person.accept is not None:
            person.accept()
    except Refused as no:
        too_late = no
    ground.out(person)
    ground.send("invite", person, *_offer(ground))
    anew = ground.state_when(person, lambda read: read.invitation is not None)
    return Withdrawn(ground, before, after, state, intake, again, too_late, anew)


WITHDRAWN = Scene(_withdraw, ("membership is ours", "invitations"))


@SUBJECT.shows("whoever's invitation was withdrawn has none", WITHDRAWN)
def _gone(withdrawn: Withdrawn) -> None:
    same(withdrawn.state.invitation, None)


@SUBJECT.shows("whoever's invitation was withdrawn is no member", WITHDRAWN)
def _still_out(withdrawn: Withdrawn) -> None:
    same({g for g in withdrawn.state.grants if g.resource.kind != "server"}, set())


@SUBJECT.shows("a withdrawn invitation is not told as open in what comes in", WITHDRAWN)
def _not_in_intake(withdrawn: Withdrawn) -> None:
    same(_open(withdrawn.intake.invitations, withdrawn.ground), [])


@SUBJECT.shows("a withdrawn invitation is not told as open in a snapshot", WITHDRAWN)
def _not_in_snapshot(withdrawn: Withdrawn) -> None:
    same(_open(withdrawn.after.invitations, withdrawn.ground), [])


@SUBJECT.shows("withdrawing an invitation changes nobody's grants", WITHDRAWN)
def _unchanged(withdrawn: Withdrawn) -> None:
    exactly(diff(withdrawn.before.grants, withdrawn.after.grants))


@SUBJECT.shows("withdrawing an invitation twice is refused", WITHDRAWN)
def _refused(withdrawn: Withdrawn) -> None:
    holds(withdrawn.again is not None, "a refusal", "a yes")


@SUBJECT.shows("a withdrawn invitation can't be accepted", WITHDRAWN, "acceptance")
def _too_late(withdrawn: Withdrawn) -> None:
    holds(withdrawn.too_late is not None, "a refusal", "a yes")


@SUBJECT.shows("whoever's invitation was withdrawn can be asked in again", WITHDRAWN)
def _anew(withdrawn: Withdrawn) -> None:
    holds(withdrawn.anew.invitation is not None, "an invitation", withdrawn.anew)


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
    before, offered = ground.snapshot(), _offer(ground)
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
    still = _open(accepted.intake.invitations, accepted.ground)
    same((accepted.state.invitation, still), (None, []))


@SUBJECT.learns(
    "asks_with_teams", "whether it brings its teams is found out", ACCEPTED, "teams in invitations"
)
def _brings(accepted: Accepted) -> bool:
    return accepted.state.grants.issuperset(accepted.offered)


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
    if ground.reader.capabilities.needs_acceptance:
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


def _role_of(state: AccountState) -> set[str]:
    return {grant.role for grant in state.grants if grant.resource.kind == "organization"}


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
    asks = ground.reader.capabilities.needs_acceptance
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
