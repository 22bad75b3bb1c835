"""The suite notices a connector that does one thing wrong, by the promise it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.conformance import (
    asking,
    coming_in,
    giving,
    identities,
    limits,
    parts,
    reading,
    refusing,
    suspending,
    taking,
)
from seatkeeper.conformance.behaviour import Judged, Scene
from seatkeeper.conformance.furniture import furnish
from seatkeeper.conformance.ground import Ground
from seatkeeper.conformance.table import behaviours
from seatkeeper.conformance.walk import Walk
from seatkeeper.workflow.conform import LEASE, Fence
from seatkeeper.workflow.scratch import scratch_people
from tests.conformance import broken
from tests.conformance.place import Broken, Place, scratch, scratch_world, untouched

pytestmark = pytest.mark.slow

READERS: tuple[tuple[Broken, Scene[Any], str], ...] = (
    (broken.DropsTheLastPage, reading.FILLED, "a snapshot names every team and repository as it is called"),
    (broken.DropsAMember, reading.FILLED, "a member is read as member"),
    (broken.ReadsInPart, reading.FILLED, "the invitations are read whole"),
    (broken.Repeats, reading.FILLED, "no account is told twice"),
    (broken.FlattensRoles, reading.FILLED, "a maintainer of a nested team is read as maintainer"),
    (
        broken.ReadsInTheEnd,
        reading.FILLED,
        "an own role on a repository where a team gives admin is read as what it is",
    ),
    (broken.InheritsPlaces, reading.FILLED, "whoever is only in a nested team has no place in the one above"),
    (broken.ReadsTheDefault, reading.FILLED, "what every member holds by default is no grant of their own"),
    (broken.ReadsNoProgress, limits.SAID, "a long reading says what it does, and how far it is"),
    (broken.ClaimsAPause, limits.PACED, "writes keep the pause that the forge asks for"),
    (broken.RemembersStates, giving.GIVEN, "a member is given a place in a team, and nothing else"),
    (broken.TakesUnreadForEmpty, parts.PARTS, "a repository that is not there is not read"),
    (
        broken.TellsOnlyWhatWasAsked,
        parts.PARTS,
        "a place in a team that was not asked about is told all the same",
    ),
    (broken.FindsAnything, parts.PARTS, "a team whose id is nothing's has no name"),
    (broken.FindsAnything, refusing.SHELVED, "an archived repository is found as archived"),
    (broken.EverybodyExists, identities.MET, "an id that is nobody's does not exist"),
    (broken.MindsTheCase, identities.MET, "a login in another case leads to the same account"),
    (broken.IsSomebodyElse, identities.MET, "whoever the credential is told to be is whoever asks"),
    (
        broken.TrustsLogins,
        identities.PAIR,
        "an account asked for by another's login is never told what the other holds",
    ),
    (broken.CountsTheInvited, asking.ASKED, "whoever was asked in is no member before they accept"),
    (broken.ForgetsInvitations, asking.ASKED, "what comes in is told with the open invitation, by account"),
    (broken.KeepsInvitationsOpen, asking.ASKED, "an open invitation ends when the forge is said to end it"),
)  # fmt: skip
WRITERS: tuple[tuple[Broken, Scene[Any], str], ...] = (
    (
        broken.SaysYes,
        coming_in.LET_IN,
        "whoever is let in is a member or is asked, and never both or neither",
    ),
    (
        broken.GivesTheLeast,
        giving.ROLES_GIVEN,
        "a member is given the role admin on a repository, in place of a lesser",
    ),
    (broken.GivesTheLeast, giving.GIVEN, "somebody who is put in a team as maintainer is its maintainer"),
    (broken.TakesTheMembership, taking.TAKEN, "a place in a team that was taken is gone, and nothing else"),
    (broken.LeavesRoles, taking.TAKEN, "an own role that was taken is gone, and nothing else"),
    (broken.NeverRemoves, taking.REMOVED, "whoever was removed is no member"),
    (broken.NeverWithdraws, asking.WITHDRAWN, "whoever's invitation was withdrawn has none"),
    (broken.AsksInAlone, coming_in.ACCEPTED, "whoever accepts has the places they were offered"),
    (broken.AsksOwnersIn, asking.ASKED, "an open invitation offers a member's role"),
    (
        broken.SwallowsRefusals,
        refusing.SENT_WRONG,
        "a step that withdraws an invitation which is none is refused",
    ),
    (broken.LosesAnswers, giving.ROLES_GIVEN, "a role that is given again is one role"),
)  # fmt: skip


@dataclass
class Stage:
    """A furnished scratch organization, on which one scene after the other is judged."""

    place: Place
    fence: Fence
    ground: Ground

    def judged(
        self, scene: Scene[Any], *, reader: Broken = untouched, writer: Broken = untouched
    ) -> dict[str, Judged]:
        """What each behaviour of the scene shows under a connector that is broken in one way."""
        self._empty()
        doors = self.place.doors
        self.fence.doors = doors._replace(writer=writer(doors.writer))
        self.ground.reader = reader(self.place.desk.reader)
        walk = Walk(self.ground)
        walk.through([one for one in behaviours() if one.scene is scene])
        return {one.promise: one for one in walk.judged}

    def _empty(self) -> None:
        world = self.place.world
        with world.lock:
            for person in self.ground.people:
                for invitation in world.pending(person.account):
                    world.cancel(invitation.id)
                if person.account in world.members:
                    world.remove_member(person.account)
                for repository in tuple(world.accounts[person.account].direct):
                    world.take_direct(person.account, repository)
                world.suspended.discard(person.account)


def furnished(place: Place) -> Stage:
    """The stage on this place."""
    desk, organization = place.desk, place.desk.reader.organization()
    people = scratch_people(desk, place.doors.guests)
    lease = desk.store.acquire(organization.id, "test", desk.clock.now(), LEASE)
    fence = Fence(desk, place.doors, organization, lease, {p.account: p.login for p in people}, suspends=True)
    ground = Ground(
        desk.reader,
        fence,
        organization,
        people,
        fence.furniture,
        desk.clock,
        desk.progress,
        plain=True,
        suspends=True,
    )
    furnish(ground)
    return Stage(place, fence, ground)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One organization for all of them: each scene begins by emptying it."""
    with scratch(tmp_path_factory.mktemp("stage"), scratch_world()) as place:
        yield furnished(place)


def _noticed(judged: dict[str, Judged], promise: str) -> None:
    assert judged[promise].verdict == "not shown", [one for one in judged.values() if one.verdict != "shown"]
    assert judged[promise].expected != judged[promise].seen


@pytest.mark.parametrize(("how", "scene", "promise"), READERS)
def test_a_reader_that_does_one_thing_wrong_is_noticed(
    stage: Stage, how: Broken, scene: Scene[Any], promise: str
) -> None:
    """By the promise it breaks; what was expected and what was seen are told."""
    _noticed(stage.judged(scene, reader=how), promise)


@pytest.mark.parametrize(("how", "scene", "promise"), WRITERS)
def test_a_writer_that_does_one_thing_wrong_is_noticed(
    stage: Stage, how: Broken, scene: Scene[Any], promise: str
) -> None:
    """By the promise it breaks; what was expected and what was seen are told."""
    _noticed(stage.judged(scene, writer=how), promise)


@pytest.mark.parametrize("scene", [giving.OUTSIDE, limits.SAID])
def test_the_same_stage_shows_everything_with_a_sound_connector(stage: Stage, scene: Scene[Any]) -> None:
    """So what is noticed is the breakage, and not what an earlier one left."""
    assert {one.verdict for one in stage.judged(scene).values()} <= {"shown", "not applicable"}


def test_a_suspension_that_takes_something_is_noticed(tmp_path: Path) -> None:
    """And learnt: from then on leavers are removed, as where nobody can be suspended."""
    with scratch(tmp_path, scratch_world("ghes+suspension"), site_admin=True) as place:
        judged = furnished(place).judged(suspending.SUSPENDED, writer=broken.SuspendsByRemoving)

    _noticed(judged, "whoever was suspended keeps what they hold on each organization")
