"""Pins: what named people say about an account, over what the data says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from seatkeeper.errors import PredicateRefused
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.policy import LinkLine, Pin
from seatkeeper.rules.decide import decide
from tests.rules.cases import NOON, a_case, account, all_of, keep, out, people, person, verdicts, whoever

LAPSED = date(2026, 11, 22)
LEAVER = person(1, status="inactive")


@pytest.mark.parametrize(
    ("pins", "verdict"),
    [
        ((keep("USER1"),), "keep pinned-keep"),
        ((keep("user1", account=None, account_id=AccountId("#user1")),), "keep pinned-keep"),
        ((keep("user1", account=None, person="E1"),), "keep pinned-keep"),
        ((keep("user1", until=NOON.date()),), "keep pinned-keep"),
        ((keep("user1", until=LAPSED),), "hold pin-lapsed"),
        ((keep("user1", until=LAPSED), keep("user1")), "keep pinned-keep"),
        ((keep("user1"), out("user1")), "hold pinned-both"),
        ((out("user1"), keep("user1", account=None, person="E1")), "hold pinned-both"),
        ((out("user1"),), "leave status-leave"),
        ((keep("user2"),), "leave status-leave"),
        ((keep("user1", account_id=AccountId("#another")),), "leave status-leave"),
        ((), "leave status-leave"),
    ],
)
def test_what_a_pin_does_to_a_leaver(pins: tuple[Pin, ...], verdict: str) -> None:
    """Keep protects through its last day, a lapsed one proposes, both hold; an id is surer than a login."""
    for given in (pins, pins[::-1]):
        assert verdicts(a_case([LEAVER], ["user1"], pins=given)) == {"user1": verdict}


def test_an_out_pin_blocks_a_join_and_a_lapsed_one_asks_first() -> None:
    """A blocked person is not invited."""
    row = person(1, username="newbie")
    assert verdicts(a_case([row], [])) == {"newbie": "join joins"}
    assert verdicts(a_case([row], [], pins=(out("NewBie"),))) == {"newbie": "hold pinned-out"}
    assert verdicts(a_case([row], [], pins=(out("newbie", until=LAPSED),))) == {"newbie": "hold pin-lapsed"}
    assert verdicts(a_case([row], [], pins=(keep("newbie"),))) == {"newbie": "join joins"}


def test_a_keep_pin_ends_a_hold_and_an_out_pin_on_a_member_makes_one() -> None:
    """The person without a status is kept by name; a member who should be out is shown."""
    rows = [person(1, status=None), person(2)]
    case = a_case(
        rows, ["user1", "user2", account("ci", kind="bot")], pins=(keep("user1"), out("user2"), out("ci"))
    )
    assert verdicts(case) == {"user1": "keep pinned-keep", "user2": "hold pinned-out", "ci": "keep bot"}


@pytest.mark.parametrize(
    ("department", "verdict"),
    [
        ("legal", "keep pinned-keep"),
        ("eng", "leave status-leave"),
        (None, "hold pin-unknown"),
        (" ", "hold pin-unknown"),
    ],
)
def test_a_pin_with_a_condition_protects_whom_it_describes_and_whom_it_may_describe(
    department: str | None, verdict: str
) -> None:
    """Missing data never ends a protection: of whom it can't be decided, nothing is taken."""
    row = person(1, status="inactive", department=department)
    assert verdicts(a_case([row], ["user1"], pins=(whoever("department = 'legal'"),))) == {"user1": verdict}


def test_what_is_missing_for_a_pin_is_named() -> None:
    """Whoever fills it in knows where."""
    row = person(1, status="inactive", department=None)
    (decision,) = all_of(a_case([row], ["user1"], pins=(whoever("department = 'legal'"),)))
    assert decision.column == "department"
    assert "can't be decided: department is missing" in decision.because


def test_a_pin_with_a_condition_lets_nobody_in_and_holds_nobody_who_stays() -> None:
    """It only protects: who joins, who stays and who is held are as they would be without it."""
    rows = [
        person(1, username="newbie", department=None),
        person(2, department=None),
        person(3, username="no", department=None, status="inactive"),
        person(4, department=None, status=None),
    ]
    accounts = ["user2", "user4"]
    pinned = verdicts(a_case(rows, accounts, join="status = 'active'", pins=(whoever("department = 'x'"),)))
    assert pinned == verdicts(a_case(rows, accounts, join="status = 'active'"))
    assert pinned["newbie"] == "join joins"
    sure = verdicts(a_case(rows, accounts, join="status = 'active'", pins=(whoever("id IN ('E1', 'E3')"),)))
    assert sure == pinned


def test_a_lapsed_pin_with_a_condition_only_proposes() -> None:
    """Like any other, and an unknown one that still holds is stronger than one that has lapsed."""
    rows = [person(n, status="inactive", department=d) for n, d in enumerate(["legal", None, "eng"])]
    lapsed = whoever("department = 'legal'", until=LAPSED)
    accounts = ["user0", "user1", "user2"]
    assert verdicts(a_case(rows, accounts, pins=(lapsed,))) == {
        "user0": "hold pin-lapsed",
        "user1": "hold pin-lapsed",
        "user2": "leave status-leave",
    }
    both = verdicts(a_case(rows, accounts, pins=(lapsed, whoever("department = 'legal'"))))
    assert (both["user0"], both["user1"]) == ("keep pinned-keep", "hold pin-unknown")


def test_a_pin_on_a_person_is_about_all_of_that_persons_accounts_and_records() -> None:
    """By the links file several accounts, by one login several records, of which only one decides."""
    kept = keep("", account=None, person="E1")
    lines = (LinkLine("E1", "one"), LinkLine("E1", "two"))
    both = verdicts(a_case([LEAVER], ["one", "two"], lines=lines, pins=(kept,)))
    assert (both["one"], both["two"]) == ("keep pinned-keep", "keep pinned-keep")
    again = person(2, status="inactive", username="user1")
    for which in ("E1", "E2"):
        pin = keep("", account=None, person=which)
        assert verdicts(a_case([LEAVER, again], ["user1"], pins=(pin,)))["user1"] == "keep pinned-keep"
    gone = a_case([person(2)], ["one", "user2"], lines=(LinkLine("E1", "one"),), pins=(kept,))
    assert verdicts(gone)["one"] == "keep pinned-keep"


def test_a_person_who_is_pinned_out_is_not_let_in() -> None:
    """Whatever the login."""
    row = person(1, username="newbie")
    assert verdicts(a_case([row], [], pins=(out("", account=None, person="E1"),))) == {
        "newbie": "hold pinned-out"
    }


@pytest.mark.parametrize(
    "when",
    [
        "coalesce(department, 'x') = 'legal'",
        "department IS NOT NULL",
        "TRUE",
        "CASE WHEN id = '1' THEN 1 END = 1",
    ],
)
def test_a_condition_by_which_a_missing_value_would_end_a_protection_is_refused(when: str) -> None:
    """And so is one that asks nothing; the gate is the one of every other rule."""
    with pytest.raises(PredicateRefused, match="the pin rule was refused"):
        decide(a_case([LEAVER], ["user1"], pins=(whoever(when),)))


def test_the_clause_names_the_pins_that_speak_and_no_other() -> None:
    """For whoever asks why, and for a review."""
    pins = (whoever("department = 'eng'", owner="bo"), keep("user1"), keep("user2"))
    decisions = decide(a_case([LEAVER], ["user1"], pins=pins))
    (one,) = decisions.of("keep")
    assert decisions.clause(one) == (
        "policy.pins: keep where department = 'eng' until 2099-01-01, by bo, keep until 2099-01-01, by ana"
    )
    decisions.close()


def test_whom_a_plan_names_is_put_to_an_approver_once_a_pin_has_lapsed() -> None:
    """Named or not, a pin that holds is not ended by it, and neither is one that may hold."""
    lapsed = keep("user1", until=LAPSED)

    def decided(*pins: Pin, named: str = "USER1") -> str:
        return verdicts(a_case([LEAVER], ["user1"], pins=pins, named=frozenset({named})))["user1"]

    assert decided(lapsed) == "leave asked-lapsed"
    assert decided(lapsed, named="user2") == "hold pin-lapsed"
    assert decided(lapsed, keep("user1", account=None, person="E1")) == "keep pinned-keep"
    assert decided(lapsed, whoever("office = 'Faro'")) == "hold pin-unknown"
    assert decided() == "leave status-leave"
    (one,) = all_of(a_case([LEAVER], ["user1"], pins=(lapsed,), named=frozenset({"user1"})))
    assert one.because.startswith("status is 'inactive', which the status table says is leaving, and the pin")


def test_whoever_vanished_is_put_to_an_approver_by_name_and_never_otherwise() -> None:
    """Nobody else is, and a keep pin keeps them all the same."""
    rows = [person(1), person(2), person(3)]
    named = frozenset({"user1"})
    case = a_case(rows[2:], ["user1", "user2", "user3"], earlier=(people(*rows),), named=named)
    told = {"user1": "leave asked-absent", "user2": "hold absent", "user3": "keep stays"}
    assert verdicts(case) == told
    for kept in (keep("user1"), keep("", account=None, person="E1")):
        assert verdicts(replace(case, pins=(kept,)))["user1"] == "keep pinned-keep"
    policy = replace(case.policy, absent_after=timedelta(days=14))
    long = replace(
        case, policy=policy, gone=people(*rows), long_gone=frozenset({PersonKey("E1")}), earlier=()
    )
    assert verdicts(long)["user1"] == "leave asked-absent"
    pinned = replace(long, pins=(keep("", account=None, person="E1"),))
    assert verdicts(pinned)["user1"] == "keep pinned-keep"
    assert verdicts(replace(case, members_problem=None, named=frozenset()))["user1"] == "hold absent"


def test_whom_a_lapsed_pin_shuts_out_is_let_in_once_a_plan_names_them() -> None:
    """An out pin that still holds shuts out whoever is named."""
    row, named = person(1, username="newbie"), frozenset({"newbie"})
    lapsed = out("newbie", until=LAPSED)
    assert verdicts(a_case([row], [], pins=(lapsed,), named=named)) == {"newbie": "join joins"}
    assert verdicts(a_case([row], [], pins=(lapsed, out("newbie")), named=named)) == {
        "newbie": "hold pinned-out"
    }


def test_a_pin_is_of_use_to_those_who_would_be_decided_otherwise_without_it() -> None:
    """Each by itself: one that has lapsed does nothing beside one that holds; a condition counts too."""
    rows = [
        person(1, status="inactive"),
        person(2),
        person(3, status=None),
        person(4, status="inactive", department=None),
    ]
    lapsed, live, stays = keep("user1", until=LAPSED), keep("USER1"), keep("user2")
    unknown, shut = whoever("department = 'legal'"), out("user2", owner="bo")
    pins = (lapsed, live, stays, keep("user3"), unknown, keep("nobody"))
    decisions = decide(a_case(rows, ["user1", "user2", "user3", "user4"], pins=(*pins, shut)))
    uses = decisions.uses()
    decisions.close()
    assert [(uses[pin].speaks, uses[pin].decides) for pin in pins] == [
        (1, ()),
        (1, ("user1",)),
        (1, ("user2",)),
        (1, ("user3",)),
        (1, ("user4",)),
        (0, ()),
    ]
    assert uses[shut].decides == ("user2",)
    alone = decide(a_case(rows, ["user1", "user2"], pins=(lapsed, stays)))
    assert (alone.uses()[lapsed].decides, alone.uses()[stays].decides) == (("user1",), ())
    alone.close()
