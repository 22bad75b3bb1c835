"""What went wrong elsewhere for people who came back."""

from pathlib import Path

from seatkeeper.model.grants import held_by
from tests.workflow.past_place import desk_at, observe
from tests.workflow.test_reconstruct import Past, answered, whole


def test_operations_engineering_2303_what_somebody_removed_as_dormant_had_is_known_when_they_come_back(
    tmp_path: Path,
) -> None:
    """Removed before Seatkeeper came, back within ninety days: asked for were the permissions they had."""
    past = Past()
    dormant = past.people[2]
    had = past.remove(dormant)
    past.world.advance(60 * 86_400)
    past.world.member(dormant)
    with desk_at(tmp_path) as desk:
        observe(desk, past.world)
        now = held_by(dormant, past.world.grants())

        imported = past.take_in(desk, past.export(), answered(had - now, past))

    assert len(now) == 1
    assert whole(imported) == had - now
    assert all(lost.evidence[-1].action == "org.remove_member" for lost in imported.lost)
