"""Vanished: who stood in an earlier extract and stands no more in this one, and for how long."""

from datetime import timedelta
from typing import TYPE_CHECKING

from seatkeeper.model.ids import PersonKey
from seatkeeper.model.people import Extract
from seatkeeper.rules.health import health
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation

if TYPE_CHECKING:
    import pyarrow as pa

TRAILING_DAYS = 30


def vanished(desk: Desk, seen: Observation) -> "tuple[pa.Table, frozenset[PersonKey]]":
    """The last record of everybody who vanished, and who has been gone as long as the policy waits.

    Somebody is gone since the first healthy extract without them after the last of any kind that had them: a
    broken one proves nobody's absence, and to be in one is to be seen. It looks back as far as the policy
    waits and 30 days more; whoever was seen no later than that is an orphan's owner like any other.
    """
    import pyarrow as pa  # noqa: PLC0415  # slow to import
    import pyarrow.compute as pc  # noqa: PLC0415  # likewise

    last, waits = seen.extract, desk.policy.absent_after or timedelta(0)
    horizon = last.read_at - waits - timedelta(days=TRAILING_DAYS)
    kept = [e for e in desk.store.extracts(last.source, horizon) if e.read_at < last.read_at]
    known = _keys(seen.people, last.key)
    records, long_gone = [seen.people.slice(0, 0)], set[PersonKey]()
    without, digest = last.read_at, last.digest
    for extract in reversed(kept):
        if (extract.columns, extract.key) != (last.columns, last.key):
            break
        if extract.digest != digest:
            people = desk.store.extract_table(extract.source, extract.digest, extract.read_at)
            new = _keys(people, last.key) - known
            known |= new
            digest = extract.digest
            if new:
                chosen = pc.is_in(people.column(last.key), value_set=pa.array(sorted(new), pa.string()))
                records.append(people.select(seen.people.column_names).filter(chosen))
            if last.read_at - without >= waits:
                long_gone |= new
        if _healthy(desk, extract, kept):
            without = extract.read_at
    return pa.concat_tables(records), frozenset(long_gone)


def _keys(people: "pa.Table", key: str) -> set[PersonKey]:
    return {PersonKey(str(one)) for one in people.column(key).to_pylist()}


def _healthy(desk: Desk, extract: Extract, kept: list[Extract]) -> bool:
    since = extract.read_at - timedelta(days=TRAILING_DAYS)
    before = [e.rows for e in kept if e.whole and since <= e.read_at < extract.read_at]
    return extract.whole and health(extract.rows, before, desk.limits).problem is None
