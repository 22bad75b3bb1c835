"""Who is suspended on a server of one's own: read with the rest, and unread where it was not told."""

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from seatkeeper.errors import Refused
from seatkeeper.forges.github.looking import Looking
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.simulator.regime import settle
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant, Resource, direct, membership, signing_in
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import Target
from tests.forges.github.conftest import Silent
from tests.forges.github.test_partial_answers import Forge, connection, person
from tests.forges.http.hostile import told
from tests.restoring.wire import WireForge, wired

SERVER = Resource("server", "77")
HOME = {Resource("organization", "77"): "acme", SERVER: "of acme"}


@pytest.fixture
def mia(world: World) -> AccountId:
    """A member of a server's organization with a grant of her own."""
    mia = world.member(world.account("mia"))
    world.direct(mia, world.repository("site"), "write")
    settle(world, "ghes")
    return mia


@pytest.fixture
def forge(world: World, mia: AccountId) -> Iterator[WireForge]:
    """The server, with a site administrator's credential to write."""
    assert mia
    with wired(world, site_admin=True) as forge:
        yield forge


def active(account: AccountId) -> Grant:
    """What lets the account in."""
    return signing_in(account, OrganizationId("77"))


def test_a_snapshot_tells_who_may_sign_in_in_the_calls_it_makes_anyway(
    world: World, mia: AccountId, forge: WireForge
) -> None:
    """Members only, everything else as ever, and not one request more."""
    before = forge.snapshot(Silent())
    world.suspended.add(mia)
    asked = len(world.log.requests)
    after = forge.snapshot(Silent())
    asked = len(world.log.requests) - asked
    with wired(world) as plain:
        began = len(world.log.requests)
        plainly = plain.snapshot(Silent())
        plain_asked = len(world.log.requests) - began

    assert before.grants == world.grants() | {active(mia), active(world.owners()[0])}
    assert before.grants - after.grants == {active(mia)}
    assert not before.suspended
    assert after.suspended == {mia}
    assert not plainly.suspended
    assert plainly.grants == world.grants()
    assert after.coverage.whole("suspensions")
    assert asked == plain_asked


class Stammering(Forge):
    """A server that tells of everybody, but of Mia's suspension only that it failed to."""

    def _answer(self, request: Request) -> Response:
        if request.path == "/meta":
            return told({"installed_version": "3.19.0"})
        if request.path == "/graphql" and "query Suspension" in request.get_json()["query"]:
            return told({"data": {"viewer": {"login": "ana", "suspendedAt": None}}})
        return super()._answer(request)

    def reader(self) -> GitHubReader:
        reader = super().reader()
        reader._site_admin = True
        return reader


def test_a_suspension_that_could_not_be_told_is_not_read_as_none(httpserver: HTTPServer) -> None:
    """A null with an error beside it is no "active": members are not whole, and nobody can lose anything."""
    forge = Stammering(httpserver)
    rows = [person(1, "ana", "ADMIN"), person(2, "mia")]
    for row in rows:
        row["node"]["suspendedAt"] = None
    forge.data["Members"] = {"membersWithRole": connection("edges", *rows)}
    where = ["organization", "membersWithRole", "edges", 1, "node", "suspendedAt"]
    forge.errors["Members"] = [{"message": "it could not be loaded", "path": where}]

    snapshot = forge.snapshot()

    assert any("suspendedAt" in text for text in forge.texts)
    assert not snapshot.coverage.whole("members")
    assert not snapshot.coverage.whole("suspensions")
    assert snapshot.suspended == frozenset()


@pytest.mark.parametrize("node", [{"suspendedAt": None}, {}], ids=["an error beside it", "not in the answer"])
def test_an_account_that_did_not_tell_is_unread(node: dict[str, object]) -> None:
    """Neither active nor suspended."""
    looking = Looking(Target(AccountId("2"), "mia", HOME), "mia")

    looking.take_user({"databaseId": 2, "login": "mia", "organization": {}, **node}, told=not node)

    assert (looking.unread, looking.grants) == ({SERVER}, set())


def test_an_account_is_read_again_with_its_suspension_where_that_is_asked(
    world: World, mia: AccountId, forge: WireForge
) -> None:
    """And only there: what was not asked for must not look like something new."""
    asked, plain = Target(mia, "mia", HOME), Target(mia, "mia", {Resource("organization", "77"): "acme"})
    now = forge.accounts([asked])[mia]
    world.suspended.add(mia)
    later = forge.accounts([asked])[mia]

    seat = membership(mia, OrganizationId("77"))
    assert now.grants == {seat, active(mia)}
    assert later.grants == {seat}
    assert not now.unread | later.unread
    assert forge.accounts([plain])[mia].grants == {seat}


def test_a_server_that_does_not_tell_is_served_as_before(world: World, mia: AccountId) -> None:
    """A leave there is a removal; what was not read is unread, and not "active" or "suspended"."""
    world.tells_suspensions = False
    with wired(world, site_admin=True) as forge:
        snapshot = forge.snapshot(Silent())
        state = forge.accounts([Target(mia, "mia", HOME)])[mia]

        assert forge.capabilities.regime == "ghes"
        assert snapshot.grants == world.grants()
        assert not snapshot.coverage.whole("suspensions")
        assert state.unread == {SERVER}


def test_elsewhere_the_field_is_never_asked_for(world: World) -> None:
    """GitHub's own service refuses a query that names it; the file may say what it likes."""
    world.member(world.account("mia"))
    with wired(world, site_admin=True) as forge:
        assert forge.capabilities.regime == "plain"
        assert forge.snapshot(Silent()).coverage.complete


def test_suspending_and_lifting_are_one_request_each(world: World, mia: AccountId, forge: WireForge) -> None:
    """What is held stays held through both."""
    held = world.grants()
    state = forge.accounts([Target(mia, "mia", HOME)])[mia]
    take, give = Step("take", (active(mia),), ""), Step("give", (active(mia),), "")

    assert forge.describe(take, "mia", HOME) == "PUT /users/mia/suspended"
    assert forge.describe(give, "mia", HOME) == "DELETE /users/mia/suspended"
    forge.send(take, state)
    assert (world.suspended, world.grants()) == ({mia}, held)
    forge.send(give, state)
    assert (world.suspended, world.grants()) == (set(), held)
    assert len(world.log.writes()) == 2


def test_nobody_can_suspend_themselves(world: World, forge: WireForge) -> None:
    """The server says no, and nothing happened."""
    owner = world.owners()[0]
    state = forge.accounts([Target(owner, world.accounts[owner].login, HOME)])[owner]

    with pytest.raises(Refused, match="yourself"):
        forge.send(Step("take", (signing_in(owner, OrganizationId("77")),), ""), state)
    assert world.suspended == set()


def test_whoever_is_outside_keeps_what_no_suspension_was_read_for(
    world: World, mia: AccountId, forge: WireForge
) -> None:
    """Their sign-in is not known from a snapshot: their grants are, and go one by one."""
    world.remove_member(mia)
    world.direct(mia, next(iter(world.repositories)), "write")
    snapshot = forge.snapshot(Silent())

    assert active(mia) not in snapshot.grants
    assert mia not in snapshot.suspended
    assert direct(mia, next(iter(world.repositories)), "write") in snapshot.grants
