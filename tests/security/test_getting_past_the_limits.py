"""Losses split over runs, days, clocks and operators, or hidden in teams and roles, count all the same."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from unittest.mock import patch

import pytest

from seatkeeper.forges.simulator.records import TeamRecord
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, TeamId
from seatkeeper.model.plan import Plan
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.effects import takes
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.planner import assemble, make_change
from seatkeeper.workflow.approve import propose
from seatkeeper.workflow.plan import Computed
from tests.security.night import Attempt, named, nobody_gets_past
from tests.security.week import Week
from tests.workflow.place import ANA, BEN, CHLOE

pytestmark = pytest.mark.slow

Tries = Callable[[Week], object]
Held = frozenset[Grant]

SELECTED = "people of 114 are selected to lose something"
DAY = "people would have lost something in 24 hours"
WEEK = "people would have lost something in 7 days"
NOT_THE_FORGES = "This machine's clock is not the forge's."


def signed_by(proposer: str, approver: str) -> Tries:
    """One more has left, and two operators sign and carry out what is planned of it."""

    def tries(week: Week) -> object:
        week.place.left_long_ago(1)
        return signed(week, week.again("leave"), proposer, approver)

    return tries


def signed(week: Week, tried: Computed, proposer: str = ANA, approver: str = BEN) -> object:
    """A plan by which somebody loses something is signed by two, and carried out."""
    assert any(map(takes, tried.plan.changes))
    propose(week.desk, tried.plan, tried.digest, week.key(proposer))
    week.approve(tried, approver)
    return week.apply(tried)


def on_a_machine(days: float) -> Tries:
    """The same on a machine whose clock is wrong, which everything on it goes by."""
    return lambda week: week.anew(signed_by(ANA, BEN), days=days)


def by_the_clock(people: int = 0, hours_later: float = 0) -> Tries:
    """So many more have left, and the schedule's leaves are due."""

    def tries(week: Week) -> object:
        week.place.left_long_ago(people)
        week.place.forge.world.advance(hours_later * 3600)
        return week.place.scheduled("leave")

    return tries


SPLIT = (
    Attempt("one more by the schedule, after three runs of others", by_the_clock(people=1), DAY),
    Attempt("one more by the schedule, on the next day", by_the_clock(hours_later=25), WEEK),
    Attempt("one more with the same proposer and approver", signed_by(ANA, BEN), DAY),
    Attempt("one more with other operators", signed_by(CHLOE, ANA), DAY),
    Attempt("one more by a clock that is a day on", on_a_machine(days=1.05), NOT_THE_FORGES),
    Attempt("one more by a clock that is eight days on", on_a_machine(days=8), NOT_THE_FORGES),
    Attempt("the same plan twice, computed on one morning", lambda w: w.apply(w.twin), "A later run"),
    Attempt("the plan of a run that has ended", lambda w: w.apply(w.half), "This plan was carried out"),
)


def managed(week: Week) -> TeamRecord:
    """The policy manages the largest team from now on."""
    largest = max(week.place.forge.world.teams.values(), key=lambda team: len(team.places))
    week.configured("manages: []", f"manages: [{largest.slug}]")
    return largest


def forgotten(week: Week) -> None:
    """The record no longer says of anybody that they are in it."""
    with closing(sqlite3.connect(week.place.stage.database)) as people, people:
        people.execute("UPDATE people SET team_list = replace(team_list, ?, '')", (managed(week).slug,))


def made_anew(week: Week) -> None:
    """It is deleted, and a team of that name is made with everybody else in it."""
    world, old = week.place.forge.world, managed(week)
    with world.lock:
        world.delete_team(old.id)
        new = world.team(old.slug, old.slug)
        for account in world.members.keys() - old.places.keys():
            world.place(account, new)


def planned_anew(week: Week) -> object:
    """Two sign and carry out what is planned now."""
    return week.anew(lambda w: signed(w, w.again()))


def crafted(take: Callable[[Facts], Iterable[tuple[Account, Held, Held]]]) -> Tries:
    """A plan of these befores and afters, whatever would plan them, judged by the guards of the day."""

    def made(facts: Facts) -> Plan:
        changes = [
            make_change(
                "leave",
                account,
                facts,
                before=before,
                after=after,
                steps=(),
                reason="ended",
                because="It is so.",
            )
            for account, before, after in take(facts)
        ]
        return assemble(changes, (), facts, kind="daily")

    def tries(week: Week) -> object:
        with patch("seatkeeper.workflow.plan.make_plan", made):
            tried = week.again()
        return signed(week, tried)

    return tries


def lowered(kind: str, role: str, people: int) -> Tries:
    """So many people keep their place, and have a lower role in it."""

    def take(facts: Facts) -> Iterator[tuple[Account, Held, Held]]:
        high = [g for g in facts.snapshot.grants if (g.resource.kind, g.role) == (kind, role)]
        ours = {g.subject.id: g for g in sorted(high) if g.subject.id not in facts.protected}
        for account, grant in list(ours.items())[:people]:
            yield (
                facts.accounts[AccountId(account)],
                frozenset({grant}),
                frozenset({grant._replace(role="member")}),
            )

    return crafted(take)


def of_a_team(*, above: bool) -> Tries:
    """One team loses what it has on repositories; with `above` it is one with a team below it."""

    def take(facts: Facts) -> Iterator[tuple[Account, Held, Held]]:
        parents = {team.parent for team in facts.snapshot.teams}
        has = defaultdict[str, set[Grant]](set)
        for grant in facts.snapshot.grants:
            if grant.subject.kind == "team" and (grant.subject.id in parents) == above:
                has[grant.subject.id].add(grant)
        team = max(has, key=lambda one: len(facts.beneath(TeamId(one))))
        yield Account(AccountId(team), team), frozenset(has[team]), frozenset()

    return crafted(take)


INDIRECT = (
    Attempt("a managed team that the record has forgotten", planned_anew, SELECTED, forgotten),
    Attempt("a managed team deleted, and made anew with others in it", planned_anew, SELECTED, made_anew),
    Attempt("owners made members", lowered("organization", "owner", 2), "owners would lose that role"),
    Attempt("maintainers made members of their teams", lowered("team", "maintainer", 3), DAY),
    Attempt("what a team has taken from it, and not from its people", of_a_team(above=False), SELECTED),
    Attempt("what a team has taken from it, and from those below it", of_a_team(above=True), SELECTED),
)

ATTEMPTS = (*SPLIT, *INDIRECT)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, spent: Week) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, spent)
