"""What conformance finds out about a recalled fact is kept, and believed of the same forge from then on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seatkeeper.bootstrap import open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.conformance.table import behaviours
from seatkeeper.forges.github.capabilities import GHES, GITHUB, REGIMES
from seatkeeper.journal import fold
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant, direct, membership, team_place
from seatkeeper.model.ids import AccountId, OrganizationId, RepositoryId, TeamId
from seatkeeper.rules.steps import joining, returning
from seatkeeper.workflow.conform import Conformed, conform
from tests.conformance.broken import CountsTheInvited
from tests.conformance.place import Place, scratch, scratch_world
from tests.conformance.test_command import Room, room

pytestmark = pytest.mark.slow

SOMEBODY = AccountId("1")
WANTED: frozenset[Grant] = frozenset(
    {
        membership(SOMEBODY, OrganizationId("9")),
        team_place(SOMEBODY, TeamId("2")),
        direct(SOMEBODY, RepositoryId("3"), "write"),
    }
)
NOTHING: frozenset[Grant] = frozenset()


def _learnt(place: Place, subject: str) -> Conformed:
    told = conform(place.desk, place.doors, behaviours((subject,)), holder="test")
    assert [one for one in told.judged if one.verdict == "not shown"] == []
    assert told.left == ()
    return told


@contextmanager
def _capabilities(here: Room) -> Iterator[Capabilities]:
    with open_office(here.config, here.environ, Silent()) as office:
        yield office.desk.reader.capabilities


@pytest.mark.parametrize("at_once", [False, True])
def test_whether_a_server_adds_at_once_is_found_out_and_used(tmp_path: Path, *, at_once: bool) -> None:
    """Until then a joiner is asked and waited for; where nobody is asked, they are then given it all."""
    world = scratch_world("ghes")
    world.adds_at_once = at_once
    with room(tmp_path, world) as here:
        with _capabilities(here) as before:
            pass
        facts = here.told("--subject", "coming in", "--subject", "asking in")
        with _capabilities(here) as after:
            pass

    assert facts["learnt"] == {"needs_acceptance": not at_once}
    assert facts["counts"]["not shown"] == 0
    assert (before.needs_acceptance, after.needs_acceptance) == (True, not at_once)
    assert joining(NOTHING, WANTED, before)[0].action == "invite"
    assert joining(NOTHING, WANTED, after)[0].action == ("give" if at_once else "invite")


def test_what_was_learnt_makes_no_reading_look_less(tmp_path: Path) -> None:
    """Somebody who was asked in all the same is still seen to wait."""
    world = scratch_world("ghes")
    with room(tmp_path, world) as here, open_office(here.config, here.environ, Silent()) as office:
        office.desk.reader.__dict__["_learnt"] = lambda _regime: {"needs_acceptance": False}
        world.invite(world.account("late"))

        assert not office.desk.reader.capabilities.needs_acceptance
        assert [one.login for one in office.desk.reader.intake().invitations] == ["late"]


@pytest.mark.parametrize("reinstates", ["everything", "role"])
def test_how_much_a_reinstatement_brings_is_found_out(tmp_path: Path, reinstates: str) -> None:
    """Where it brings everything, a restore is told in one number of writes and not in two."""
    world = scratch_world()
    world.reinstates = reinstates  # type: ignore[assignment]  # one of its two words
    with scratch(tmp_path, world) as place:
        told = _learnt(place, "coming back")
        kept = fold.learnt(place.store.entries(kinds={"learnt"}), "github", place.url, "plain")

    assert (
        kept
        == told.learnt
        == {
            "reinstates_in_part": reinstates == "role",
            "reinstates_with_teams": True,
        }
    )


def test_a_forge_that_reinstates_nobody_with_teams_is_asked_without_them(tmp_path: Path) -> None:
    """The refusal is learnt from, and a restore then names no team in its invitation."""
    world = scratch_world()
    with scratch(tmp_path, world) as place:
        world.faults.add(
            "status",
            method="POST",
            path="/orgs/scratch-org/invitations",
            contains='"reinstate", "team_ids"',
            times=0,
            status=422,
            body='{"message": "team_ids and role can not be combined"}',
        )
        told = _learnt(place, "coming back")

    assert told.learnt["reinstates_with_teams"] is False
    for learnt, teams in (({}, 1), (told.learnt, 0)):
        first = returning(NOTHING, WANTED, GITHUB.knowing(learnt), native=True)[0]
        assert sum(grant.resource.kind == "team" for grant in first.grants) == teams


def test_nothing_is_believed_of_a_connector_that_shows_something_else(tmp_path: Path) -> None:
    """One that counts whoever was asked in as a member would find out that nobody need accept."""
    world = scratch_world("ghes")
    with scratch(tmp_path, world, reader=CountsTheInvited) as place:
        told = conform(place.desk, place.doors, behaviours(("coming in",)), holder="test")

    assert "not shown" in {one.verdict for one in told.judged}
    assert told.learnt == {}


def test_what_was_learnt_of_one_forge_is_believed_of_no_other(tmp_path: Path) -> None:
    """Neither of another address, nor under another regime, nor of a fact that is described."""
    world = scratch_world()
    with scratch(tmp_path, world) as place:
        _learnt(place, "coming back")
        entries = list(place.store.entries(kinds={"learnt"}))

    assert fold.learnt(entries, "github", "https://api.github.com", "plain") == {}
    assert fold.learnt(entries, "github", place.url, "saml") == {}
    assert GITHUB.knowing({"needs_acceptance": False, "suspends_without_loss": False}) == GITHUB
    assert not GHES.knowing({"needs_acceptance": False}).needs_acceptance


@pytest.mark.parametrize("regime", REGIMES)
def test_nothing_that_was_learnt_turns_a_capability_on(regime: str) -> None:
    """Whatever was found, the careful path is left only where something was seen not to be so."""
    here = REGIMES[regime]
    everything = dict.fromkeys(here.recalls, True)

    assert here.knowing(everything) == here
    assert all(getattr(here, fact) for fact in here.recalls)
    assert not any(getattr(here.knowing({fact: False}), fact) for fact in here.recalls)
