"""Pinning: what a run pins of whom, and who lifts such a pin.

Whoever a restore brings back is kept for a while, whatever the record of people
says meanwhile; whoever a revocation shuts out stays out until a person lifts that.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from seatkeeper.errors import UsageError
from seatkeeper.journal import fold
from seatkeeper.model.ids import AccountId, Digest, RunId
from seatkeeper.model.plan import Plan
from seatkeeper.model.policy import PinKind
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.signing import sign
from seatkeeper.workflow.statement import statement

UNTIL_LIFTED = date.max


def run_pins(plan: Plan, run: RunId, owner: str, now: datetime) -> list[Draft]:
    """The pins that go with the start of a run, one for each account; none for any other kind of plan."""
    if plan.kind == "revoke":
        return list(_pins(plan, run, owner, "out", f"revoked by run {run}", UNTIL_LIFTED))
    if plan.kind == "restore" and plan.keep_days > 0:
        until = (now + timedelta(days=plan.keep_days)).date()
        return list(_pins(plan, run, owner, "keep", f"restored by run {run}", until))
    return []


def _pins(plan: Plan, run: RunId, owner: str, kind: PinKind, reason: str, until: date) -> Iterator[Draft]:
    for change in plan.changes:
        payload: dict[str, object] = {
            "kind": kind,
            "account": change.account,
            "owner": owner,
            "reason": reason,
            "until": until.isoformat(),
        }
        if kind == "keep":
            payload["restore"] = run
        yield Draft("pin", plan.organization.id, payload, run=run)


def lift(desk: Desk, organization: Organization, account: AccountId, reason: str, key: str) -> str:
    """Lift the pins that runs set on this account, as the person whose key signs it; who that was."""
    entries = list(desk.store.entries(kinds={"pin", "pin-lifted"}, organization=organization.id))
    standing = [seq for seq, pin in fold.pins_by_entry(entries).items() if pin.account_id == account]
    if not standing:
        raise UsageError(
            f"The journal has no pin on account {account}.",
            remedy="See every pin; those in the configuration are lifted there: seatkeeper pins",
        )
    said = statement("lift", organization, plan=Digest(""), reason=f"{account}: {reason}")
    person, signature = sign(desk, organization, "lift", said, key)
    signed = {"reason": reason, "by": person, "statement": said.decode(), "signature": signature}
    drafts = [
        Draft("pin-lifted", organization.id, {"pin": seq, "account": account, **signed}) for seq in standing
    ]
    desk.store.append(drafts, desk.clock.now())
    return person
