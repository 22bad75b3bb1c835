"""Incidents: a brake that needs a story, and what the configuration says of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

Cause = Literal["a person", "a tripped guard", "the circuit breaker", "a mass restore"]


class Incident(NamedTuple):
    """One incident, named by the journal entry that opened it and set its brake.

    `runs` are those that took what it is about. `closed` and `closed_at` are the entry that released it.
    """

    seq: int
    opened: datetime
    cause: Cause
    reason: str
    by: str
    runs: tuple[str, ...]
    closed: int | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """What the configuration says: from how many people on a restore is an incident (None: never).

    `rate` is what an hour without access costs for one person, in `currency`; `names` whether a report may
    say who lost what and who answered when.
    """

    mass: int | None = None
    rate: float | None = None
    currency: str = "EUR"
    names: bool = False


NO_INCIDENT_RULES: Final = IncidentRules()
