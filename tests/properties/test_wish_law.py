"""Who moves is found without making anybody's grants; it must say the same as making them."""

from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.model.grants import Grant, Resource, direct, membership, team_place
from seatkeeper.model.ids import AccountId, OrganizationId, RepositoryId, TeamId
from seatkeeper.rules.access import Entitlement, by_name, wanted, wish

ME = AccountId("7")
MEMBER = membership(ME, OrganizationId("1"))
NAMES = {
    **{Resource("team", n): f"team-{n}" for n in "123"},
    **{Resource("repository", n): f"repository-{n}" for n in "89"},
}
SLUGS = ["team-1", "team-2", "team-3", "team-nobody-has"]

places = st.builds(
    team_place, st.just(ME), st.sampled_from("123").map(TeamId), st.sampled_from(["member", "maintainer"])
)
directs = st.builds(direct, st.just(ME), st.sampled_from("89").map(RepositoryId), st.just("write"))
told = st.one_of(
    st.builds(
        Entitlement,
        st.just("team"),
        st.sampled_from(["", *SLUGS]),
        st.just("member"),
        st.sampled_from([True, False, None]),
    ),
    st.builds(
        Entitlement,
        st.just("repository"),
        st.sampled_from(["repository-8", "repository-9"]),
        st.just("read"),
        st.sampled_from([True, False, None]),
    ),
)


@given(st.frozensets(st.one_of(places, directs)), st.lists(told), st.frozensets(st.sampled_from(SLUGS)))
def test_a_wish_is_met_exactly_when_nothing_would_change(
    held: frozenset[Grant], entitlements: list[Entitlement], manages: frozenset[str]
) -> None:
    """So nobody is called a mover who has nothing to gain or lose, and no mover is missed."""
    holds = held | {MEMBER}
    ids = by_name(NAMES)

    met = wish(entitlements, manages, ids).met_by({grant.resource for grant in holds})

    assert met == (wanted(holds, entitlements, manages, ids) == holds)
