from datetime import timedelta

import pytest

from seatkeeper.rules.render import waves
from seatkeeper.rules.waves import in_waves, team_allowance
from tests.rules.plan_builder import NOW, Acme, drafts, team


def order(acme: Acme, **other: object) -> list[str]:
    facts = acme.facts(**other)
    return [change.login for change in in_waves(drafts(facts), facts)]


@pytest.mark.parametrize(
    ("leavers", "sizes"),
    [
        (0, []),
        (1, [1]),
        (2, [1, 1]),
        (6, [1, 5]),
        (7, [1, 5, 1]),
        (31, [1, 5, 25]),
        (131, [1, 5, 25, 100]),
        (300, [1, 5, 25, 100, 100, 69]),
    ],
)
def test_waves_grow_from_one(leavers: int, sizes: list[int]) -> None:
    """The first to lose something is alone; nobody's wave is larger than 100."""
    acme = Acme(400)
    acme.leave(*(f"user{n}" for n in range(50, 50 + leavers)))
    facts = acme.facts()
    assert waves(in_waves(drafts(facts), facts)) == sizes


def test_the_first_loss_is_alone_in_its_wave_after_the_gives() -> None:
    """Joiners don't use up the small waves that leavers need."""
    acme = Acme(40)
    acme.leave(*(f"user{n}" for n in range(10, 18)))
    for number in range(7):
        acme.join(f"new{number}")
    facts = acme.facts()
    planned = in_waves(drafts(facts), facts)
    assert waves(planned) == [1, 5, 1, 1, 5, 2]
    assert [c.kind for c in planned] == ["join"] * 7 + ["leave"] * 8


def test_gives_come_before_moves_and_moves_before_leaves() -> None:
    """Least harm first."""
    acme = Acme(40)
    acme.team("old", "user20", "user21", "user22", "user23", "user24")
    acme.team("new", "user30")
    acme.leave("user10").move("user20", team("new")).join("newcomer").move("user31", team("new"))
    assert order(acme, manages={"old"}) == ["newcomer", "user31", "user20", "user10"]


def test_the_longest_inactive_leave_first_and_the_owners_last() -> None:
    """Who was active lately goes later, who nobody knows about after them, owners at the very end."""
    acme = Acme(20)
    for login, days in (("lately", 1), ("never-mind", 300), ("year", 400)):
        acme.member(login, active=NOW - timedelta(days=days))
    acme.member("boss", "owner", active=NOW - timedelta(days=900))
    acme.direct("user5", "website")
    acme.leave("boss", "user5", "user6", "lately", "year", "never-mind")
    assert order(acme) == ["year", "never-mind", "lately", "user6", "user5", "boss"]


def test_losers_of_a_heavily_hit_team_go_latest_but_for_owners() -> None:
    """When a team loses more than its share, there is time to notice."""
    acme = Acme(40)
    acme.team("small", "user10", "user11", "user12", "user13")
    acme.member("boss", "owner")
    acme.leave("user10", "user11", "user12", "user30", "user31", "boss")
    acme.direct("user30", "website")
    assert order(acme) == ["user31", "user30", "user10", "user11", "user12", "boss"]


@pytest.mark.parametrize(("size", "allowed"), [(0, 2), (1, 2), (10, 2), (14, 2), (15, 3), (100, 20)])
def test_a_team_may_lose_two_or_a_fifth(size: int, allowed: int) -> None:
    """The larger of both, rounded down."""
    assert team_allowance(Acme(1).facts(), size) == allowed
