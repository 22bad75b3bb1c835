"""Incidents, folded from entries of kinds ``brake`` and ``release``: an incident is a brake with a cause."""

from collections.abc import Iterable, Sequence
from typing import cast

from seatkeeper.model.incident import Cause, Incident
from seatkeeper.model.run import Draft, Entry, Scope


def opening(
    organization: str, cause: Cause, reason: str, by: str, runs: Sequence[str], scope: Scope = "leaves"
) -> Draft:
    """The entry that opens an incident: its brake and its story's beginning in one."""
    told = {"cause": cause, "reason": reason, "by": by, "runs": list(runs), "scope": scope}
    return Draft("brake", organization, told)


def incidents(entries: Iterable[Entry]) -> tuple[Incident, ...]:
    """Every incident, oldest first; a release closes all that are open. Erased ones are not told."""
    found: list[Incident] = []
    for entry in entries:
        told = entry.payload or {}
        if entry.kind == "release":
            found = [i if i.closed else i._replace(closed=entry.seq, closed_at=entry.at) for i in found]
        elif "cause" in told:
            runs = tuple(str(run) for run in cast("Sequence[object]", told["runs"]))
            cause, reason, by = cast("Cause", told["cause"]), str(told["reason"]), str(told["by"])
            found.append(Incident(entry.seq, entry.at, cause, reason, by, runs))
    return tuple(found)
