"""History answers an auditor: who had what, since when, by which decision, approved by whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.fold import write_grants
from seatkeeper.model.grants import Grant, account_subject, direct, membership, team_place
from seatkeeper.model.ids import AccountId
from seatkeeper.model.run import Draft
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.history import TWO_ROLES, Asked, changed, history, holdings, observed
from tests.workflow.past_place import desk_at, observe
from tests.workflow.place import ANA, BEN, workplace

pytestmark = pytest.mark.slow

EVERYTHING = Asked()
DAY = 86_400.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty journal."""
    with desk_at(tmp_path) as desk:
        yield desk


@pytest.fixture
def world() -> World:
    """Ana and Ben in one team, Ana with a repository of her own."""
    world = World("acme", "900")
    for login in ("ana", "ben"):
        world.member(world.account(login))
    team, repository = world.team("core"), world.repository("app")
    world.place(_id(world, "ana"), team)
    world.place(_id(world, "ben"), team)
    world.direct(_id(world, "ana"), repository, "write")
    world.team_grant(team, repository, "read")
    return world


def _id(world: World, login: str) -> AccountId:
    record = world.by_login(login)
    assert record is not None
    return record.id


def _ran(desk: Desk, world: World, run: str, **told: frozenset[Grant]) -> datetime:
    """A run that took or gave grants, as apply writes it."""
    at, organization = world.now(), world.organization_id
    lease = desk.store.acquire(organization, run, at, timedelta(minutes=5))
    started = {"proposer": ANA, "approvers": [BEN]}
    desk.store.append([Draft("run-started", organization, started, run=run)], at, lease)
    step = f"{run}/0"
    desk.store.append(
        [Draft("intent", organization, {"because": f"why {run}"}, run=run, change="c", step=step)], at, lease
    )
    payload: dict[str, object] = {name: write_grants(grants) for name, grants in told.items()}
    payload |= {"result": "confirmed", "account": "?"}
    desk.store.append([Draft("outcome", organization, payload, run=run, change="c", step=step)], at, lease)
    desk.store.release(lease)
    return at


def test_a_leaver_s_line_names_decision_run_proposer_and_approver(tmp_path: Path) -> None:
    """From the real workflow: planned, signed by two, applied, observed again."""
    with workplace(tmp_path) as place:
        place.adopt()
        state = place.apply(place.sign(place.plan()))
        place.plan()
        leaver = next(c.change for c in state.changes if c.change.kind == "leave")

        lines = history(place.office.desk, state.plan.organization, Asked(account=leaver.login))

        assert {line.grant for line in lines} == leaver.before
        for line in lines:
            assert line.taken is not None
            assert (line.taken.run, line.taken.proposed_by) == (state.id, ANA)
            assert line.taken.approved_by == (BEN,)
            assert line.taken.reason == leaver.because
            assert line.until is not None
            assert line.given is None


def test_what_somebody_else_did_is_not_told_as_ours(desk: Desk, world: World) -> None:
    """We took it, a person gave it back, a person took it: only the first loss is ours."""
    ana, app = _id(world, "ana"), next(iter(world.repositories))
    grant = direct(ana, app, "write")
    observe(desk, world)
    world.advance(DAY)
    world.take_direct(ana, app)
    _ran(desk, world, "run-1", lost=frozenset({grant}))
    world.advance(DAY)
    observe(desk, world)
    world.advance(DAY)
    world.direct(ana, app, "write")
    observe(desk, world)
    world.advance(DAY)
    world.take_direct(ana, app)
    observe(desk, world)

    lines = [x for x in history(desk, world.organization(), Asked(account="ana")) if x.grant == grant]

    assert [line.taken.run if line.taken else None for line in lines] == ["run-1", None]
    assert [line.given for line in lines] == [None, None]


def test_a_loss_between_two_readings_of_the_same_grant_is_not_the_later_one_s_reason(
    desk: Desk, world: World
) -> None:
    """Taken by us and given back before anybody looked: a later whole look that shows it clears us."""
    ana, app = _id(world, "ana"), next(iter(world.repositories))
    grant = direct(ana, app, "write")
    observe(desk, world)
    world.advance(DAY)
    _ran(desk, world, "run-1", lost=frozenset({grant}))
    world.advance(DAY)
    observe(desk, world)
    world.advance(DAY)
    world.take_direct(ana, app)
    observe(desk, world)

    line = next(x for x in history(desk, world.organization(), EVERYTHING) if x.grant == grant)

    assert line.until is not None
    assert line.taken is None


def test_a_role_we_replaced_ended_by_our_decision(desk: Desk, world: World) -> None:
    """Giving another role takes the one before it, and says so."""
    ana, app = _id(world, "ana"), next(iter(world.repositories))
    observe(desk, world)
    world.advance(DAY)
    world.direct(ana, app, "admin")
    _ran(desk, world, "run-1", gained=frozenset({direct(ana, app, "admin")}))
    world.advance(DAY)
    observe(desk, world)

    told = {x.role: x for x in history(desk, world.organization(), Asked(account="ana", repository="app"))}

    assert told["write"].taken is not None
    assert told["admin"].given is not None
    assert told["admin"].given.run == told["write"].taken.run == "run-1"


def test_names_are_those_of_the_time(desk: Desk, world: World) -> None:
    """A renamed person, team and repository are called what they were called then, and found by any name."""
    observe(desk, world)
    before = world.now()
    world.advance(DAY)
    world.rename(_id(world, "ana"), "ana-m")
    world.rename_team(next(iter(world.teams)), "kernel")
    world.rename_repository(next(iter(world.repositories)), "product")
    world.account("ana")
    observe(desk, world)
    organization = world.organization()

    then = holdings(desk, organization, before, Asked(account="ana-m"))
    now = holdings(desk, organization, world.now(), Asked(account="ana"))

    assert {(x.who, x.what) for x in then} == {
        ("ana", "organization acme"),
        ("ana", "team core"),
        ("ana", "repository app"),
    }
    assert {(x.who, x.what) for x in now} == {
        ("ana-m", "organization acme"),
        ("ana-m", "team kernel"),
        ("ana-m", "repository product"),
    }
    assert holdings(desk, organization, before, Asked(team="kernel"))


def test_a_login_that_two_had_tells_of_both_by_their_ids(desk: Desk, world: World) -> None:
    """A freed login came back as a stranger's: the ids tell them apart."""
    observe(desk, world)
    first = _id(world, "ben")
    world.advance(DAY)
    world.rename(first, "benjamin")
    second = world.member(world.account("ben"))
    observe(desk, world)

    lines = history(desk, world.organization(), Asked(account="ben"))

    assert {line.subject.id for line in lines} == {first, second}


def test_an_erased_login_is_an_id_and_what_it_had_stays(desk: Desk, world: World) -> None:
    """Erasing a person's name leaves the grants countable."""
    observe(desk, world)
    ana = _id(world, "ana")
    count = len(history(desk, world.organization(), Asked(account="ana")))
    desk.store.erase_logins(world.organization_id, [ana], world.now(), "ben", "asked for")  # type: ignore[attr-defined]  # not a door

    lines = [x for x in history(desk, world.organization(), EVERYTHING) if x.subject == account_subject(ana)]

    assert {line.who for line in lines} == {ana}
    assert len(lines) == count
    with pytest.raises(UsageError, match="ever observed"):
        history(desk, world.organization(), Asked(account="ana"))


def test_two_roles_at_once_are_both_told_with_the_reason(desk: Desk, world: World) -> None:
    """An incomplete reading saw the new role and could not prove the old one gone."""
    ana, app = _id(world, "ana"), next(iter(world.repositories))
    observe(desk, world)
    world.advance(DAY)
    world.direct(ana, app, "admin")
    observe(desk, world, "repositories")

    lines = holdings(desk, world.organization(), world.now(), Asked(account="ana", repository="app"))

    assert {(line.role, line.note) for line in lines} == {("write", TWO_ROLES), ("admin", TWO_ROLES)}


def test_filters_leave_exactly_what_is_asked_for(desk: Desk, world: World) -> None:
    """By account, team, repository and time, alone and together; an unknown name is said."""
    observe(desk, world)
    first = world.now()
    world.advance(DAY)
    world.member(world.account("chloe"))
    observe(desk, world)
    organization, team = world.organization(), next(iter(world.teams))

    def told(**conditions: object) -> set[tuple[str, str]]:
        asked = replace_asked(conditions)
        return {(line.who, line.what) for line in history(desk, organization, asked)}

    assert told(team="core") == {
        ("ana", "team core"),
        ("ben", "team core"),
        ("team core", "repository app"),
    }
    assert told(repository="APP") == {("ana", "repository app"), ("team core", "repository app")}
    assert told(account="ben", team=team) == {("ben", "team core")}
    assert told(account="chloe", until=first) == set()
    assert told(account="chloe", since=first) == {("chloe", "organization acme")}
    for kind in ("account", "team", "repository"):
        with pytest.raises(UsageError, match=f"No {kind} nothing"):
            told(**{kind: "nothing"})


def replace_asked(conditions: dict[str, object]) -> Asked:
    """The conditions as a question."""
    return Asked(**cast("dict[str, str]", conditions))  # type: ignore[arg-type]  # times are among them


def test_an_erased_decision_is_said_to_be_erased(desk: Desk, world: World) -> None:
    """The run stays known; who signed and why is gone."""
    ana = _id(world, "ana")
    place = team_place(ana, next(iter(world.teams)))
    observe(desk, world)
    world.advance(DAY)
    world.displace(ana, next(iter(world.teams)))
    _ran(desk, world, "run-1", lost=frozenset({place}))
    world.advance(DAY)
    observe(desk, world)
    entries = desk.store.entries(kinds={"run-started", "intent"}, organization=world.organization_id)
    desk.store.erase([entry.seq for entry in entries], world.now(), "ben", "retention")

    line = next(x for x in history(desk, world.organization(), EVERYTHING) if x.grant == place)

    assert line.taken is not None
    assert (line.taken.run, line.taken.reason, line.taken.proposed_by) == ("run-1", "erased", "erased")


def test_a_moment_is_what_the_store_says_of_it(desk: Desk, world: World) -> None:
    """Before the first observation nothing is known; at it everything that was there."""
    observe(desk, world)
    organization = world.organization()

    assert holdings(desk, organization, world.now() - timedelta(seconds=1), EVERYTHING) == []
    assert {x.grant for x in holdings(desk, organization, world.now(), EVERYTHING)} == world.grants()
    assert membership(_id(world, "ana"), organization.id) in world.grants()


def test_a_login_of_digits_is_not_taken_for_an_id(desk: Desk, world: World) -> None:
    """Asked about a login that is another account's id, history tells the one who has the login."""
    ben = _id(world, "ben")
    digits = world.member(world.account(ben))
    observe(desk, world)
    organization = world.organization()

    lines = holdings(desk, organization, world.now(), Asked(account=ben))

    assert {(line.who, line.subject.id) for line in lines} == {(ben, digits)}
    assert {x.who for x in holdings(desk, organization, world.now(), Asked(account="BEN"))} == {"ben"}
    assert holdings(desk, organization, world.now(), Asked(account=digits)) == lines


def test_one_of_two_who_had_a_login_is_asked_about_by_id(desk: Desk, world: World) -> None:
    """A freed login was taken again: each is told when asked by id."""
    observe(desk, world)
    former, at = _id(world, "ben"), world.now()
    world.advance(DAY)
    world.delete_account(former)
    successor = world.member(world.account("ben"))
    observe(desk, world)
    organization = world.organization()

    before = holdings(desk, organization, at, Asked(account=former))
    after = holdings(desk, organization, world.now(), Asked(account=successor))

    assert {line.what for line in before} == {"organization acme", "team core"}
    assert [line.what for line in after] == ["organization acme"]


def test_what_changed_is_told_without_what_stayed(desk: Desk, world: World) -> None:
    """Whatever the first observation met is no change; who came and who went afterwards is."""
    observe(desk, world)
    organization, ben = world.organization(), _id(world, "ben")
    first, _ = observed(desk, organization)
    assert changed(history(desk, organization, EVERYTHING), first, None) == []
    world.advance(DAY)
    world.remove_member(ben)
    world.member(world.account("chloe"))
    observe(desk, world)
    _, second = observed(desk, organization)

    told = changed(history(desk, organization, EVERYTHING), first, None)
    later = changed(history(desk, organization, Asked(since=second)), first, second)

    assert {(line.who, line.what) for line in told if line.until} == {
        ("ben", "organization acme"),
        ("ben", "team core"),
    }
    assert [line.who for line in told if not line.until] == ["chloe"]
    assert later == []


def test_of_before_the_first_observation_nothing_is_known(desk: Desk, world: World) -> None:
    """Nobody is said to have held nothing on a day that was never observed."""
    observe(desk, world)
    organization = world.organization()

    with pytest.raises(NotCovered, match="Nothing of acme had been observed by"):
        observed(desk, organization, world.now() - timedelta(days=1))
    assert observed(desk, organization) == (world.now(), world.now())
