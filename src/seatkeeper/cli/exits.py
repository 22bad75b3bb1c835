"""The exit code when several things are true at once: which of them goes first."""

from collections.abc import Iterable

RANKED = (9, 8, 4, 5, 6, 7, 2, 1, 3, 0)


def worst(codes: Iterable[int]) -> int:
    """The code that ranks first; 0 when there is none."""
    present = set(codes)
    return next((code for code in RANKED if code in present), 0)
