"""Access by rule: what is given, what may be taken, and what an unknown keeps."""

import pytest

from seatkeeper.errors import PredicateRefused
from seatkeeper.model.grants import Grant, Resource, direct, membership, team_place
from seatkeeper.model.ids import AccountId, OrganizationId, PersonKey, RepositoryId, TeamId
from seatkeeper.model.policy import Access
from seatkeeper.rules.access import Entitlement, by_name, wanted
from seatkeeper.rules.decide import Case, decide
from tests.rules.cases import a_case, keep, person, verdicts

NAMES = {
    Resource("team", "1"): "engineering",
    Resource("team", "2"): "data",
    Resource("team", "3"): "choir",
    Resource("repository", "9"): "handbook",
}
ACCESS = (
    Access("department = 'eng'", teams=("engineering",)),
    Access("department = 'data'", teams=("data",), repositories={"handbook": "write"}),
    Access(None, teams_from="team_list"),
)
ME = AccountId("#user1")
MEMBER = membership(ME, OrganizationId("1"))


def place(team: str, role: str = "member") -> Grant:
    return team_place(ME, TeamId(team), role)


def moving(row: dict[str, object], *held: Grant, **told: object) -> Case:
    facts: dict[str, object] = {
        "access": ACCESS,
        "manages": frozenset({"engineering", "data"}),
        "names": NAMES,
    }
    facts |= {"roles": {ME: "member"}, "grants": frozenset({MEMBER, *held})}
    return a_case([row], ["user1"], **{**facts, **told})


@pytest.mark.parametrize(
    ("values", "held", "verdict"),
    [
        ({}, [place("1")], "keep stays"),
        ({}, [place("1", "maintainer")], "keep stays"),
        ({}, [], "move access-changed"),
        ({"department": "data"}, [place("1")], "move access-changed"),
        ({"department": "hr"}, [place("1")], "move access-changed"),
        ({"department": "hr"}, [place("3")], "keep stays"),
        ({"department": None}, [place("1"), place("2")], "keep stays"),
        ({"department": "hr", "team_list": None}, [place("1")], "keep stays"),
        ({"department": "hr", "team_list": ["choir"]}, [], "move access-changed"),
        ({"department": "hr", "team_list": ["no-such-team", " "]}, [], "keep stays"),
        ({"department": "data"}, [place("2"), direct(ME, RepositoryId("9"), "admin")], "keep stays"),
    ],
)
def test_who_moves(values: dict[str, object], held: list[Grant], verdict: str) -> None:
    """Only what is managed can be lost, an unknown keeps, and a role that is held stays."""
    assert verdicts(moving(person(1, **values), *held)) == {"user1": verdict}


def test_a_shielded_or_pinned_account_does_not_move() -> None:
    """What could not be read whole is not changed, and a keep pin keeps."""
    row = person(1, department="hr")
    assert verdicts(moving(row, place("1"), shielded=frozenset({ME}))) == {"user1": "hold shielded"}
    assert verdicts(moving(row, place("1"), pins=(keep("user1"),))) == {"user1": "keep pinned-keep"}


def test_outside_collaborators_do_not_move() -> None:
    """The rules are for members."""
    case = moving(person(1, department="hr"), place("1"), roles={ME: "outside"})
    assert verdicts(case) == {"user1": "keep stays"}


def test_entitled_tells_what_the_rules_give_with_their_truth() -> None:
    """Three-valued, a rule at a time."""
    decisions = decide(moving(person(1, department=None, team_list=["choir"])))
    assert decisions.entitled(PersonKey("E1")) == [
        Entitlement("team", "engineering", "member", None),
        Entitlement("team", "data", "member", None),
        Entitlement("repository", "handbook", "write", None),
        Entitlement("team", "choir", "member", True),
    ]
    assert decisions.entitled(PersonKey("nobody")) == []
    decisions.close()


def test_wanted_swaps_managed_teams_and_touches_nothing_else() -> None:
    """What is held elsewhere stays; what is given twice is given once."""
    ids = by_name(NAMES)
    told = [
        Entitlement("team", "engineering", "member", False),
        Entitlement("team", "data", "member", True),
        Entitlement("team", "data", "member", True),
        Entitlement("team", "choir", "member", False),
    ]
    held = {MEMBER, place("1"), place("3")}
    assert wanted(held, told, {"engineering", "data"}, ids) == {MEMBER, place("2"), place("3")}
    with pytest.raises(ValueError, match="one account"):
        wanted(set(), told, set(), ids)


def test_an_access_rule_passes_the_gate_like_any_other() -> None:
    """Before anything is decided."""
    with pytest.raises(PredicateRefused, match="the access rule was refused"):
        decide(a_case([], [], access=(Access("random() < 0.5", teams=("x",)),)))
