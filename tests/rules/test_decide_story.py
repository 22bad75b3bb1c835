"""The story the product answers: the nightly script, its wrong exception, and what is decided instead."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from seatkeeper.model.policy import Leave
from seatkeeper.rules.decide import decide
from tests.rules.cases import BY_LOGIN, ENDED, NOON, POLICY, a_case, all_of, leavers, person, verdicts

SEATS = 3500


def old_script(rows: list[dict[str, object]]) -> set[str]:
    """The script's mask: whoever is not ``active``, with its exception on the wrong list."""
    return {str(row["username"]) for row in rows if row["username"] != "user3"}


@pytest.fixture(scope="module")
def company() -> list[dict[str, object]]:
    """3,500 people: 40 have left, one (user3) has no status."""
    rows = [person(n, status="inactive" if n % 88 == 7 else "active") for n in range(SEATS)]
    rows[3]["status"] = None
    return rows


def test_the_old_mask_selects_everybody_but_one_and_ours_only_the_true_leavers(
    company: list[dict[str, object]],
) -> None:
    """The script would remove 3,499 of 3,500; we let go only those whose record says that they left."""
    true_leavers = {f"#{row['username']}" for row in company if row["status"] == "inactive"}
    case = a_case(company, [str(row["username"]) for row in company])
    assert len(old_script(company)) == SEATS - 1
    assert leavers(case) == true_leavers
    assert len(true_leavers) == 40


def test_the_person_without_a_status_is_held_by_name_and_reason(company: list[dict[str, object]]) -> None:
    """Missing is not inactive, and it is said who, which column and why."""
    decisions = decide(a_case(company, [str(row["username"]) for row in company]))
    (held,) = decisions.of("hold")
    assert (held.login, held.reason, held.column) == ("user3", "missing-status", "status")
    assert held.because == "status is missing, and missing is not inactive (linked by username = user3)."
    decisions.close()


def test_the_wrong_exception_contradicts_the_table_and_costs_nobody_anything(
    company: list[dict[str, object]],
) -> None:
    """Written into the leave rule, the exception disagrees with the table about nearly everybody."""
    wrong = Leave("username <> 'user3'")
    decisions = decide(a_case(company, [str(row["username"]) for row in company], leave=wrong))
    assert decisions.reasons() == {"status-leave": 40, "missing-status": 1, "table-contradicts": 3459}
    contradicted = decisions.find("user5")[0]
    assert contradicted.because.startswith("the leave rule is true, but status is 'active'")
    assert [(atom.text, atom.value, atom.truth) for atom in contradicted.atoms[:2]] == [
        ("status says leave", "active", False),
        ("username <> 'user3'", "user5", True),
    ]
    decisions.close()


def test_forced_over_the_table_the_wrong_exception_lets_all_but_one_go(
    company: list[dict[str, object]],
) -> None:
    """`over: [active]` is believed; stopping that is what the limits are for."""
    forced = Leave("username <> 'user3'", over=frozenset({"active"}))
    decisions = decide(a_case(company, [str(row["username"]) for row in company], leave=forced))
    assert decisions.counts() == {"join": 0, "move": 0, "leave": SEATS - 1, "keep": 0, "hold": 1}
    decisions.close()


def test_a_leaver_is_let_go_only_once_two_whole_extracts_say_so() -> None:
    """The first extract that says so only holds."""
    rows, was = [person(1, status="inactive")], [person(1)]
    assert verdicts(a_case(rows, ["user1"], earlier=())) == {"user1": "hold first-seen"}
    earlier = a_case(was, []).earlier
    assert verdicts(a_case(rows, ["user1"], earlier=earlier)) == {"user1": "hold first-seen"}
    assert verdicts(a_case(rows, ["user1"])) == {"user1": "leave status-leave"}


def test_a_second_extract_that_spoke_of_another_account_is_no_second_word() -> None:
    """A record whose login was changed since must be seen twice with the new one."""
    rows = [person(1, status="inactive", username="alice")]
    earlier = a_case([person(1, status="inactive", username="bob")], []).earlier
    assert verdicts(a_case(rows, ["alice"], earlier=earlier)) == {"alice": "hold first-seen"}


def test_a_last_day_speaks_at_once_only_of_the_account_it_spoke_of_before() -> None:
    """Two people whose logins were exchanged have not both left; who left as announced leaves that day."""
    ended = date(2026, 11, 20)
    was = [person(1), person(2, end_date=ended), person(3)]
    now = [
        person(1, username="user2"),
        person(2, username="user1", end_date=ended),
        person(3, end_date=ended),
    ]
    earlier = a_case(was, []).earlier
    told = verdicts(a_case(now, ["user1", "user2", "user3"], leave=ENDED, earlier=earlier))
    assert told == {"user1": "hold first-seen", "user2": "keep stays", "user3": "leave rule-leave"}


def test_the_newest_of_the_earlier_extracts_is_the_one_that_is_asked() -> None:
    """A person who was inactive a month ago and active since is seen for the first time again."""
    rows = [person(1, status="inactive")]
    long_ago, yesterday = a_case(rows, []).earlier, a_case([person(1)], []).earlier
    assert verdicts(a_case(rows, ["user1"], earlier=(*long_ago, *yesterday))) == {"user1": "hold first-seen"}


def test_a_dated_end_needs_only_one_extract() -> None:
    """A last day that has passed is a fact of its own."""
    rows = [person(1, end_date=date(2026, 11, 22))]
    assert verdicts(a_case(rows, ["user1"], leave=ENDED, earlier=())) == {"user1": "leave rule-leave"}


def test_on_the_last_day_a_person_still_works() -> None:
    """End dates are inclusive."""
    rows = [person(1, end_date=NOON.date()), person(2, end_date=NOON.date() - timedelta(days=1))]
    assert verdicts(a_case(rows, ["user1", "user2"], leave=ENDED)) == {
        "user1": "keep stays",
        "user2": "leave rule-leave",
    }


def test_no_end_date_is_no_end() -> None:
    """A missing date whose absence is a fact makes the rule false, also under NOT; nobody is even held."""
    for rule in ("end_date < as_of", "NOT (end_date >= as_of)", "NOT end_date BETWEEN as_of AND as_of + 9"):
        leave = Leave(rule, over=frozenset({"active"}))
        assert verdicts(a_case([person(1)], ["user1"], leave=leave)) == {"user1": "keep stays"}, rule


@pytest.mark.parametrize(
    ("office", "end", "verdict"),
    [
        ("Pacific/Kiritimati", date(2026, 11, 23), "leave rule-leave"),  # it is the 24th there
        ("Pacific/Kiritimati", date(2026, 11, 24), "keep stays"),
        ("Etc/GMT+12", date(2026, 11, 22), "leave rule-leave"),  # it is still the 23rd there
        ("Etc/GMT+12", date(2026, 11, 23), "keep stays"),
        ("Atlantis", date(2026, 11, 22), "leave rule-leave"),  # nobody knows: the last place on Earth
        ("Atlantis", date(2026, 11, 23), "keep stays"),
        (None, date(2026, 11, 23), "keep stays"),  # the default zone, UTC
    ],
)
def test_a_day_ends_where_the_person_works(office: str | None, end: date, verdict: str) -> None:
    """At noon UTC it is the 24th in Kiritimati and just the 23rd has begun on Baker Island."""
    rows = [person(1, office=office, end_date=end)]
    assert verdicts(a_case(rows, ["user1"], leave=ENDED)) == {"user1": verdict}


def test_the_default_zone_decides_for_people_without_one() -> None:
    """In Kiritimati the day is already over."""
    rows = [person(1, end_date=date(2026, 11, 23))]
    assert verdicts(a_case(rows, ["user1"], leave=ENDED, zone="Pacific/Kiritimati")) == {
        "user1": "leave rule-leave"
    }


def test_a_person_and_an_account_have_one_decision_between_them() -> None:
    """Linked or not, nobody is told twice."""
    rows = [person(1), person(2, username="newbie"), person(3, username="gone", status="inactive")]
    found = all_of(a_case(rows, ["user1", "stranger"]))
    assert sorted(str(d.login) for d in found) == ["gone", "newbie", "stranger", "user1"]


def test_without_a_status_table_only_the_rule_speaks() -> None:
    """Then nothing contradicts it, and everything else still holds."""
    policy = replace(POLICY, status=None, links=(BY_LOGIN,))
    rows = [person(1, status="left"), person(2, status=None), person(3)]
    case = a_case(rows, ["user1", "user2", "user3"], policy=policy, leave=Leave("status = 'left'"))
    assert verdicts(case) == {
        "user1": "leave rule-leave",
        "user2": "hold unknown-predicate",
        "user3": "keep stays",
    }
