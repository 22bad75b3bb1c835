"""Whoever lacks an approval, forges one or bends another's gets nowhere, and the journal tells of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from seatkeeper.model.ids import Digest
from seatkeeper.workflow.plan import Computed
from seatkeeper.workflow.statement import statement
from tests.security.night import MALLORY, Attempt, Night, Tries, named, nobody_gets_past
from tests.workflow.place import ANA, BEN, CHLOE

pytestmark = pytest.mark.slow

UNAPPROVED = "The plan is not approved. 1 of 3 changes"
NOT_SIGNED = "what the journal says was approved is not what was signed"
OWN = f"{ANA} proposed this plan and can't approve it as well."
UNTRIPPED = "did not trip on this plan"
BEHIND = "This machine's clock is behind the journal."
STRANGER = "the signature is by a key that the approvers file does not name"


def unsigned(night: Night, of: Computed | None = None, **fields: object) -> dict[str, object]:
    """An approval of the waiting plan as it would stand in the journal, without its signature."""
    tried = of or night.waiting
    payload: dict[str, object] = {
        "person": BEN,
        "plan": tried.digest,
        "changes": sorted(change.digest for change in tried.plan.changes),
        "baseline": False,
        "waives": [],
        "expires": (night.desk.clock.now() + timedelta(days=2)).isoformat(),
        "statement": "",
        "signature": "",
    }
    return payload | fields


def signed(
    night: Night, person: str, payload: dict[str, object], what: Any = "approval"
) -> dict[str, object]:
    """The same with a true signature of somebody over what it says."""
    said = statement(
        what,
        night.waiting.plan.organization,
        plan=Digest(str(payload["plan"])),
        changes=frozenset(payload["changes"]),  # type: ignore[call-overload]  # a list of digests
        waives=frozenset(payload["waives"]),  # type: ignore[call-overload]  # of names
        expires=datetime.fromisoformat(str(payload["expires"])),
    )
    return payload | {
        "statement": said.decode(),
        "signature": night.desk.signatures.sign(said, night.key(person)),
    }


def true(night: Night, person: str, *waives: str) -> dict[str, object]:
    """What somebody would truly sign of the wrong plan, had they been let."""
    told = unsigned(night, night.wrong, person=person, waives=sorted(waives))
    return signed(night, person, told, "waiver" if waives else "approval")


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


def slipped_in(kind: str, person: str, **other: Any) -> Tries:
    """A true word of somebody about the wrong plan is put into the journal, and the plan is tried."""

    def tries(night: Night) -> object:
        waives = trips(night) if kind == "waiver" else ()
        night.said(kind, true(night, person, *waives))
        return night.apply(night.wrong, night.at(**other))

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

WAIVERS = (
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
        lambda n: (n.approve(n.wrong, BEN), slipped_in("waiver", ANA)(n)),
        "The guard selection stops this plan",
    ),
    Attempt(
        "put a true waiver by the credential's owner into the journal",
        lambda n: (n.approve(n.wrong, BEN), slipped_in("waiver", CHLOE, credential_owner=CHLOE)(n)),
        "The guard selection stops this plan",
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
            ("three days on", {"days": 3}, "2 of 2 changes have no valid approval"),
            ("a year on", {"days": 365}, "2 of 2 changes have no valid approval"),
        )
    ),
)


ATTEMPTS = (*JOURNALED, *PEOPLE, *WAIVERS, *CLOCKS)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, night)
