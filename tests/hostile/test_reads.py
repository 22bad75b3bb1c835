"""Every call that reads, and everything that can go wrong with it: told by a named error, or as not whole."""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from seatkeeper.cli.progress import Silent
from seatkeeper.errors import SeatkeeperError
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource, account_subject
from seatkeeper.model.snapshot import AccountState, Snapshot, Target
from tests.hostile.faults import FAULTS, UNTOLD
from tests.hostile.wireless import unwired
from tests.restoring.wire import WireForge

pytestmark = pytest.mark.slow


def company() -> World:
    """Two owners, three members in two teams with two repositories, an outsider, somebody invited."""
    world = World("acme", "9", base_role="read", seed=5)
    for owner in ("ana", "ben"):
        world.member(world.account(owner), "owner")
    teams = [world.team(f"t{n}") for n in range(2)]
    repositories = [world.repository(f"r{n}") for n in range(2)]
    for number in range(3):
        one = world.member(world.account(f"m{number}"))
        world.place(one, teams[number % 2], "maintainer" if number else "member")
        world.direct(one, repositories[number % 2], "write")
    world.direct(world.account("outsider"), repositories[0], "triage")
    world.invite(world.account("newcomer"), role="member", teams=teams[:1])
    return world


def everything(world: World) -> dict[Resource, str]:
    """Every resource by its name."""
    return {
        Resource("organization", world.organization_id): world.organization_login,
        **{Resource("team", t.id): t.slug for t in world.teams.values()},
        **{Resource("repository", r.id): r.name for r in world.repositories.values()},
    }


def one_of(world: World, login: str) -> Target:
    """Somebody, to be looked for everywhere."""
    record = world.by_login(login)
    assert record is not None
    return Target(record.id, login, everything(world))


class Door(NamedTuple):
    """A way to read, and what may never be said of what it gave."""

    name: str
    read: Callable[[WireForge], Any]
    honest: Callable[[WireForge, Any], object]


def nothing_is_missing(forge: WireForge, seen: Snapshot) -> None:
    """What the snapshot does not show, its coverage does not claim to have read."""
    shown = {(grant.subject, grant.resource) for grant in seen.grants}
    missing = [g for g in forge.world.grants() if (g.subject, g.resource) not in shown]
    whole = {reading.collection for reading in seen.coverage.readings if reading.whole}
    for grant in missing:
        if grant.resource in seen.coverage.unreadable:
            continue
        kinds = {"organization": {"members"}, "team": {"teams", "members"}, "repository": {"repositories"}}
        assert not kinds[grant.resource.kind] <= whole, (grant, seen.coverage)


def nobody_is_taken_for_gone(forge: WireForge, seen: dict[Any, AccountState]) -> None:
    """What an account holds is told, or told as unread; so is that it exists."""
    for account, state in seen.items():
        assert state.exists, "the account is there"
        truth = {g for g in forge.world.grants() if g.subject == account_subject(account)}
        places = {grant.resource for grant in state.grants} | state.unread
        assert not [grant for grant in truth if grant.resource not in places]


DOORS = (
    Door("organization", lambda f: f.organization(), lambda _f, _seen: None),
    Door("whoami", lambda f: f.whoami(), lambda _f, _seen: None),
    Door("snapshot", lambda f: f.snapshot(Silent()), nothing_is_missing),
    Door(
        "accounts",
        lambda f: f.accounts([one_of(f.world, "m0"), one_of(f.world, "m1")]),
        nobody_is_taken_for_gone,
    ),
    Door("lookup", lambda f: f.lookup(["m0", "nobody"]), lambda _f, _seen: None),
    Door("intake", lambda f: f.intake(), lambda _f, _seen: None),
    Door("find", lambda f: f.find(everything(f.world)), lambda _f, _seen: None),
    Door("managed", lambda f: f.managed(), lambda _f, _seen: None),
)


def calls(door: Door) -> list[str]:
    """What this door asks when all goes well."""
    with unwired(company()) as (forge, line):
        door.honest(forge, door.read(forge))
        return list(line.asked)


def cell(door: Door, nth: int, name: str, *, ever: bool) -> str:
    """One call, one fault: how it ended."""
    with unwired(company()) as (forge, line):
        line.fault, line.nth, line.ever = FAULTS[name], nth, ever
        try:
            seen = door.read(forge)
        except SeatkeeperError as error:
            ended = error.name if error.what else ""
        else:
            if name not in UNTOLD:
                door.honest(forge, seen)
            ended = "read"
        assert not line.early, f"asked before it might: {line.early}"
        assert not line.sent, "a reader wrote"
        assert ended
        return ended


def row(door: Door, name: str, *, ever: bool) -> Counter[str]:
    """All calls of a door against one fault."""
    found: Counter[str] = Counter()
    for nth, call in enumerate(calls(door), 1):
        try:
            found[cell(door, nth, name, ever=ever)] += 1
        except Exception as error:
            raise AssertionError(
                f"{door.name}, call {nth} ({call}), {name}, ever={ever}: {error!r}"
            ) from error
    return found


SHORT = tuple(door for door in DOORS if door.name in {"organization", "whoami"})
LONG = tuple(pytest.param(door, marks=pytest.mark.slow) for door in DOORS if door not in SHORT)


@pytest.mark.parametrize("door", [*SHORT, *LONG], ids=lambda door: door.name)
def test_every_call_that_reads_against_every_fault(door: Door) -> None:
    """Each cell ends in a value that claims no more than it read, or in an error with a name."""
    told: Counter[str] = Counter()
    for name in FAULTS:
        told += row(door, name, ever=False)
    assert told["read"] > 0
    assert len(told) > 3


@pytest.mark.parametrize("name", ["an empty page", "half a page"])
def test_team_places_that_were_announced_and_did_not_come_are_unread(name: str) -> None:
    """Read back after a removal, such a page would confirm what never happened."""
    (accounts,) = (door for door in DOORS if door.name == "accounts")
    for nth, call in enumerate(calls(accounts), 1):
        with unwired(company()) as (forge, line):
            line.fault, line.nth = FAULTS[name], nth
            try:
                states = accounts.read(forge)
            except SeatkeeperError:
                continue
            for account, state in states.items():
                held = {g.resource for g in forge.world.grants() if g.subject == account_subject(account)}
                teams = {resource for resource in held if resource.kind == "team"}
                assert teams <= {grant.resource for grant in state.grants} | state.unread, call


@pytest.mark.nightly
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_call_that_reads_against_every_fault_that_stays(door: Door) -> None:
    """The same, where nothing is well from that call on."""
    for name in FAULTS:
        row(door, name, ever=True)
