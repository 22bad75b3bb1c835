"""Brake: what stops, and who lets go of it."""

from seatkeeper.errors import UsageError
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.statement import statement


def stop(desk: Desk, organization: Organization, reason: str, by: str) -> None:
    """Set the brake; it holds from the next step on, until a person releases it."""
    payload: dict[str, object] = {"reason": reason, "by": by}
    desk.store.append([Draft("brake", organization.id, payload)], desk.clock.now())


def release(desk: Desk, organization: Organization, reason: str, key: str) -> str:
    """Lift the brake as the person whose key signs it; who that was."""
    if desk.brake(organization) is None:
        raise UsageError("No brake is set.", remedy="See what runs: seatkeeper status")
    said = statement("release", organization, plan=Digest(""), reason=reason)
    signature = desk.signatures.sign(said, key)
    person = desk.signatures.person(said, signature, desk.clock.now())
    payload = {"reason": reason, "by": person, "statement": said.decode(), "signature": signature}
    desk.store.append([Draft("release", organization.id, payload)], desk.clock.now())
    return person
