"""Asking somebody in: what an open invitation is and tells, and what withdrawing it leaves."""

from dataclasses import dataclass
from datetime import timedelta

from seatkeeper.conformance.behaviour import Scene, Subject, exactly, holds, same
from seatkeeper.conformance.ground import CLOCKS_APART, Ground
from seatkeeper.errors import Refused
from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.snapshot import AccountState, Intake, Invitation, Snapshot

SUBJECT = Subject("asking in")


def offer(ground: Ground) -> tuple[Grant, ...]:
    """A membership, and places in teams where an invitation brings them."""
    person = ground.first
    places = ground.place(person, "plain"), ground.place(person, "child")
    return ground.membership(person), *(places if ground.can.asks_with_teams else ())


def open_invitations(invitations: tuple[Invitation, ...], ground: Ground) -> list[Invitation]:
    """Those of the first person that can still be accepted."""
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
    ground.send("invite", person, *offer(ground))
    state = ground.state_when(person, lambda read: read.invitation is not None)
    intake, after = ground.reader.intake(), ground.snapshot()
    again = ground.refusal("invite", person, *offer(ground), state=state)
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
    one, days = asked.invitation, asked.ground.can.acceptance_days
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
    same([i.id for i in open_invitations(asked.after.invitations, asked.ground)], [asked.invitation.id])


@SUBJECT.shows("a snapshot with an open invitation has read the invitations whole", ASKED)
def _whole(asked: Asked) -> None:
    coverage = asked.after.coverage
    holds(coverage.whole("invitations"), "read whole", coverage.problem("invitations"))


@SUBJECT.shows("a snapshot taken before tells no invitation", ASKED)
def _before(asked: Asked) -> None:
    same(open_invitations(asked.before.invitations, asked.ground), [])


@SUBJECT.shows("what comes in is told with the open invitation, by account", ASKED)
def _in_intake(asked: Asked) -> None:
    same([i.id for i in open_invitations(asked.intake.invitations, asked.ground)], [asked.invitation.id])


@SUBJECT.shows("what comes in was read whole, for this organization", ASKED)
def _intake_whole(asked: Asked) -> None:
    same((asked.intake.problem, asked.intake.organization), (None, asked.ground.organization))


@SUBJECT.shows("whoever is asked in twice has one invitation", ASKED)
def _once(asked: Asked) -> None:
    same(len(open_invitations(asked.intake_again.invitations, asked.ground)), 1)


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
    ground.send("invite", person, *offer(ground))
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
    ground.send("invite", person, *offer(ground))
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
    same(open_invitations(withdrawn.intake.invitations, withdrawn.ground), [])


@SUBJECT.shows("a withdrawn invitation is not told as open in a snapshot", WITHDRAWN)
def _not_in_snapshot(withdrawn: Withdrawn) -> None:
    same(open_invitations(withdrawn.after.invitations, withdrawn.ground), [])


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
