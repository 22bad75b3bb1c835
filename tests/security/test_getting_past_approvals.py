"""Whoever lacks an approval, forges one or bends another's gets nowhere, and the journal tells of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.security.forged import signed, unsigned
from tests.security.night import MALLORY, Attempt, Night, Tries, named, nobody_gets_past
from tests.workflow.place import ANA, BEN

pytestmark = pytest.mark.slow

UNAPPROVED = "The plan is not approved. 1 of 3 changes"
NOT_SIGNED = "what the journal says was approved is not what was signed"
OWN = f"{ANA} proposed this plan and can't approve it as well."
BEHIND = "This machine's clock is behind the journal."
STRANGER = "the signature is by a key that the approvers file does not name"


def journaled(
    name: str,
    write: Callable[[Night], dict[str, object]],
    why: str = NOT_SIGNED,
    kind: str = "approval",
) -> Attempt:
    """An approval that nobody gave is put into the journal, and the waiting plan is tried."""

    def tries(night: Night) -> object:
        night.said(kind, write(night))
        return night.apply(night.waiting)

    return Attempt(f"an approval put into the journal: {name}", tries, why)


def replayed(night: Night) -> dict[str, object]:
    """This morning's approval under the name of another plan."""
    entry = next(iter(night.desk.store.entries(kinds={"approval"})))
    assert entry.payload is not None
    return dict(entry.payload) | {
        "plan": night.waiting.digest,
        "changes": unsigned(night)["changes"],
        "expires": unsigned(night)["expires"],
    }


def long_lasting(night: Night) -> object:
    """An approver signed whatever end they liked, and had it put into the journal."""
    told = unsigned(night, expires=(night.desk.clock.now() + timedelta(days=3650)).isoformat())
    night.said("approval", signed(night, BEN, told), days_ago=5)
    return night.apply(night.waiting)


def elsewhere(night: Night) -> object:
    """Another organization of the same journal has an approval of the very same changes."""
    night.said("approval", signed(night, BEN, unsigned(night), organization="9002"), organization="9002")
    return night.apply(night.waiting)


JOURNALED = (
    journaled("without a signature", unsigned),
    journaled(
        "Ana signed and Ben is named",
        lambda n: signed(n, ANA, unsigned(n)),
        f"the journal names {BEN}, but {ANA} signed it",
    ),
    journaled("signed by the proposer", lambda n: signed(n, ANA, unsigned(n, person=ANA)), UNAPPROVED),
    journaled(
        "signed before it was widened",
        lambda n: signed(n, BEN, unsigned(n, changes=[])) | {"changes": unsigned(n)["changes"]},
    ),
    journaled(
        "signed before it was prolonged",
        lambda n: signed(n, BEN, unsigned(n)) | {"expires": "2099-01-01T00:00:00+00:00"},
    ),
    journaled("a proposal's signature", lambda n: signed(n, BEN, unsigned(n), "proposal")),
    journaled("a release's signature", lambda n: signed(n, BEN, unsigned(n), "release")),
    journaled("this morning's, replayed for another plan", replayed),
    journaled(
        "truly signed, of another organization",
        lambda n: signed(n, BEN, unsigned(n), organization="9002"),
    ),
    journaled(
        "truly signed, as that of a baseline", lambda n: signed(n, BEN, unsigned(n)) | {"baseline": True}
    ),
    Attempt("an approval truly signed and journaled for another organization", elsewhere, UNAPPROVED),
    Attempt("an approval truly signed five days ago, for ten years", long_lasting, UNAPPROVED),
    journaled("of nothing at all", lambda n: signed(n, BEN, unsigned(n, changes=[])), UNAPPROVED),
    journaled(
        "a waiver that waives nobody's trip", lambda n: unsigned(n, waives=["losses-run"]), kind="waiver"
    ),
)


def without(person: str) -> Tries:
    """An approver is taken out of the file, and the plan they approved is tried."""

    def tries(night: Night) -> object:
        file = night.place.config.parent / "approvers.allowed_signers"
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith(person)), "utf-8")
        return night.apply(night.approved)

    return tries


PEOPLE = (
    Attempt("apply what nobody approved", lambda n: n.apply(n.waiting), UNAPPROVED),
    Attempt("apply what nobody proposed", lambda n: n.apply(n.again()), "nobody signed the proposal"),
    Attempt("approve one's own plan", lambda n: n.approve(n.waiting, ANA), OWN),
    Attempt("approve what nobody proposed", lambda n: n.approve(n.again(), BEN), "Nobody has proposed this"),
    Attempt(
        "approve as the credential's owner",
        lambda n: n.approve(n.waiting, BEN, desk=n.at(credential_owner=BEN)),
        f"{BEN} owns the credential",
    ),
    Attempt(
        "apply on the credential owner's approval",
        lambda n: n.apply(n.approved, n.at(credential_owner=BEN)),
        "2 of 2 changes have no valid approval",
    ),
    Attempt("approve with a stranger's key", lambda n: n.approve(n.waiting, MALLORY), STRANGER),
    Attempt("waive with a stranger's key", lambda n: n.approve(n.wrong, MALLORY, "selection"), STRANGER),
    Attempt("apply on the word of an approver who left", without(BEN), STRANGER),
    Attempt("apply what nobody can be found to have approved", without(""), "nobody signed the proposal"),
)


def by_a_clock(**moved: float) -> Tries:
    """The approved plan is tried by a clock that was moved."""
    return lambda night: night.apply(night.approved, night.moved(**moved))


CLOCKS = (
    *(
        Attempt(f"the clock is {name}", by_a_clock(**by), why)
        for name, by, why in (
            ("an hour back", {"hours": -1}, BEHIND),
            ("a day back", {"days": -1}, BEHIND),
            ("a month back", {"days": -30}, BEHIND),
            ("five hours on", {"hours": 5}, "The plan is too old to be carried out."),
            ("half an hour on", {"minutes": 30}, "This machine's clock is not the forge's."),
            ("three days on", {"days": 3}, "2 of 2 changes have no valid approval"),
            ("a year on", {"days": 365}, "2 of 2 changes have no valid approval"),
        )
    ),
)


ATTEMPTS = (*JOURNALED, *PEOPLE, *CLOCKS)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, night)
