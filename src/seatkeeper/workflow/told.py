"""What a snapshot told besides names and grants, kept beside the journal and erasable as a whole.

Names and grants live in the spans. E-mail addresses, kinds, invitations and
sign-on identities decide as well: without them `why` would tell another case
than the plan.
"""

from dataclasses import dataclass
from datetime import datetime

from seatkeeper.model.ids import Digest, ForgeName
from seatkeeper.model.people import Extract
from seatkeeper.model.snapshot import Account, Coverage, Identity, Invitation, Snapshot
from seatkeeper.ports import Store


@dataclass(frozen=True, slots=True)
class Told:
    """Accounts, invitations, identities and coverage, as they were read."""

    accounts: tuple[Account, ...]
    invitations: tuple[Invitation, ...]
    identities: tuple[Identity, ...]
    coverage: Coverage


def keep_told(store: Store, snapshot: Snapshot, digest: Digest) -> None:
    """Keep it under the forge's name, as the people of a source are kept."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import
    from pydantic import TypeAdapter  # noqa: PLC0415  # slow to import

    told = Told(snapshot.accounts, snapshot.invitations, snapshot.identities, snapshot.coverage)
    extract = Extract(
        source=_place(snapshot.forge),
        key="told",
        columns=(),
        read_at=snapshot.read_at,
        as_of=snapshot.read_at,
        as_of_told=True,
        rows=1,
        digest=digest,
        whole=snapshot.coverage.complete,
    )
    store.keep_extract(extract, pa.table({"told": [TypeAdapter(Told).dump_json(told)]}))


def what_was_told(store: Store, forge: ForgeName, digest: Digest, read_at: datetime) -> Told | None:
    """What the snapshot of this digest and moment told; None when it was erased, or never kept."""
    from pydantic import TypeAdapter  # noqa: PLC0415  # slow to import

    place = _place(forge)
    if (digest, read_at) not in [(e.digest, e.read_at) for e in store.extracts(place, read_at)]:
        return None
    row = store.extract_table(place, digest, read_at).to_pylist()[0]
    return TypeAdapter(Told).validate_json(row["told"])


def _place(forge: ForgeName) -> str:
    return f"forges.{forge}"
