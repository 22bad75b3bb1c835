"""Whether a source has shrunk too much to be believed when it takes."""

from collections.abc import Sequence
from statistics import median

from seatkeeper.model.limits import DEFAULT_LIMITS, Limits
from seatkeeper.model.people import Health


def health(rows: int, earlier_rows: Sequence[int], limits: Limits = DEFAULT_LIMITS) -> Health:
    """How `rows` compares with the median of the rows of earlier whole extracts.

    A fall of at least `limits.shrink_share` and of at least
    `limits.shrink_rows` rows is a problem: no leaves. So is a source of no
    rows. Without earlier extracts there is nothing to compare with, and
    `median_rows` is None; growth is never a problem here.
    """
    if not earlier_rows:
        return Health(rows, None, None if rows else "0 rows, and 0 rows is not 0 people")
    usual = float(median(earlier_rows))
    if rows == 0:
        return Health(rows, usual, f"0 rows where {usual:g} are usual, and 0 rows is not 0 people")
    fall = usual - rows
    if fall >= limits.shrink_rows and fall > 0 and fall >= usual * limits.shrink_share:
        return Health(rows, usual, _fell(rows, usual, len(earlier_rows), limits))
    return Health(rows, usual)


def _fell(rows: int, usual: float, extracts: int, limits: Limits) -> str:
    fall = usual - rows
    return (
        f"the source fell to {rows} rows from a median of {usual:g} over {extracts} extracts: "
        f"{fall:g} fewer, {fall / usual:.1%}; "
        f"no leaves from a fall of {limits.shrink_share:.0%} and at least {limits.shrink_rows}"
    )
