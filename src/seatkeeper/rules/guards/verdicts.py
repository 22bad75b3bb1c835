"""The four things a guard can say, and which changes a guard looks at."""

from collections.abc import Iterable, Sequence

from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import losing
from seatkeeper.rules.facts import Facts

COVERAGE = 5

Figures = tuple[int, int] | tuple[None, None]
"""How many, of how many allowed: what a bar can be drawn from."""

UNTOLD: Figures = (None, None)


def passes(guard: str, arithmetic: str, figures: Figures = UNTOLD) -> Verdict:
    """Nothing stands in the way."""
    return Verdict(guard, "passes", arithmetic, (), True, 4, *figures)  # a verdict's fields


def holds(
    guard: str, arithmetic: str, changes: Iterable[Change], *, waivable: bool = True, exit_code: int = 4
) -> Verdict:
    """The accounts of these changes are set aside; the rest goes on."""
    accounts = tuple(change.account for change in changes)
    return Verdict(guard, "holds", arithmetic, accounts, waivable, exit_code)


def not_covered(guard: str, arithmetic: str, changes: Iterable[Change]) -> Verdict:
    """A read was incomplete or stale: what rests on it is set aside, and nobody can waive that."""
    return holds(guard, arithmetic, changes, waivable=False, exit_code=COVERAGE)


def asks(
    guard: str, arithmetic: str, figures: Figures = UNTOLD, *, accounts: tuple[AccountId, ...] = ()
) -> Verdict:
    """One approver is needed."""
    return passes(guard, arithmetic, figures)._replace(ruling="asks", accounts=accounts)


def trips(guard: str, arithmetic: str, figures: Figures = UNTOLD) -> Verdict:
    """The plan stops here, until a second person waives this trip by name."""
    return passes(guard, arithmetic, figures)._replace(ruling="trips")


def planned(changes: Sequence[Change]) -> tuple[Change, ...]:
    """All but revocations: those need that account's reading and one authorised person, not the limits."""
    return tuple(change for change in changes if change.kind != "revoke")


def costly(changes: Sequence[Change], facts: Facts) -> tuple[Change, ...]:
    """The planned changes by which somebody loses something."""
    return losing(planned(changes), facts)
