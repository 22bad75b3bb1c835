"""Limits that were absent, or absolute, or lifted for good, or passed drop by drop."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from seatkeeper.model.grants import held_by
from seatkeeper.model.limits import DEFAULT_LIMITS, Limits, Loss
from seatkeeper.model.policy import Leave, Pin
from seatkeeper.model.run import LossEvent
from seatkeeper.rules.guards import exit_codes
from tests.incidents.scene import Scene, leaving, rulings


@pytest.fixture
def large() -> Iterator[Scene]:
    """An organization of 402 seats, in which 4 may leave unasked and 12 with an approver."""
    scene = Scene(400)
    yield scene
    scene.close()


def m(first: int, last: int) -> list[str]:
    """The logins from m``first`` to m``last``."""
    return [f"m{number}" for number in range(first, last + 1)]


def test_miis_autosync_154_a_mass_leave_trips_with_its_arithmetic(large: Scene) -> None:
    """A tenth of everybody: the plan stops, says how many there are and how many there may be."""
    large.leavers(*m(1, 40))
    plan = large.plan()
    (verdict,) = [v for v in plan.tripped if v.guard == "losses-run"]
    assert all(word in verdict.arithmetic for word in ("40 people", "402", "4 are allowed"))
    assert 4 in exit_codes(plan.verdicts)


def test_azure_docs_44661_a_trip_says_what_it_stopped(large: Scene) -> None:
    """Nothing of a tripped plan is half meant: it names its losers, and the guard that stopped it."""
    large.leavers(*m(1, 40))
    plan = large.plan()
    assert plan.tripped
    assert {"losses-run", "losses-24h"} <= {v.guard for v in plan.tripped}
    assert leaving(plan) == set(m(1, 40))


def test_sso_keycloak_385_a_limit_is_not_overshot(large: Scene) -> None:
    """Exactly as many as allowed pass; one more does not."""
    large.leavers(*m(1, 4))
    assert rulings(large.plan())["losses-run"] == "passes"
    large.leavers("m5")
    assert rulings(large.plan())["losses-run"] == "asks"


def test_entra_connect_a_slow_drip_adds_up(large: Scene) -> None:
    """Salami: what earlier runs took counts in the windows, so slices add up to the loaf."""
    grants = large.world.grants()
    earlier = tuple(
        LossEvent(
            large.world.now() - timedelta(hours=1), large.ids[login], held_by(large.ids[login], grants), False
        )
        for login in m(100, 107)
    )
    large.leavers(*m(1, 3))
    verdicts = rulings(large.plan(losses=earlier))
    assert verdicts["losses-run"] == "passes"
    assert verdicts["losses-24h"] != "passes"


def test_fleet_49365_nothing_at_all_is_allowed_when_the_limit_says_none(scene: Scene) -> None:
    """0 means none: neither "no limit" nor one for politeness."""
    scene.leavers("m1")
    none = Limits(run=Loss(0, 0, 0.0, 0.0), approver_factor=0)
    verdicts = rulings(scene.plan(limits=none))
    assert verdicts["losses-run"] == "trips"


def test_okta_and_octodns_small_organizations_are_protected_too() -> None:
    """Elsewhere fewer than 100, or 10, have no limit: here six people losing everybody is a trip."""
    scene = Scene(4)
    scene.leavers(*m(1, 4))
    plan = scene.plan()
    scene.close()
    assert plan.tripped


def test_azure_ad_connect_2015_small_org_full_loss_trips() -> None:
    """44 people, all gone by one changed filter, admins included: under the 500 that were allowed there."""
    scene = Scene(42)
    scene.leavers("ana", "ben", *m(1, 42))
    plan = scene.plan()
    scene.close()
    assert plan.tripped
    assert not {"ana", "ben"} <= leaving(plan)


def test_dirsync_moved_out_of_scope_holds(scene: Scene) -> None:
    """A year group moved to a unit nobody syncs: absent from the source is not gone from the company."""
    for key in m(1, 20):
        del scene.today[key]
    decisions = scene.decide()
    assert not decisions.of("leave")
    assert {d.login for d in decisions.of("hold")} == set(m(1, 20))


def test_operations_engineering_4251_a_stale_exception_only_proposes(scene: Scene) -> None:
    """A pin past its day protects nobody by itself, and takes nobody either: a person is asked."""
    scene.leavers("m1", "m2")
    yesterday, tomorrow = (scene.world.now().date() + timedelta(days=days) for days in (-1, 1))
    pins = (
        Pin("keep", "ana@acme.example", "on loan", yesterday, account="m1"),
        Pin("keep", "ana@acme.example", "on loan", tomorrow, account="m2"),
    )
    scene.policy = replace(scene.policy, pins=pins)
    decisions = scene.decide(pins=pins)
    assert not decisions.of("leave")
    assert [(d.login, d.reason) for d in decisions.of("hold")] == [("m1", "pin-lapsed")]


def test_the_story_the_wrong_exception_selects_nobody_as_written(scene: Scene) -> None:
    """``username <> 'user3'`` contradicts the table for everyone who is active: they are held, not lost."""
    scene.policy = replace(scene.policy, leave=Leave("github_login <> 'm3'"))
    decisions = scene.decide()
    assert not decisions.of("leave")
    assert {d.reason for d in decisions.of("hold")} == {"table-contradicts"}
    assert len(decisions.of("hold")) == 41


def test_the_story_the_wrong_exception_forced_is_stopped_by_the_limit(scene: Scene) -> None:
    """With ``over: [active]`` it says leave of everybody else, and the limit stops it whatever its reason."""
    scene.policy = replace(scene.policy, leave=Leave("github_login <> 'm3'", over=frozenset({"active"})))
    plan = scene.plan()
    assert plan.counts["leave"] == 41
    assert {v.guard for v in plan.tripped} >= {"losses-run"}


def test_exchange_16402_an_ordinary_month_end_needs_no_lifted_limit(large: Scene) -> None:
    """Leavers whose end was known a month ago have a budget of their own, so nobody switches limits off."""
    for login in m(1, 4):
        large.says(login, end_date=date(2026, 11, 20))
    large.leavers("m5", "m6", "m7", "m8")
    plan = large.plan()
    assert leaving(plan) == set(m(1, 8))
    assert sum(change.foreseen for change in plan.changes) == 4
    assert not plan.tripped
    assert not plan.asks
    assert DEFAULT_LIMITS.foreseen_run.allows(402) == 4
