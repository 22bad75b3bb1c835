"""A change with a wrong exception is refused with the reason, or shown with whom it costs access."""

import pytest

from tests.review.place import Review
from tests.review.slips import SLIPS, Slip

pytestmark = pytest.mark.slow


def test_there_are_enough_of_them() -> None:
    """Each has a name of its own."""
    assert len({slip.name for slip in SLIPS}) == len(SLIPS) >= 25


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_does_not_pass_its_review(slip: Slip, review: Review) -> None:
    """Exit code, number and reason are those that a reviewer, or a pipeline, can't overlook."""
    said = review.impact(*slip.edits)
    assert "Traceback" not in said.out + said.err
    facts = said.facts

    if slip.ends == "refused":
        assert said.code in {2, 5}, facts
        assert slip.says in facts["what"] + facts["arithmetic"], facts
        assert facts["remedy"]
        return
    losers = {person["login"] for person in facts["people"] if person["loses"]}
    held = sum(
        p["new"]["verb"] == "hold" and p["old"]["verb"] != "hold"
        for p in facts["people"]
        if p["new"] and p["old"]
    )
    assert facts["losing"] == len(losers)
    if slip.ends == "loses":
        assert said.code == 4, facts["headline"]
        assert len(losers) >= slip.least, facts["headline"]
        assert all(person["clause"] for person in facts["people"] if person["loses"])
        assert facts["headline"].startswith(f"{len(losers)} people of 120 would lose access")
        assert "user3" not in losers or "user3" not in str(slip.edits)
    elif slip.ends == "holds":
        assert (said.code, losers) == (5, set()), facts["headline"]
        assert held >= slip.least, facts["headline"]
    else:
        assert said.code in {0, 3}
        assert losers == set()
