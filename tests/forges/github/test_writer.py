"""Each step is one call, and the forge then holds exactly what the step meant."""

import pytest

from seatkeeper.errors import Refused, Uncertain
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource, direct, held_by, membership, team_place
from seatkeeper.model.ids import AccountId, InvitationId
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import AccountState
from tests.forges.github.conftest import Open


def nowhere(account: AccountId, login: str) -> AccountState:
    """A state that knows no names."""
    return AccountState(account, login, exists=True, grants=frozenset(), invitation=None, names={})


def test_an_invitation_offers_membership_and_teams_at_once(world: World, serve: Open) -> None:
    """One call, one mail, by the account's number; accepted, everything is there."""
    eva, team = world.account("Eva"), world.team("engineering")
    home = world.organization().id
    place = serve(world)

    place.send("invite", nowhere(eva, "old-login"), membership(eva, home), team_place(eva, team))

    assert len(world.log.writes()) == 1
    assert world.log.counts()["invitation"] == 1
    world.accept(eva)
    assert held_by(eva, world.grants()) == {membership(eva, home), team_place(eva, team)}


def test_a_withdrawn_invitation_is_gone(world: World, serve: Open) -> None:
    """By its number, whatever the login."""
    eva = world.account("Eva")
    world.invite(eva)
    place = serve(world)
    state = place.state(eva)
    assert state.invitation is not None

    place.writer.send(Step("withdraw", (), "", invitation=state.invitation.id), state)

    assert place.state(eva).invitation is None


def test_each_grant_is_given_and_taken_by_one_call(world: World, serve: Open) -> None:
    """Team places, direct grants and the membership, with their roles."""
    bob = world.member(world.account("bob"))
    team, tool = world.team("engineering"), world.repository("tool")
    home = world.organization().id
    resources = ((Resource("team", team), "engineering"), (Resource("repository", tool), "tool"))
    place = serve(world)
    grants = [
        team_place(bob, team, "maintainer"),
        direct(bob, tool, "write"),
        direct(bob, tool, "triage"),
        membership(bob, home, "owner"),
        membership(bob, home, "member"),
    ]

    for grant in grants:
        place.send("give", place.state(bob, *resources), grant)
        assert grant in world.grants()
        assert grant in place.state(bob, *resources).grants
    for grant in [direct(bob, tool, "triage"), team_place(bob, team, "maintainer"), membership(bob, home)]:
        place.send("take", place.state(bob, *resources), grant)
        assert grant not in world.grants()
    assert len(world.log.writes()) == 8
    assert held_by(bob, world.grants()) == frozenset()
    assert place.clock.waited >= 7


def test_a_custom_role_goes_out_as_the_forge_spells_it(world: World, serve: Open) -> None:
    """Neither lower-cased nor mapped."""
    world.custom_role("Deployer", "write")
    bob, tool = world.member(world.account("bob")), world.repository("tool")
    place = serve(world)

    state = place.state(bob, (Resource("repository", tool), "tool"))
    place.send("give", state, direct(bob, tool, "Deployer"))

    assert direct(bob, tool, "Deployer") in place.snapshot().grants


def test_the_names_of_today_are_used(world: World, serve: Open) -> None:
    """Renamed since the plan: account, team and repository."""
    bob = world.member(world.account("bob"))
    team, tool = world.team("engineering"), world.repository("tool")
    world.place(bob, team)
    world.direct(bob, tool, "admin")
    place = serve(world)
    target = place.target(bob)
    world.rename(bob, "robert")
    world.rename_team(team, "platform")
    world.rename_repository(tool, "hammer")

    state = place.reader.accounts([target])[bob]
    place.send("take", state, direct(bob, tool, "admin"))
    place.send("take", state, team_place(bob, team))

    assert [request.path for request in world.log.writes()] == [
        "/repos/acme/hammer/collaborators/robert",
        "/orgs/acme/teams/platform/memberships/robert",
    ]


def test_taking_what_is_gone_is_refused_as_not_found(world: World, serve: Open) -> None:
    """Nothing happened; the caller reads back."""
    bob = world.account("bob")
    place = serve(world)

    with pytest.raises(Refused) as caught:
        place.send("take", nowhere(bob, "bob"), membership(bob, world.organization().id))
    assert (caught.value.status, caught.value.code) == (404, "not_found")


def test_the_last_owner_stays(world: World, serve: Open) -> None:
    """The forge says no, and no is told."""
    ana = world.by_login("ana")
    assert ana is not None
    place = serve(world)

    with pytest.raises(Refused) as caught:
        place.send("take", place.state(ana.id), membership(ana.id, world.organization().id, "owner"))
    assert caught.value.status in {403, 422}


def test_a_grant_without_a_name_of_today_is_not_sent(world: World, serve: Open) -> None:
    """No call may rest on a guess."""
    bob, team = world.member(world.account("bob")), world.team("engineering")
    place = serve(world)

    with pytest.raises(Refused, match="nothing was sent") as caught:
        place.send("give", nowhere(bob, "bob"), team_place(bob, team))
    assert caught.value.code == "unnamed"
    gone = AccountState(bob, "bob", exists=False, grants=frozenset(), invitation=None, names={})
    with pytest.raises(Refused, match="nobody's any more"):
        place.send("take", gone, membership(bob, world.organization().id))
    assert world.log.writes() == []


@pytest.mark.parametrize("fault", ["reset-after", "reset"])
def test_a_write_whose_answer_is_lost_is_uncertain_and_goes_out_once(
    world: World, serve: Open, fault: str
) -> None:
    """Whether it was done or not: one request, and reading tells."""
    eva = world.account("Eva")
    world.faults.add(fault, method="POST", path="/orgs/acme/invitations")  # type: ignore[arg-type]
    place = serve(world)

    with pytest.raises(Uncertain):
        place.send("invite", nowhere(eva, "Eva"), membership(eva, world.organization().id))

    assert place.asked("/orgs/acme/invitations") <= 1
    done = fault == "reset-after"
    assert world.log.counts().get("invitation", 0) == int(done)
    assert (place.state(eva).invitation is not None) is done


def test_a_step_is_described_as_it_is_sent(world: World, serve: Open) -> None:
    """What a reader of the plan sees is the request itself."""
    bob, team, tool = AccountId("7"), world.team("engineering"), world.repository("tool")
    names = {Resource("team", team): "engineering", Resource("repository", tool): "tool"}
    describe = serve(world).reader.describe
    home = world.organization().id

    def told(step: Step) -> str:
        return describe(step, "bob", names)

    assert told(Step("take", (membership(bob, home),), "")) == "DELETE /orgs/acme/memberships/bob"
    assert told(Step("take", (team_place(bob, team),), "")) == (
        "DELETE /orgs/acme/teams/engineering/memberships/bob"
    )
    assert told(Step("give", (direct(bob, tool, "write"),), "")) == (
        'PUT /repos/acme/tool/collaborators/bob {"permission": "push"}'
    )
    assert told(Step("give", (membership(bob, home, "owner"),), "")) == (
        'PUT /orgs/acme/memberships/bob {"role": "admin"}'
    )
    assert told(Step("invite", (membership(bob, home), team_place(bob, team)), "")) == (
        f'POST /orgs/acme/invitations {{"invitee_id": 7, "role": "direct_member", "team_ids": [{team}]}}'
    )
    assert told(Step("withdraw", (), "", invitation=InvitationId("5"))) == "DELETE /orgs/acme/invitations/5"
    assert world.log.writes() == []
