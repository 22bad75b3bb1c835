"""Killed at any point of the safe step protocol: nothing lost, nothing twice, nothing unjournaled."""

import json
from collections import Counter
from pathlib import Path

import pytest

from seatkeeper.demo.stage import CAST, Stage
from seatkeeper.model.plan import Change
from seatkeeper.workflow.revoke import revocation
from tests.crash.conftest import Nursery, Point
from tests.workflow.approved import Approved, approved, prepare

pytestmark = pytest.mark.slow

POINTS = (
    Point("intent", "before"),
    Point("intent", "after"),
    Point("read", "after"),
    Point("send", "before"),
    Point("send", "after"),
    Point("read", "before", 2),
    Point("read", "after", 2),
    Point("outcome", "before"),
    Point("outcome", "after"),
)


def nothing_twice(story: Approved) -> None:
    """No effect on any account of the plan happened a second time, mails and invitations counted."""
    for change in story.plan.changes:
        assert max([*Counter(story.effects(change.account)).values(), 0]) <= 1, change.login


def nothing_unjournaled(story: Approved) -> None:
    """Whoever something happened to has an intent; every intent has its outcome; the chain holds."""
    for change in story.plan.changes:
        intents = {e.step for e in story.entries(change, "intent")}
        outcomes = [e.step for e in story.entries(change, "outcome")]
        assert set(outcomes) == intents
        assert len(outcomes) == len(set(outcomes)), "one outcome a step"
        ours = [e for e in story.effects(change.account) if e[0] != "member-added"]
        assert intents or not ours
    assert story.office.desk.store.verify().verifies


def nothing_lost(story: Approved) -> None:
    """Every change is as the plan says, and the forge agrees with what is told."""
    state = story.run()
    assert state.ended is not None
    for change in state.changes:
        if change.change.kind == "join":
            assert change.progressed == "pending"
            assert len(story.effects(change.change.account, "invitation")) == 1
        else:
            assert change.progressed == "confirmed"
            assert story.held(change.change.account) == change.change.after


def lost_is_known(story: Approved, change: Change) -> None:
    """The windows of the limits know what a leaver lost, whoever wrote the outcome."""
    if change.kind == "leave" and story.of(change).progressed == "confirmed":
        lost = {a for e in story.office.desk.losses(story.plan.organization) for a in [e.account]}
        assert change.account in lost


@pytest.mark.parametrize("point", POINTS, ids=str)
@pytest.mark.parametrize("kind", ["join", "move", "leave"])
def test_a_killed_run_is_gone_on_with(story: Approved, nursery: Nursery, kind: str, point: Point) -> None:
    """The same command again finds what was done and does what was not."""
    change = story.change(kind)
    nursery.kill(story, "apply plan.json", point, change)

    story.apply()

    nothing_lost(story)
    nothing_twice(story)
    nothing_unjournaled(story)
    lost_is_known(story, change)


@pytest.mark.parametrize("point", [p for p in POINTS if p != Point("intent", "before")], ids=str)
@pytest.mark.parametrize("kind", ["join", pytest.param("move", marks=pytest.mark.slow), "leave"])
def test_a_killed_run_can_be_resolved_by_reading_alone(
    story: Approved, nursery: Nursery, kind: str, point: Point
) -> None:
    """Following sends nothing; what it tells is what the forge shows."""
    change = story.change(kind)
    nursery.kill(story, "apply plan.json", point, change)
    writes = len(story.world.log.writes())

    story.follow()

    assert len(story.world.log.writes()) == writes
    nothing_twice(story)
    nothing_unjournaled(story)
    lost_is_known(story, change)
    told = story.of(change)
    if kind == "join":
        invited = bool(story.effects(change.account, "invitation"))
        assert told.progressed == ("pending" if invited else "refused")
    else:
        done = story.held(change.account) == change.after
        assert (told.progressed == "confirmed") == done


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_following_that_was_killed_is_gone_on_with(story: Approved, nursery: Nursery, point: Point) -> None:
    """Whoever accepted ends with everything, each grant given once."""
    change = story.change("join")
    story.apply()
    with story.world.lock:
        story.world.accept(change.account)
    assert any(s.after_acceptance for s in change.steps)
    sends = [p for p in (point,) if p.door == "send"]
    code = nursery.type(story, "follow", point, change)
    assert code == -9 or (sends and code == 0), "what the invitation brought needs no call"

    story.follow()

    assert story.of(change).progressed == "confirmed"
    assert change.after <= story.held(change.account)
    nothing_twice(story)
    nothing_unjournaled(story)


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_withdrawal_that_was_killed_is_gone_on_with(
    story: Approved, nursery: Nursery, point: Point
) -> None:
    """Whoever left meanwhile ends without an invitation, and one mail says so."""
    change = story.change("join")
    story.apply()
    story.says(str(change.person), "inactive")
    nursery.kill(story, "follow", point, change)

    story.follow()

    assert story.of(change).progressed == "refused"
    assert len(story.effects(change.account, "invitation-cancelled")) == 1
    nothing_twice(story)
    nothing_unjournaled(story)


def revoked(story: Approved) -> Change:
    """The change of a revocation of an ordinary member, as it will be planned."""
    busy = {change.account for change in story.plan.changes} | set(story.world.owners())
    account = next(a for a, had in story.world.accounts.items() if a in story.world.members and a not in busy
                   and len(had.direct) > 1)  # fmt: skip
    made = revocation(story.office.desk, account, "breach")
    assert made.change is not None
    return made.change


REVOCATION_POINTS = (*POINTS, Point("started", "before"), Point("started", "after"), Point("ended", "before"))


@pytest.mark.parametrize("point", REVOCATION_POINTS, ids=str)
def test_a_revocation_that_was_killed_ends_the_same(story: Approved, nursery: Nursery, point: Point) -> None:
    """The same command again: nothing is left, nothing was done twice, and the account is pinned out."""
    change = revoked(story)
    key = Stage(story.folder).key(CAST[2])
    first = Point("read", point.when, point.nth + 1) if point.door == "read" else point  # its plan reads, too
    nursery.kill(story, f"revoke {change.account} --now --reason breach --key {key}", first, change)

    story.revoke(change.account)

    assert story.held(change.account) == frozenset()
    assert max(Counter(story.effects(change.account)).values()) == 1
    desk, organization = story.office.desk, story.plan.organization
    assert {pin.kind for pin in desk.pins(organization) if pin.account_id == change.account} == {"out"}
    lost = [e for e in desk.losses(organization) if e.account == change.account]
    assert frozenset(g for e in lost for g in e.lost) == change.before
    intents = [e.step for e in story.entries(change, "intent")]
    assert sorted(intents) == sorted(e.step for e in story.entries(change, "outcome"))
    assert desk.store.verify().verifies


@pytest.mark.parametrize("point", [Point("intent", "after"), Point("send", "after")], ids=str)
def test_what_a_killed_run_may_have_taken_counts_before_anybody_looked(
    story: Approved, nursery: Nursery, point: Point
) -> None:
    """A limit that waited for the outcome would let a run be killed and the next one take as many again."""
    change = story.change("leave")
    nursery.kill(story, "apply plan.json", point, change)

    lost = [e for e in story.office.desk.losses(story.plan.organization) if e.account == change.account]

    assert frozenset(grant for event in lost for grant in event.lost) == change.before


@pytest.mark.parametrize(
    "point", [Point("started", "before"), Point("started", "after"), Point("ended", "before")], ids=str
)
def test_killed_as_a_run_starts_or_ends(story: Approved, nursery: Nursery, point: Point) -> None:
    """One run, whatever died around it."""
    nursery.kill(story, "apply plan.json", point, story.plan.changes[0])

    story.apply()

    assert len(list(story.office.desk.store.entries(kinds={"run-started"}))) == 1
    nothing_lost(story)
    nothing_twice(story)
    nothing_unjournaled(story)


@pytest.mark.parametrize("point", [Point("send", "after"), Point("outcome", "before")], ids=str)
def test_killed_again_while_going_on(story: Approved, nursery: Nursery, point: Point) -> None:
    """Three deaths in one run are as harmless as one."""
    in_turn = sorted(story.plan.changes, key=lambda change: change.wave)
    for change in in_turn[:3]:
        nursery.kill(story, "apply plan.json", point, change)

    story.apply()

    nothing_lost(story)
    nothing_twice(story)
    nothing_unjournaled(story)


@pytest.mark.parametrize("point", POINTS[1:8:2], ids=str)
def test_status_is_true_right_after_a_kill(story: Approved, nursery: Nursery, point: Point) -> None:
    """A process that dies leaves nothing to wait for: what is told is what the journal has."""
    change = story.change("leave")
    nursery.kill(story, "apply plan.json", point, change)

    assert nursery.type(story, "status --json") == 0

    told = json.loads((story.folder / "said.txt").read_text("utf-8"))
    (run,) = told["runs"]
    (state,) = [c["state"] for c in run["changes"] if c["account"] == change.account]
    assert state == "in flight"
    assert run["ended"] is None


@pytest.mark.parametrize(
    "point", [Point("intent", "after"), Point("send", "after"), Point("outcome", "before")], ids=str
)
def test_a_journal_in_postgresql_survives_a_kill_as_well(
    nursery: Nursery, postgres_url: str, tmp_path: Path, point: Point
) -> None:
    """The same promise on the other store."""
    morning = prepare(tmp_path / "morning", store=postgres_url)
    with approved(morning, tmp_path / "copy") as story:
        nursery.kill(story, "apply plan.json", point, story.change("leave"))

        story.apply()

        nothing_lost(story)
        nothing_twice(story)
        nothing_unjournaled(story)
