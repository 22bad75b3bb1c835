"""Approvals and waivers as somebody would forge them: what the journal would hold of them."""

from datetime import datetime, timedelta
from typing import Any

from seatkeeper.model.ids import Digest, OrganizationId
from seatkeeper.workflow.plan import Computed
from seatkeeper.workflow.statement import statement
from tests.security.night import Night
from tests.workflow.place import BEN


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
    night: Night, person: str, payload: dict[str, object], what: Any = "approval", organization: str = ""
) -> dict[str, object]:
    """The same with a true signature of somebody over what it says, here or of another organization."""
    here = night.waiting.plan.organization
    said = statement(
        what,
        here._replace(id=OrganizationId(organization or here.id)),
        plan=Digest(str(payload["plan"])),
        changes=frozenset(payload["changes"]),  # type: ignore[call-overload]  # a list of digests
        waives=frozenset(payload["waives"]),  # type: ignore[call-overload]  # of names
        expires=datetime.fromisoformat(str(payload["expires"])),
    )
    return payload | {
        "statement": said.decode(),
        "signature": night.desk.signatures.sign(said, night.key(person)),
    }


def true(
    night: Night, person: str, *waives: str, of: Computed | None = None, name: str = ""
) -> dict[str, object]:
    """What somebody would truly sign of the wrong plan, had they been let; in another's name where told."""
    told = unsigned(night, of or night.wrong, person=person, waives=sorted(waives))
    return signed(night, person, told, "waiver" if waives else "approval") | {"person": name or person}
