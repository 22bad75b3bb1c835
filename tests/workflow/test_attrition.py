"""`check` says what the limits allow here and when they will be hit."""

from datetime import date, timedelta
from pathlib import Path

from seatkeeper.workflow.attrition import busiest_week
from seatkeeper.workflow.check import Finding, check
from seatkeeper.workflow.observe import observe
from tests.workflow.place import workplace

MONDAY = date(2026, 3, 2)


def day(number: int) -> date:
    """So many days after a Monday."""
    return MONDAY + timedelta(days=number)


def limits(findings: list[Finding]) -> list[Finding]:
    """What is said of limits."""
    return [finding for finding in findings if finding.about == "limits"]


def test_the_busiest_week_is_any_seven_days() -> None:
    """Seven days count wherever they begin; the eighth is another week's."""
    assert busiest_week([]) == (0, None)
    assert busiest_week([day(0), day(6), day(7), day(7)]) == (3, day(7))
    assert busiest_week([day(0), day(7)]) == (1, day(0))


def test_the_limits_are_told_with_the_figures_of_this_organization(tmp_path: Path) -> None:
    """Before anything was observed that is said; then the figures are those of the people with a seat."""
    with workplace(tmp_path) as place:
        desk = place.office.desk
        (before,) = limits(check(desk))
        observe(desk)
        allowed, reached = limits(check(desk))

    assert (before.severity, "observe" in before.remedy) == ("note", True)
    assert "1 may lose something in a run, 2 in 24 hours, 6 in 7 days; and 2, 2 and 3 whose" in allowed.told
    assert "people end in" in reached.told


def test_a_record_in_which_many_end_at_once_is_warned_of(tmp_path: Path) -> None:
    """More last days in a week than may go unasked: `check` names the week, and what can be done."""
    foreseen = "limits: {foreseen_week: {floor: 0, share: 0 %}}"
    with workplace(tmp_path, edits=(("limits: {}", foreseen),)) as place:
        observe(place.office.desk)
        _, reached = limits(check(place.office.desk))

    assert reached.severity == "warning"
    assert "and 0 may go unasked" in reached.told
