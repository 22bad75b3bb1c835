"""A trip is waived by a third person, by its name, for one plan: whoever tries otherwise gets nowhere."""

from typing import Any

import pytest

from tests.security.forged import true
from tests.security.night import Attempt, Night, Tries, named, nobody_gets_past
from tests.workflow.place import ANA, BEN, CHLOE

pytestmark = pytest.mark.slow

TRIPPED = "The guard selection stops this plan"
UNAPPROVED = "The plan is not approved. 1 of 3 changes"
UNTRIPPED = "did not trip on this plan"
OWN = f"{ANA} proposed this plan and can't approve it as well."


def trips(night: Night) -> list[str]:
    """The guards that stop the wrong plan."""
    guards = sorted(verdict.guard for verdict in night.wrong.plan.tripped)
    assert len(guards) > 1
    return guards


def waive_all(person: str, *, but: int = 0, then: Tries | None = None) -> Tries:
    """The trips of the wrong plan are waived by somebody, and it is tried."""

    def tries(night: Night) -> object:
        night.approve(night.wrong, person, *trips(night)[but:])
        return (then or (lambda n: n.apply(n.wrong)))(night)

    return tries


def slipped_in(
    kind: str,
    person: str,
    *waives: str,
    approved: bool = False,
    days_ago: float = 0,
    credential_owner: str | None = None,
    **forged: Any,
) -> Tries:
    """A true word of somebody is put into the journal, and the wrong plan, `approved` by Ben, is tried."""

    def tries(night: Night) -> object:
        if approved:
            night.approve(night.wrong, BEN)
        told = (waives or trips(night)) if kind == "waiver" else ()
        night.said(kind, true(night, person, *told, **forged), days_ago=days_ago)
        return night.apply(night.wrong, night.at(credential_owner=credential_owner))

    return tries


ATTEMPTS = (
    Attempt("apply a plan that trips, unwaived", lambda n: n.apply(n.wrong), "The guard selection stops"),
    Attempt("waive what one proposed", waive_all(ANA), OWN),
    Attempt("waive all trips but one", waive_all(CHLOE, but=1), "The guard losses-24h stops this plan."),
    Attempt("waive, and have nobody approve", waive_all(CHLOE), "18 of 20 changes have no valid approval"),
    Attempt(
        "waive, and approve as well",
        waive_all(CHLOE, then=lambda n: n.approve(n.wrong, CHLOE)),
        f"{CHLOE} waived a trip of this plan",
    ),
    Attempt(
        "approve, and waive as well",
        lambda n: (n.approve(n.wrong, BEN), waive_all(BEN)(n)),
        "approved this plan",
    ),
    Attempt(
        "waive, and put one's own true approval into the journal",
        waive_all(CHLOE, then=slipped_in("approval", CHLOE)),
        "18 of 20 changes have no valid approval",
    ),
    Attempt(
        "put a true waiver of what one proposed into the journal",
        slipped_in("waiver", ANA, approved=True),
        TRIPPED,
    ),
    Attempt(
        "put a true waiver by the credential's owner into the journal",
        slipped_in("waiver", CHLOE, approved=True, credential_owner=CHLOE),
        TRIPPED,
    ),
    Attempt(
        "waive, and apply another computation of the same",
        waive_all(CHLOE, then=lambda n: n.apply(n.again())),
        "nobody signed the proposal",
    ),
    Attempt(
        "a waiver as the approval of another plan",
        waive_all(CHLOE, then=lambda n: n.apply(n.waiting)),
        UNAPPROVED,
    ),
    Attempt(
        "waive a guard that did not trip", lambda n: n.approve(n.wrong, CHLOE, "owners-floor"), UNTRIPPED
    ),
    Attempt("waive a guard that is none", lambda n: n.approve(n.wrong, CHLOE, "everything"), UNTRIPPED),
    Attempt(
        "waive on a plan without a trip", lambda n: n.approve(n.approved, CHLOE, "losses-run"), UNTRIPPED
    ),
    Attempt(
        "a waiver as the owner of the credential",
        lambda n: n.approve(n.wrong, CHLOE, "selection", desk=n.at(credential_owner=CHLOE)),
        f"{CHLOE} owns the credential",
    ),
)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, night)
