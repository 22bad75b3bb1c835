"""A suspension and its lift over the wire, and what people do to both in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from seatkeeper.bootstrap import open_rehearsal
from seatkeeper.forges.simulator.regime import settle
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant, signing_in
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Plan
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.check import check
from seatkeeper.workflow.history import Asked, history
from seatkeeper.workflow.rehearse import rehearse
from seatkeeper.workflow.remains import remains
from seatkeeper.workflow.revoke import revoke
from seatkeeper.workflow.runs import RunState
from tests.restoring.memory import journal
from tests.restoring.story import Story
from tests.restoring.wire import wired

WHERE = "server of acme"


@dataclass
class Server:
    """A server with four owners and two members, everything observed."""

    story: Story
    world: World
    mia: AccountId

    @property
    def active(self) -> Grant:
        """What lets Mia in."""
        return signing_in(self.mia, self.world.organization_id)

    def owes(self, plan: Plan) -> list[tuple[str, str]]:
        """What a restore says of each grant that was taken: its kind, and why it stays away."""
        return [(owed.grant.resource.kind, owed.reason) for owed in plan.owed]

    def results(self, state: RunState) -> list[str]:
        """How each change ended."""
        return [change.progressed for change in state.changes]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Mia has a team and a repository of her own."""
    world = World("acme", "9")
    for owner in ("ana", "ben", "chloe", "dan"):
        world.member(world.account(owner), "owner")
    mia, team, site = world.member(world.account("mia")), world.team("core"), world.repository("site")
    world.member(world.account("noa"))
    world.place(mia, team, "maintainer")
    world.direct(mia, site, "write")
    settle(world, "ghes")
    with journal(tmp_path) as store, wired(world, site_admin=True) as forge:
        story = Story(forge, store, forge.clock)
        story.observe()
        yield Server(story, world, mia)


def test_it_is_taken_and_given_back_with_one_request_each(server: Server) -> None:
    """Never a team, a repository or an invitation: nothing of them was lost."""
    held = server.story.held(server.mia)

    run = server.story.take([server.mia])
    kept = server.story.held(server.mia)
    back = server.story.carry_out(server.story.restore(runs=(run.id,)).plan)

    assert (held, server.world.suspended) == (kept, set())
    assert [w.method for w in server.world.log.writes()] == ["PUT", "DELETE"]
    assert account(back).amounts() == {"confirmed": 1, "pending": 0, "residue": 0, "total": 1}
    assert server.world.log.counts().get("mails") == 0


def test_the_windows_of_the_limits_count_all_that_could_not_be_used(server: Server) -> None:
    """A team could else be emptied by suspensions, two a day."""
    run = server.story.take([server.mia])

    (event,) = server.story.desk.losses(run.plan.organization)

    assert event.lost == server.story.held(server.mia) | {server.active}


def test_whom_people_let_in_again_is_there_already(server: Server) -> None:
    """And a restore has nothing to do."""
    run = server.story.take([server.mia])
    server.world.suspended.discard(server.mia)

    plan = server.story.restore(runs=(run.id,)).plan

    assert (plan.changes, server.owes(plan)) == ((), [("server", "there")])


def test_whom_people_suspended_again_stays_suspended(server: Server) -> None:
    """Somebody gave it back and took it again: that stays."""
    run = server.story.take([server.mia])
    server.story.observe()
    server.world.suspended.discard(server.mia)
    server.story.observe()
    server.world.suspended.add(server.mia)
    server.story.observe()

    plan = server.story.restore(runs=(run.id,)).plan

    assert (plan.changes, server.owes(plan)) == ((), [("server", "revoked-since")])


def test_whom_people_suspend_before_us_has_drifted(server: Server) -> None:
    """It is not what was approved, so nothing is sent and nothing is ours to give back."""
    plan = server.story.removal([server.mia])
    server.story.sign(plan)
    server.world.suspended.add(server.mia)

    state = server.story.go_on(plan)

    assert server.results(state) == ["drifted"]
    assert server.world.log.writes() == []
    assert server.story.restore(accounts=("mia",)).plan.owed == ()


def test_whom_people_let_in_while_the_lift_waits_is_confirmed_without_a_request(server: Server) -> None:
    """What is true already is not sent."""
    run = server.story.take([server.mia])
    plan = server.story.restore(runs=(run.id,)).plan
    server.story.sign(plan)
    server.world.suspended.discard(server.mia)

    state = server.story.go_on(plan)

    assert server.results(state) == ["confirmed"]
    assert [w.method for w in server.world.log.writes()] == ["PUT"]


def test_whom_people_removed_while_suspended_is_held(server: Server) -> None:
    """They took the membership, and what they took stays."""
    run = server.story.take([server.mia])
    server.world.remove_member(server.mia)

    plan = server.story.restore(runs=(run.id,)).plan

    assert (plan.changes, server.owes(plan)) == ((), [("server", "no-membership")])
    assert [hold.reason for hold in plan.holds] == ["no-membership"]


def test_an_owner_is_not_suspended_when_the_others_can_not_sign_in_by_now(server: Server) -> None:
    """The floor is counted on the server just before; an owner who is suspended there is none."""
    ana, ben, chloe, dan = server.world.owners()
    plan = server.story.removal([dan])
    server.story.sign(plan)
    server.world.suspended |= {ben, chloe}

    state = server.story.go_on(plan)

    assert ana not in server.world.suspended
    assert server.results(state) == ["drifted"]
    assert "1 owners would remain" in state.changes[0].steps[0].why


def test_a_server_that_stopped_telling_closes_nothing_and_gives_nothing(server: Server) -> None:
    """Unread is neither suspended nor active, in the journal and in a restore."""
    run = server.story.take([server.mia])
    server.world.tells_suspensions = False
    with wired(server.world, site_admin=True) as blind:
        story = Story(blind, server.story.store, server.story.clock)
        story.observe()
        plan = story.restore(runs=(run.id,)).plan
        at = story.desk.clock.now()
        known = story.store.grants_at(plan.organization.id, at)

    assert (plan.changes, server.owes(plan)) == ((), [("server", "not-read")])
    assert len([grant for grant in known if grant.resource.kind == "server"]) == 6


def test_an_observation_that_was_not_told_of_suspensions_takes_nothing_from_a_restore(
    server: Server,
) -> None:
    """Somebody took `site_admin` out of the file for a day: what was not told is not what people did."""
    run = server.story.take([server.mia])
    with wired(server.world) as blind:
        Story(blind, server.story.store, server.story.clock).observe()

    plan = server.story.restore(runs=(run.id,)).plan

    assert (len(plan.changes), server.owes(plan)) == (1, [("server", "")])


def test_a_revocation_suspends_and_says_what_is_kept(server: Server) -> None:
    """One request ends all access; nothing is called gone that is there, and no restore brings it back."""
    desk, forge = server.story.desk, server.story.forge
    held = server.story.held(server.mia)

    revoked = revoke(desk, "mia", "breach", "chloe", lambda *told: apply(desk, forge, *told, holder="test"))
    left = remains(desk, revoked)
    again = server.story.restore(accounts=("mia",)).plan

    assert [w.method for w in server.world.log.writes()] == ["PUT"]
    assert (left.held, left.kept, left.nothing_known) == (frozenset(), held, True)
    assert server.story.held(server.mia) == held
    assert (again.changes, server.owes(again)) == ((), [("server", "pinned-out")])


def test_whoever_was_suspended_already_is_pinned_out_and_nothing_is_sent(server: Server) -> None:
    """A revocation finds nothing left to take; the word that keeps them out is what was missing."""
    server.world.suspended.add(server.mia)
    desk, forge = server.story.desk, server.story.forge

    revoked = revoke(desk, "mia", "breach", "chloe", lambda *told: apply(desk, forge, *told, holder="test"))

    assert server.world.log.writes() == []
    assert remains(desk, revoked).nothing_known
    pins = desk.pins(revoked.found.plan.organization)
    assert [pin.kind for pin in pins if pin.account_id == server.mia] == ["out"]


def test_a_rehearsal_suspends_and_lets_in_on_the_model_alone(server: Server) -> None:
    """Taken, back, the same as before: one write each way."""
    plan = server.story.removal([server.mia])
    desk = server.story.desk

    shown = rehearse(desk, plan.organization, plan, lambda seen: open_rehearsal(desk, seen))

    assert shown.restored
    assert (shown.taken, shown.back, shown.residue, shown.same) == (1, 1, (), True)
    assert (shown.carried.writes, shown.restored.writes) == (1, 1)
    assert server.world.log.writes() == []


def test_check_says_what_a_leave_is_here(server: Server) -> None:
    """And, where the server does not tell who is suspended, why it is a removal all the same."""
    (here,) = (found.told for found in check(server.story.desk) if found.about == "regime")
    server.world.tells_suspensions = False
    with wired(server.world, site_admin=True) as blind:
        desk = Story(blind, server.story.store, server.story.clock).desk
        (there,) = (found.told for found in check(desk) if found.about == "regime")

    assert "whoever leaves is suspended on the whole server" in here
    assert "nothing here tells who is suspended, so leaves are removals" in there


def test_history_tells_when_somebody_could_sign_in(server: Server) -> None:
    """By whom it ended, and since when it holds again; teams and repositories were held all along."""
    server.story.clock.sleep(1)
    run = server.story.take([server.mia])
    server.story.observe()
    server.story.carry_out(server.story.restore(runs=(run.id,)).plan)
    server.story.observe()

    lines = history(server.story.desk, run.plan.organization, Asked(account="mia"))

    first, again = (line for line in lines if line.what == WHERE)
    assert first.taken
    assert (first.taken.run, first.taken.reason) == (run.id, "a rule selected them")
    assert again.given
    assert (again.until, again.given.reason.startswith(f"taken by run {run.id}")) == (None, True)
    assert all(line.until is None for line in lines if line.what != WHERE)
