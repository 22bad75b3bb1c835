"""A failed page is not an empty page: what could not be read is told, and shields whom it may concern."""

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import ConfigurationError, CredentialRefused, ForgeError, ScopeMissing
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import ForgeName
from tests.forges.github.conftest import Open, Silent

MEMBERS, TEAMS, REPOSITORIES = "membersWithRole", "query Teams", "query Repositories"


def crowd(world: World, people: int = 350) -> None:
    """Members enough for several pages."""
    for n in range(people):
        world.member(world.account(f"user{n}"))


def test_a_page_that_goes_on_failing_is_told_with_its_number(world: World, serve: Open) -> None:
    """Page 3 of 4 answers 503 for ever: 200 members were seen, 351 announced."""
    crowd(world)
    world.faults.add("status", path="/graphql", contains=MEMBERS, nth=3, times=0, status=503)

    snapshot = serve(world).snapshot()

    reading = next(r for r in snapshot.coverage.readings if r.collection == "members")
    assert (reading.whole, reading.seen, reading.expected) == (False, 200, 351)
    assert "page 3 of 4" in (reading.problem or "")
    assert "503" in (reading.problem or "")
    assert not snapshot.coverage.complete
    assert snapshot.coverage.whole("teams")


def test_a_page_that_stumbles_once_is_read_all_the_same(world: World, serve: Open) -> None:
    """Asked again, and whole."""
    crowd(world)
    world.faults.add("status", path="/graphql", contains=MEMBERS, nth=3, times=1, status=502)

    place = serve(world)

    assert place.snapshot().grants == world.grants()
    assert place.clock.slept


@pytest.mark.parametrize("kind", ["empty-page", "repeat-page", "wrong-total", "html", "truncated"])
def test_pages_that_lie_are_not_believed(world: World, serve: Open, kind: str) -> None:
    """Empty, in circles, with another total, a web page, cut off."""
    crowd(world)
    world.faults.add(kind, path="/graphql", contains=MEMBERS, nth=2, times=0)  # type: ignore[arg-type]

    coverage = serve(world).snapshot().coverage

    assert not coverage.whole("members")
    assert coverage.problem("members")


def test_a_forge_that_redirects_elsewhere_is_not_followed(world: World, serve: Open) -> None:
    """The collection is told as unread."""
    world.faults.add("redirect", path=r"/orgs/acme/outside_collaborators", times=0)

    assert not serve(world).snapshot().coverage.whole("outside")


@pytest.mark.parametrize(("kind", "text"), [("team", TEAMS), ("repository", REPOSITORIES)])
def test_a_collection_whose_first_page_fails_is_not_an_empty_one(
    world: World, serve: Open, kind: str, text: str
) -> None:
    """No team and no repository was seen, and that proves nothing."""
    world.team("engineering")
    world.repository("tool")
    world.faults.add("status", path="/graphql", contains=text, times=0, status=500)

    snapshot = serve(world).snapshot()

    collection = {"team": "teams", "repository": "repositories"}[kind]
    assert not snapshot.coverage.whole(collection)
    assert snapshot.coverage.whole("members")


def test_overflow_that_fails_leaves_its_team_and_repository_unreadable(world: World, serve: Open) -> None:
    """What did come stands; the two shield everybody who may be on the missing page."""
    crowd(world, 150)
    team, tool = world.team("engineering"), world.repository("tool")
    for n in range(150):
        person = world.by_login(f"user{n}")
        assert person is not None
        world.place(person.id, team)
        world.direct(person.id, tool, "write")
    world.faults.add("status", path="/graphql", contains="query Overflow", times=0, status=503)

    snapshot = serve(world).snapshot()

    assert snapshot.coverage.unreadable == {Resource("team", team), Resource("repository", tool)}
    assert snapshot.coverage.whole("teams")
    assert snapshot.coverage.whole("repositories")
    reading = next(r for r in snapshot.coverage.readings if r.collection == f"team:{team}")
    assert (reading.whole, reading.seen, reading.expected) == (False, 100, 150)
    assert snapshot.grants < world.grants()


def test_a_rate_limit_is_waited_out(world: World, serve: Open) -> None:
    """The snapshot takes longer, and is whole."""
    world.faults.add("secondary-limit", path="/graphql", contains=MEMBERS)
    world.faults.add("rate-limited", path="/orgs/acme/invitations")
    place = serve(world)

    snapshot = place.snapshot()

    assert snapshot.coverage.complete
    assert sum(place.clock.slept) >= 60


def reader(url: str, token: str, organization: str = "acme") -> GitHubReader:
    """A reader with another credential."""
    from tests.forges.http.hostile import Hourglass  # noqa: PLC0415  # its only use here

    return GitHubReader(
        forge=ForgeName("acme"), api=url, organization=organization, token=Secret(token), clock=Hourglass()
    )


def test_a_wrong_token_is_an_error_and_not_an_empty_snapshot(world: World, serve: Open) -> None:
    """Nothing is left to tell."""
    place = serve(world)
    wrong = reader(place.simulator.url, "ghp_wrongwrongwrongwrongwrong")

    with pytest.raises(CredentialRefused) as caught:
        wrong.snapshot(Silent())
    assert "ghp_wrong" not in str(caught.value) + caught.value.remedy
    with pytest.raises(CredentialRefused):
        wrong.whoami()
    wrong.close()


def test_a_token_revoked_on_the_way_ends_the_snapshot(world: World, serve: Open) -> None:
    """The rest would not be answered either."""
    crowd(world)
    world.faults.add("revoked", path="/graphql", contains=MEMBERS, nth=2, times=0)

    with pytest.raises(CredentialRefused):
        serve(world).snapshot()


def test_another_organization_is_a_matter_of_the_configuration(world: World, serve: Open) -> None:
    """The name is wrong, or the credential does not see it."""
    place = serve(world)
    other = reader(place.simulator.url, place.simulator.read_token, "nobody-here")

    with pytest.raises(ConfigurationError, match="nobody-here"):
        other.organization()
    other.close()


def test_a_token_that_may_not_list_members_is_an_error(world: World, serve: Open) -> None:
    """A right is missing, and it says which."""
    world.faults.add("missing-scope", path="/graphql", contains=MEMBERS, times=0)

    with pytest.raises(ScopeMissing):
        serve(world).snapshot()


def test_accounts_that_can_not_be_read_again_raise(world: World, serve: Open) -> None:
    """No state is made up where nothing was read."""
    bob = world.member(world.account("bob"))
    place = serve(world)
    target = place.target(bob)
    world.faults.add("status", path="/graphql", times=0, status=503)

    with pytest.raises(ForgeError):
        place.reader.accounts([target])


def test_a_listing_that_single_sign_on_cuts_short_is_not_whole(world: World, serve: Open) -> None:
    """The forge answers 200 with a part, and says so in a header only."""
    world.faults.add("partial-sso", path="/orgs/acme/outside_collaborators", times=0)

    coverage = serve(world).snapshot().coverage

    assert not coverage.whole("outside")
    assert "single sign-on" in coverage.problem("outside")


def test_a_page_too_heavy_for_the_forge_is_asked_for_in_smaller_ones(world: World, serve: Open) -> None:
    """GitHub gives up on a page after ten seconds with 502 or 504; a smaller one it can do."""
    bob = world.member(world.account("bob"))
    for n in range(70):
        world.direct(bob, world.repository(f"repo{n}"), "triage")
    world.faults.add("status", path="/graphql", contains='"first": 50', nth=2, times=0, status=502)
    place = serve(world)

    snapshot = place.snapshot()

    assert snapshot.coverage.complete
    assert snapshot.grants == world.grants()
