"""History answers about the account that was meant."""

from pathlib import Path

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
