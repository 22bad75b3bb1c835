"""Numbers as people read them, for arithmetic that explains itself."""

import math
from collections.abc import Iterable


def number(value: float) -> str:
    """A count or a product of one, with commas: ``3,500`` or ``17.46``."""
    if not math.isfinite(value):
        return str(value)
    rounded = round(value, 2)
    return f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,}"


def count(amount: int, one: str, many: str) -> str:
    """``1 person`` or ``12 people``."""
    return f"{number(amount)} {one if amount == 1 else many}"


def people(amount: int) -> str:
    """So many people."""
    return count(amount, "person", "people")


def percent(share: float) -> str:
    """A share as ``1 %`` or ``0.25 %``."""
    return f"{number(share * 100)} %"


def listed(names: Iterable[str], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    everything = list(names)
    shown = ", ".join(everything[:most])
    more = len(everything) - most
    return f"{shown} and {number(more)} more" if more > 0 else shown
