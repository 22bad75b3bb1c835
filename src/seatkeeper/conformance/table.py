"""The table of everything a connector must show, subject by subject."""

from collections.abc import Collection

from seatkeeper.conformance import (
    asking,
    coming_in,
    giving,
    identities,
    limits,
    many,
    parts,
    reading,
    refusing,
    returning,
    suspending,
    taking,
)
from seatkeeper.conformance.behaviour import Behaviour, Subject

SUBJECTS: tuple[Subject, ...] = (
    identities.SUBJECT,
    reading.SUBJECT,
    parts.SUBJECT,
    coming_in.SUBJECT,
    asking.SUBJECT,
    giving.SUBJECT,
    taking.SUBJECT,
    returning.SUBJECT,
    suspending.SUBJECT,
    refusing.SUBJECT,
    limits.SUBJECT,
    many.SUBJECT,
)


def behaviours(names: Collection[str] = ()) -> tuple[Behaviour, ...]:
    """All of them, or those of the subjects named, in the order in which they are told."""
    return tuple(b for subject in SUBJECTS if not names or subject.name in names for b in subject.behaviours)
