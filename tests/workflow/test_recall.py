"""What is told later is what was decided then."""

from pathlib import Path

from seatkeeper.rules.decisions import Decisions
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import decide_on
from seatkeeper.workflow.recall import recall
from tests.workflow.place import workplace


def told(decisions: Decisions) -> list[tuple[str | None, str | None, str, str]]:
    """Whose case it is, and what it is."""
    found = decisions.of("join", "move", "leave", "keep", "hold")
    decisions.close()
    return [(d.login, d.person, d.verb, d.reason) for d in found]


def test_what_is_told_of_the_last_observation_is_what_a_plan_says(tmp_path: Path) -> None:
    """Decided on what the store kept, everybody's case is the same, by e-mail and invitation too."""
    with workplace(tmp_path) as place:
        desk = place.office.desk
        seen = observe(desk)
        first = told(decide_on(desk, seen))
        again = told(decide_on(desk, recall(desk, seen.snapshot.organization)))

    reasons = {reason for *_, reason in first}
    assert {"ambiguous", "invited"} <= reasons
    assert again == first


def test_without_what_the_forge_told_names_and_grants_remain(tmp_path: Path) -> None:
    """What the forge told can be erased; who was there and held what is still known."""
    with workplace(tmp_path) as place:
        desk = place.office.desk
        seen = observe(desk)
        later = desk.clock.now().replace(year=desk.clock.now().year + 1)
        erased = desk.store.erase_extracts(f"forges.{desk.forge}", later, later, "ana", "asked to")  # type: ignore[attr-defined]  # erasing is the store's own
        remembered = recall(desk, seen.snapshot.organization).snapshot

    assert erased == 1
    assert remembered.grants == seen.snapshot.grants
    assert {a.login for a in remembered.accounts} <= {a.login for a in seen.snapshot.accounts}
    assert not any(a.email for a in remembered.accounts)
