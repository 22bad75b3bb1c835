"""History answers about the account that was meant."""

from pathlib import Path

import pytest

from seatkeeper.errors import UsageError
from seatkeeper.workflow.history import holdings
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
