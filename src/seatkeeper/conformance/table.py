"""The table of everything a connector must show, subject by subject."""

from seatkeeper.conformance import identities, reading
from seatkeeper.conformance.behaviour import Behaviour, Subject

SUBJECTS: tuple[Subject, ...] = (identities.SUBJECT, reading.SUBJECT)


def behaviours() -> tuple[Behaviour, ...]:
    """All of them, in the order in which they are told."""
    return tuple(behaviour for subject in SUBJECTS for behaviour in subject.behaviours)
