"""Public incidents of this field, as what deciding must not repeat."""

from datetime import date

from seatkeeper.model.policy import Leave
from tests.rules.cases import ENDED, a_case, leavers, person, verdicts

TEN = [person(n) for n in range(10)]
LOGINS = [f"user{n}" for n in range(10)]


def test_empty_selection_means_nothing() -> None:
    """A directory that answered with nobody deactivated everybody; zero rows are not zero people."""
    earlier = a_case(TEN, []).earlier
    assert set(verdicts(a_case([], LOGINS, earlier=earlier)).values()) == {"hold absent"}
    assert set(verdicts(a_case([], LOGINS, earlier=())).values()) == {"keep orphan"}


def test_blank_end_date_never_means_ended() -> None:
    """No end date is no end, however the rule is turned."""
    for rule in ("end_date < as_of", "NOT (end_date > as_of)", "NOT (end_date >= as_of OR department = 'x')"):
        assert leavers(a_case(TEN, LOGINS, leave=Leave(rule, over=frozenset({"active"})))) == set()


def test_moved_out_of_scope_holds() -> None:
    """Who is no longer in the query's answer is held, not removed."""
    earlier = a_case(TEN, []).earlier
    found = verdicts(a_case(TEN[:9], LOGINS, earlier=earlier))
    assert found["user9"] == "hold absent"
    assert "leave" not in " ".join(found.values())


def test_a_case_variant_of_one_login_is_one_account() -> None:
    """Two entries that differ in case were one user, and deleting one removed real access."""
    rows = [person(1, username="Alice", status="inactive"), person(2, username="alice")]
    assert verdicts(a_case(rows, ["ALICE"])) == {"ALICE": "keep stays"}


def test_one_bad_record_does_not_block_the_others() -> None:
    """A broken login stopped a whole organisation's sync; here it is one person's own hold or keep."""
    rows = [*TEN[:8], person(8, username="no such login!\u200b"), person(9, end_date=date(2026, 1, 1))]
    found = verdicts(a_case(rows, LOGINS, leave=ENDED))
    assert found["user9"] == "leave rule-leave"
    assert found["user8"] == "keep orphan"


def test_what_is_not_managed_is_left_alone() -> None:
    """Members added by hand are nobody's leavers."""
    assert verdicts(a_case([], ["by-hand"], earlier=())) == {"by-hand": "keep orphan"}
