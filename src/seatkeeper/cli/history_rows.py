"""How a line of history looks: as cells of a table, and for machines."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatkeeper.workflow.attribution import Decided
    from seatkeeper.workflow.history import Line

COLUMNS = (
    "who",
    "id",
    "what",
    "what id",
    "role",
    "since",
    "until",
    "given by decision",
    "given in run",
    "given: proposed by",
    "given: approved by",
    "taken by decision",
    "taken in run",
    "taken: proposed by",
    "taken: approved by",
    "note",
)

PAGE_COLUMNS = (
    "who",
    "what",
    "role",
    "since",
    "until",
    "by which decision",
    "proposed and approved by",
    "note",
)


def cells(line: "Line") -> list[str]:
    """A line under `COLUMNS`."""
    return [
        line.who,
        line.subject.id,
        line.what,
        line.resource.id,
        line.role,
        moment(line.since),
        moment(line.until),
        *_decision(line.given),
        *_decision(line.taken),
        line.note,
    ]


def page_cells(line: "Line") -> list[str]:
    """A line under `PAGE_COLUMNS`."""
    decided = [("given", line.given), ("taken", line.taken)]
    known = [(what, d) for what, d in decided if d is not None]
    return [
        f"{line.who} ({line.subject.id})" if line.who != line.subject.id else line.who,
        line.what,
        line.role,
        moment(line.since) or "before the log",
        moment(line.until) or "still there",
        "; ".join(f"{what}: {d.reason} (run {d.run})" for what, d in known),
        "; ".join(f"{what}: {signed(d)}" for what, d in known),
        line.note,
    ]


def moment(at: datetime | None) -> str:
    """A time as people read it; empty for none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def signed(decided: "Decided") -> str:
    """Who proposed and who approved."""
    return f"{decided.proposed_by}, approved by {', '.join(decided.approved_by) or 'nobody'}"


def line_dict(line: "Line") -> dict[str, object]:
    """A line for machines."""
    return {
        "who": line.who,
        "subject": line.subject._asdict(),
        "what": line.what,
        "resource": line.resource._asdict(),
        "role": line.role,
        "since": _iso(line.since),
        "until": _iso(line.until),
        "why": line.why,
        "given": _decision_dict(line.given),
        "taken": _decision_dict(line.taken),
        "note": line.note,
        "reconstructed": [{**e._asdict(), "at": _iso(e.at)} for e in line.evidence],
    }


def _decision(decided: "Decided | None") -> Sequence[str]:
    if decided is None:
        return ("", "", "", "")
    return (decided.reason, decided.run, decided.proposed_by, ", ".join(decided.approved_by))


def _decision_dict(decided: "Decided | None") -> dict[str, object] | None:
    if decided is None:
        return None
    return {
        **decided._asdict(),
        "at": _iso(decided.at),
        "reinstated_until": _iso(decided.reinstated_until),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
