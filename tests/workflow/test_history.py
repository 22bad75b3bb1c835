"""History answers about the account that was meant."""

from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.workflow.history import changes, holdings, observed
from seatkeeper.workflow.observe import observe
from tests.workflow.place import workplace


def test_a_login_of_digits_is_not_taken_for_an_id(tmp_path: Path) -> None:
    """Asked about a login that is another account's id, history tells the one who has the login."""
    with workplace(tmp_path) as place:
        world, desk = place.forge.world, place.office.desk
        other = place.company.members()[3]
        digits = world.member(world.account(other.id))
        seen = observe(desk).snapshot

        lines = holdings(desk, seen.organization, seen.read_at, other.id)
        others = holdings(desk, seen.organization, seen.read_at, other.login.upper())
        by_id = holdings(desk, seen.organization, seen.read_at, digits)

    assert [(line.who, line.what) for line in lines] == [(other.id, "organization acme")]
    assert {line.who for line in others} == {other.login}
    assert by_id == lines


def test_a_freed_login_that_was_taken_again_is_asked_about_by_id(tmp_path: Path) -> None:
    """Two accounts were last known by one login: history names both ids, and tells each when asked by id."""
    with workplace(tmp_path) as place:
        world, desk = place.forge.world, place.office.desk
        former = place.company.members()[3]
        first = observe(desk).snapshot
        world.delete_account(former.id)
        successor = world.member(world.account(former.login))
        second = observe(desk).snapshot

        with pytest.raises(UsageError, match="2 accounts were last known") as told:
            holdings(desk, second.organization, second.read_at, former.login)
        before = holdings(desk, first.organization, first.read_at, former.id)
        after = holdings(desk, second.organization, second.read_at, successor)

    assert all(account in told.value.arithmetic for account in (former.id, successor))
    assert len(before) == len([g for g in first.grants if g.subject.id == former.id]) > 1
    assert [line.what for line in after] == ["organization acme"]


def test_what_changed_is_told_without_what_stayed(tmp_path: Path) -> None:
    """Whatever the first observation met is no change; who came and who went afterwards is."""
    with workplace(tmp_path) as place:
        world, desk = place.forge.world, place.office.desk
        first = observe(desk).snapshot
        gone = place.company.members()[3]
        assert changes(desk, first.organization, None, None) == []
        world.remove_member(gone.id)
        came = world.member(world.account("newcomer"))
        second = observe(desk).snapshot

        told = changes(desk, first.organization, None, None)
        later = changes(desk, first.organization, None, second.read_at)

    lost = {g for g in first.grants if g.subject.id == gone.id} - second.grants
    assert {(line.who, line.until) for line in told if line.until} == {(gone.login, second.read_at)}
    assert len([line for line in told if line.until]) == len(lost)
    assert [line.who for line in told if not line.until] == [world.accounts[came].login]
    assert later == []


def test_of_before_the_first_observation_nothing_is_known(tmp_path: Path) -> None:
    """Nobody is said to have held nothing on a day that was never observed."""
    with workplace(tmp_path) as place:
        desk = place.office.desk
        seen = observe(desk).snapshot

        with pytest.raises(NotCovered, match="Nothing of acme had been observed by"):
            observed(desk, seen.organization, seen.read_at - timedelta(days=1))
        assert observed(desk, seen.organization) == (seen.read_at, seen.read_at)
