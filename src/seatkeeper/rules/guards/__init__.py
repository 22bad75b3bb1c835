"""The guards, in the one order in which they are asked.

A guard is a pure function of changes and facts: the same one is asked when a
plan is made and, with fresh facts, when it is about to be applied. It
passes, asks, holds the accounts it names, or trips, and shows its
arithmetic. What a guard holds, the guards after it no longer see.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards import (
    backlog,
    everyone,
    foreseen_day,
    foreseen_run,
    foreseen_week,
    hold_share,
    invitations,
    invitations_not_whole,
    link_share,
    losses_day,
    losses_run,
    losses_week,
    members_not_whole,
    membership_elsewhere,
    no_seat,
    not_adopted,
    not_managed,
    own_credential,
    owners,
    owners_floor,
    people_not_whole,
    selection,
    snapshot_age,
    source_shrunk,
    suspension_lifted,
    team_emptied,
    team_share,
    undo_in_a_day,
    unreadable,
)
from seatkeeper.rules.guards.verdicts import COVERAGE

Check = Callable[[Sequence[Change], Facts], Verdict]

GUARDS: tuple[Check, ...] = (
    not_adopted.check,
    members_not_whole.check,
    people_not_whole.check,
    snapshot_age.check,
    unreadable.check,
    invitations_not_whole.check,
    selection.check,
    everyone.check,
    source_shrunk.check,
    hold_share.check,
    link_share.check,
    own_credential.check,
    membership_elsewhere.check,
    not_managed.check,
    backlog.check,
    owners_floor.check,
    team_share.check,
    team_emptied.check,
    no_seat.check,
    invitations.check,
    owners.check,
    suspension_lifted.check,
    losses_run.check,
    losses_day.check,
    losses_week.check,
    foreseen_run.check,
    foreseen_day.check,
    foreseen_week.check,
    undo_in_a_day.check,
)

FLOORS: tuple[Check, ...] = (own_credential.check, owners_floor.check)
"""Law 11: what stands for a revocation too, which was read for its account alone."""


OVER_LOSSES: tuple[Check, ...] = (
    selection.check,
    everyone.check,
    owners_floor.check,
    team_share.check,
    team_emptied.check,
    owners.check,
    losses_run.check,
    losses_day.check,
    losses_week.check,
    foreseen_run.check,
    foreseen_day.check,
    foreseen_week.check,
    hold_share.check,
    link_share.check,
)
"""Those that look at who would lose something, and at nothing that only a run has."""


class Judgement(NamedTuple):
    """What is left of the changes, every verdict, and what was set aside with the verdict that did it."""

    changes: tuple[Change, ...]
    verdicts: tuple[Verdict, ...]
    set_aside: tuple[tuple[Change, Verdict], ...]


def weigh(changes: Sequence[Change], facts: Facts) -> tuple[Verdict, ...]:
    """What each guard over losses says of all of these changes; nobody is set aside."""
    return tuple(check(changes, facts) for check in OVER_LOSSES)


def judge(changes: Sequence[Change], facts: Facts) -> Judgement:
    """Ask every guard in order about what those before it left; a revocation, the floors."""
    left = tuple(changes)
    asked = FLOORS if left and all(change.kind == "revoke" for change in left) else GUARDS
    verdicts: list[Verdict] = []
    set_aside: list[tuple[Change, Verdict]] = []
    for check in asked:
        verdict = _unasked(check(left, facts), facts)
        verdicts.append(verdict)
        if verdict.ruling != "holds":
            continue
        held = frozenset(verdict.accounts)
        set_aside.extend((change, verdict) for change in left if change.account in held)
        left = tuple(change for change in left if change.account not in held)
        again = check(left, facts)
        if again.ruling in ("asks", "trips"):
            verdicts.append(again)
    return Judgement(left, tuple(verdicts), tuple(set_aside))


def _unasked(verdict: Verdict, facts: Facts) -> Verdict:
    """The schedule has nobody to ask: whom a guard would ask about waits, and the rest goes on."""
    if facts.work is None or verdict.ruling != "asks" or not verdict.accounts:
        return verdict
    return verdict._replace(ruling="holds")


def exit_codes(verdicts: Iterable[Verdict]) -> frozenset[int]:
    """The design's codes for these verdicts: a trip's own, and 5 where coverage or freshness held.

    A guard that sets accounts aside for another reason lets the rest go on, and is no failure.
    """
    return frozenset(
        v.exit_code
        for v in verdicts
        if v.ruling == "trips" or (v.ruling == "holds" and v.exit_code == COVERAGE)
    )
