from seatkeeper.model.grants import Grant, direct, membership, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.rules.steps import in_order, joining, leaving, moving
from tests.rules.plan_builder import ACME, GITEA, GITHUB

ANA = AccountId("7")
SEAT = membership(ANA, ACME)
WEB = team_place(ANA, TeamId("3"))
REPO = direct(ANA, RepositoryId("4"), "write")


def held(*grants: Grant) -> frozenset[Grant]:
    return frozenset(grants)


def test_a_changed_role_is_one_give_and_no_take() -> None:
    """Taking the old role of a place would take the place itself."""
    stronger = WEB._replace(role="maintainer")
    (step,) = moving(held(SEAT, WEB), held(SEAT, stronger))
    assert (step.action, step.grants) == ("give", (stronger,))


def test_a_weaker_role_is_one_give_too() -> None:
    """An admin who shall only write is given write."""
    admin = REPO._replace(role="admin")
    assert [s.action for s in moving(held(SEAT, admin), held(SEAT, REPO))] == ["give"]


def test_nothing_to_do_has_no_steps() -> None:
    """Equal sets need no call."""
    assert moving(held(SEAT, WEB), held(SEAT, WEB)) == []


def test_a_step_takes_exactly_one_grant() -> None:
    """Each take is checked and read back by itself."""
    steps = [*leaving(held(SEAT, WEB, REPO), GITHUB), *leaving(held(SEAT, WEB, REPO), GITEA)]
    assert all(len(step.grants) == 1 for step in steps)


def test_an_outsider_in_a_team_loses_the_place_by_a_step_of_its_own() -> None:
    """Without a membership there is no call that takes the team along."""
    assert [s.grants[0].resource.kind for s in leaving(held(WEB, REPO), GITHUB)] == ["team", "repository"]


def test_an_invitation_offers_members_places_only() -> None:
    """The maintainer's role follows acceptance; what the invitation brings is confirmed there as well."""
    steps = joining(held(), held(SEAT, WEB._replace(role="maintainer"), REPO), GITHUB)
    assert steps[0].grants == (SEAT, WEB)
    assert [s.after_acceptance for s in steps] == [False, True, True, True]
    assert [g for s in steps[1:] for g in s.grants] == [SEAT, WEB._replace(role="maintainer"), REPO]


def test_the_order_of_grants_is_the_same_everywhere() -> None:
    """Organization, teams, repositories, then by id."""
    other = team_place(ANA, TeamId("1"))
    assert in_order({REPO, WEB, SEAT, other}) == [SEAT, other, WEB, REPO]
