"""What a run that was stopped or killed left is known, refused to be built upon, and cleared away."""

from dataclasses import replace
from pathlib import Path

import pytest

from seatkeeper.conformance.behaviour import Behaviour, Scene
from seatkeeper.conformance.ground import Ground
from seatkeeper.conformance.table import behaviours
from seatkeeper.errors import Braked, UsageError
from seatkeeper.model.grants import direct, membership, team_place
from seatkeeper.model.ids import AccountId, InvitationId, RepositoryId, TeamId
from seatkeeper.model.plan import Step
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import AccountState
from seatkeeper.workflow.conform import PREFIX, conform, empty
from tests.conformance.place import scratch, scratch_world
from tests.conformance.test_breakages import furnished

pytestmark = pytest.mark.slow

FEW = behaviours(("limits",))


class Killed(BaseException):
    """The process is no more."""


def _die(ground: Ground) -> object:
    ground.settle(ground.first, {ground.membership(ground.first), ground.place(ground.first, "plain")})
    ground.send("invite", ground.second, ground.membership(ground.second))
    for word in ("send", "remove"):
        setattr(ground.hands, word, _dead)
    raise Killed


def _dead(*_step: object) -> None:
    raise Killed


DEATH = Behaviour("death", "nothing", Scene(_die), lambda _seen: None, ())


def test_a_killed_run_is_cleared_away_by_the_journal_and_nothing_else_is(tmp_path: Path) -> None:
    """The next run refuses to begin; `--empty` takes what the journal says is ours, and no more."""
    world = scratch_world()
    before = world.grants()
    with scratch(tmp_path, world) as place:
        with pytest.raises(Killed):
            conform(place.desk, place.doors, [DEATH], holder="test")
        theirs = world.team(f"{PREFIX}not-ours")
        with pytest.raises(UsageError, match="not emptied") as refused:
            conform(place.desk, place.doors, FEW, holder="test")
        removed, left = empty(place.desk, place.doors, holder="test")
        stays = set(world.teams)
        world.delete_team(theirs)
        after = conform(place.desk, place.doors, FEW, holder="test")

    assert refused.value.remedy.endswith("seatkeeper conformance --empty")
    assert (left, stays) == ((), {theirs})
    assert removed == 12
    assert (world.grants(), world.pending(), after.left) == (before, [], ())


def test_emptying_where_nothing_was_left_does_nothing(tmp_path: Path) -> None:
    """Even where a named account is somebody's real one by now."""
    world = scratch_world()
    ann = world.by_login("ann-scratch")
    assert ann is not None
    world.member(ann.id)
    with scratch(tmp_path, world) as place:
        told = empty(place.desk, place.doors, holder="test")

    assert told == (0, ())
    assert world.log.writes() == []
    assert ann.id in world.members


def test_an_account_that_the_configuration_names_no_more_is_not_forgotten(tmp_path: Path) -> None:
    """It was let in; until it is named again, emptying says who is left, and touches nobody."""
    world = scratch_world()
    with scratch(tmp_path, world) as place:
        with pytest.raises(Killed):
            conform(place.desk, place.doors, [DEATH], holder="test")
        guests = {login: guest for login, guest in place.doors.guests.items() if login != "ann-scratch"}
        removed, left = empty(place.desk, place.doors._replace(guests=guests), holder="test")
        inside = [world.accounts[account].login for account in world.members]
        again = empty(place.desk, place.doors, holder="test")

    assert removed == 12
    assert [one.rpartition(", ")[2] for one in left] == ["and the configuration names it no more"]
    assert inside == ["olga", "ann-scratch"]
    assert (again, len(world.members)) == ((0, ()), 1)


def test_what_could_not_be_taken_away_is_told(tmp_path: Path) -> None:
    """By name; and it is taken away once that can be."""
    world = scratch_world()
    with scratch(tmp_path, world) as place:
        world.faults.add("status", method="DELETE", path=f".*/{PREFIX}bare", times=0, status=403)
        told = conform(place.desk, place.doors, FEW, holder="test")
        world.faults.clear()
        again = empty(place.desk, place.doors, holder="test")

    assert [one.split(":")[0] for one in told.left] == [f"{PREFIX}bare"]
    assert again == (1, ())
    assert world.repositories == {}


def test_a_brake_lets_nothing_be_written(tmp_path: Path) -> None:
    """Stop means stop here, too."""
    world = scratch_world()
    with scratch(tmp_path, world) as place:
        brake = Draft("brake", "9", {"reason": "drill", "by": "ben"})
        place.store.append([brake], place.desk.clock.now())
        with pytest.raises(Braked):
            conform(place.desk, place.doors, FEW, holder="test")

    assert world.log.writes() == []


def test_nobody_is_suspended_unless_that_was_said(tmp_path: Path) -> None:
    """It would shut the account out of the whole server; and one that is suspended already is left alone."""
    world = scratch_world("ghes+suspension")
    ann = world.by_login("ann-scratch")
    assert ann is not None
    with scratch(tmp_path, world, site_admin=True) as place:
        told = conform(place.desk, place.doors, behaviours(("suspending",)), holder="test")
        world.suspended.add(ann.id)
        already = len(world.log.writes())
        with pytest.raises(UsageError, match=r"ann-scratch: .* Nothing was written"):
            conform(place.desk, place.doors, FEW, holder="test", suspends=True)

    assert {one.verdict for one in told.judged} == {"not applicable"}
    assert "suspended" not in {effect.kind for effect in world.log.effects}
    assert (world.suspended, len(world.log.writes())) == ({ann.id}, already)


def test_no_step_about_anything_else_passes_the_fence(tmp_path: Path) -> None:
    """Another account, a team or repository that this did not make, another organization: nothing is sent."""
    world = scratch_world()
    real = world.member(world.account("real"))
    team, repository = world.team("real-team"), world.repository("real-repository")
    with scratch(tmp_path, world) as place:
        stage = furnished(place)
        ann = stage.ground.first
        mine, theirs = stage.ground.state(ann), state_of(stage.ground, real, "real")
        sent = len(world.log.writes())
        steps = [
            (Step("take", (membership(real, world.organization_id),), ""), theirs),
            (Step("take", (membership(real, world.organization_id),), ""), mine),
            (Step("give", (team_place(ann.account, TeamId(team)),), ""), mine),
            (Step("give", (direct(ann.account, RepositoryId(repository), "read"),), ""), mine),
            (Step("withdraw", (), ""), theirs),
            (Step("withdraw", (), "", invitation=InvitationId(world.invite(world.account("new")))), mine),
        ]
        for step, state in steps:
            with pytest.raises(UsageError, match="nothing was sent"):
                stage.fence.send(step, state)

        assert len(world.log.writes()) == sent


def state_of(ground: Ground, account: AccountId, login: str) -> AccountState:
    """Somebody else's state."""
    return replace(ground.state(ground.first), account=account, login=login)
