"""Pins: what named people say about an account, over what the data says."""

from datetime import date

import pytest

from seatkeeper.model.ids import AccountId
from seatkeeper.model.policy import Pin
from tests.rules.cases import NOON, a_case, account, keep, out, person, verdicts

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
