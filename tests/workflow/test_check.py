"""`check` finds what a plan would stop at."""

from pathlib import Path

from seatkeeper.workflow.check import check
from tests.workflow.place import workplace


def test_each_rule_that_would_be_refused_is_found(tmp_path: Path) -> None:
    """A column nobody declared in the leave rule, another in the join rule: check tells both."""
    edits = (("end_date < as_of", "end_dat < as_of"), ("department IN", "departement IN"))
    with workplace(tmp_path, edits=edits) as place:
        findings = check(place.office.desk)

    problems = [finding for finding in findings if finding.severity == "problem"]
    assert [("'end_dat'" in p.told, "'departement'" in p.told) for p in problems] == [
        (True, False),
        (False, True),
    ]
    assert {p.exit_code for p in problems} == {2}
    assert all("end_date" in p.remedy for p in problems)


def test_a_sound_place_has_no_problem(tmp_path: Path) -> None:
    """What `init` writes and a simulator serves has nothing in its way."""
    with workplace(tmp_path) as place:
        severities = {finding.severity for finding in check(place.office.desk)}

    assert "problem" not in severities
