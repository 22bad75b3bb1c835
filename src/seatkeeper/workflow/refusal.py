"""Refusal: whoever was told no, and why, is in the journal."""

from seatkeeper.errors import SeatkeeperError
from seatkeeper.model.ids import OrganizationId
from seatkeeper.model.run import Draft
from seatkeeper.workflow.desk import Desk


def journal_refusal(
    desk: Desk, organization: OrganizationId, what: str, refusal: SeatkeeperError, **told: object
) -> None:
    """Keep that `what` was refused: the error, its arithmetic, and whatever else says who and which."""
    payload = {"what": what, "error": refusal.name, "why": refusal.what, "sum": refusal.arithmetic, **told}
    desk.store.append([Draft("refusal", organization, payload)], desk.clock.now())
