"""Suspending: shut out of the whole server, and everything that is held stays."""

from dataclasses import dataclass

from seatkeeper.conformance.behaviour import Scene, Subject, exactly, holds, same
from seatkeeper.conformance.ground import Ground
from seatkeeper.conformance.reading import everything
from seatkeeper.model.grants import diff
from seatkeeper.model.snapshot import AccountState, Snapshot

SUBJECT = Subject("suspending")


@dataclass(frozen=True)
class Suspended:
    """A member with everything was suspended, suspended again, and let in again."""

    ground: Ground
    before: AccountState
    before_all: Snapshot
    shut: AccountState
    again: AccountState
    shut_all: Snapshot
    back: AccountState
    back_all: Snapshot


def _suspend(ground: Ground) -> Suspended:
    person, active = ground.first, ground.active(ground.first)
    before, before_all = ground.settle(person, everything(ground)), ground.snapshot()
    shut = ground.take(person, active)
    ground.refusal("take", person, active)
    again, shut_all = ground.state(person), ground.snapshot()
    back = ground.give(person, active)
    return Suspended(ground, before, before_all, shut, again, shut_all, back, ground.snapshot())


SUSPENDED = Scene(
    _suspend, ("membership is ours", "suspension", "leave to suspend", "acceptance", "low base role")
)


@SUBJECT.shows("whoever is not suspended is told to be let in", SUSPENDED)
def _let_in(suspended: Suspended) -> None:
    active = suspended.ground.active(suspended.ground.first)
    holds(active in suspended.before.grants, "let in", suspended.before.grants)


@SUBJECT.shows("whoever was suspended is told to be shut out", SUSPENDED)
def _shut_out(suspended: Suspended) -> None:
    active = suspended.ground.active(suspended.ground.first)
    same((active in suspended.shut.grants, active.resource in suspended.shut.unread), (False, False))


@SUBJECT.shows_each(
    "whoever was suspended keeps what they hold on each {}", ("organization", "team", "repository"), SUSPENDED
)
def _keeps(suspended: Suspended, kind: str) -> None:
    before, after = (
        {grant for grant in state.grants if grant.resource.kind == kind}
        for state in (suspended.before, suspended.shut)
    )
    same(after, before)


@SUBJECT.shows("suspending somebody twice is as good as once", SUSPENDED)
def _again(suspended: Suspended) -> None:
    same(suspended.again.grants, suspended.shut.grants)


@SUBJECT.shows("a snapshot tells exactly who is suspended", SUSPENDED)
def _told(suspended: Suspended) -> None:
    news = suspended.shut_all.suspended - suspended.before_all.suspended
    same(news, {suspended.ground.first.account})


@SUBJECT.shows("a snapshot tells that it was read whole who is suspended", SUSPENDED)
def _whole(suspended: Suspended) -> None:
    coverage = suspended.shut_all.coverage
    holds(coverage.whole("suspensions"), "read whole", coverage.problem("suspensions"))


@SUBJECT.shows("a suspension takes from nobody anything but being let in", SUSPENDED)
def _only(suspended: Suspended) -> None:
    active = suspended.ground.active(suspended.ground.first)
    exactly(diff(suspended.before_all.grants, suspended.shut_all.grants), lost={active})


@SUBJECT.shows("whoever is suspended is still among the accounts", SUSPENDED)
def _among(suspended: Suspended) -> None:
    ids = {account.id for account in suspended.shut_all.accounts}
    holds(suspended.ground.first.account in ids, "among the accounts", "not told")


@SUBJECT.shows("whoever is let in again holds exactly what they held", SUSPENDED)
def _back(suspended: Suspended) -> None:
    same(suspended.back.grants, suspended.before.grants)


@SUBJECT.shows("a suspension and its end together change nothing for anybody", SUSPENDED)
def _as_before(suspended: Suspended) -> None:
    exactly(diff(suspended.before_all.grants, suspended.back_all.grants))


@SUBJECT.learns("suspends_without_loss", "whether a suspension takes nothing is found out", SUSPENDED)
def _without_loss(suspended: Suspended) -> bool:
    return suspended.back.grants == suspended.before.grants
