"""The doors between the rooms, with the contract of each in its prose.

Adapters implement these; workflow calls them; only bootstrap knows which
adapter stands behind which door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    import pyarrow as pa

    from seatkeeper.model.capabilities import Capabilities
    from seatkeeper.model.grants import Grant, Resource
    from seatkeeper.model.ids import AccountId, Digest
    from seatkeeper.model.notice import Message
    from seatkeeper.model.past import Named
    from seatkeeper.model.people import Extract
    from seatkeeper.model.plan import Step
    from seatkeeper.model.run import Draft, Entry, EntryKind, Lease, Verification
    from seatkeeper.model.snapshot import (
        Account,
        AccountState,
        Credential,
        Intake,
        Organization,
        Place,
        Snapshot,
        Target,
    )


class Clock(Protocol):
    """Time, injected: aware UTC everywhere. Nothing else in the source may ask what time it is."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed; 0 or less returns at once."""
        ...

    def worker(self) -> AbstractContextManager[None]:
        """While open, the calling thread takes part in time: virtual time waits until it sleeps."""
        ...


class Progress(Protocol):
    """Shows how far a long task is. Silent adapters are fine."""

    def task(self, label: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
        """While open, shows `label`; the callable it yields moves it on by so many units."""
        ...


class IdentitySource(Protocol):
    """Where the company records its people."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    def read(self) -> tuple[Extract, pa.Table]:
        """Read everybody, once.

        The table has exactly the declared columns, typed, the key as text
        and first, sorted by key. It MUST raise `SourceShapeError` for a
        missing or ill-typed column and for a key that is missing or there
        twice, and `SourceError` when the source can't be reached. A reading
        that may be incomplete or is older than allowed is returned with
        ``whole=False`` and its problem; it never costs anyone access.
        """
        ...


class ForgeReader(Protocol):
    """Reads a forge. It holds a credential that need not be able to write, and has no way to write."""

    @property
    def capabilities(self) -> Capabilities:
        """What this forge can do."""
        ...

    def organization(self) -> Organization:
        """The organization under management, by the id the forge gives its configured name."""
        ...

    def whoami(self) -> Account:
        """The account behind the credential, so that nobody plans themselves away."""
        ...

    def credential(self) -> Credential:
        """The same with what the forge tells of the credential, and the forge's own time."""
        ...

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        """Read everything once. A failed page is not an empty page.

        What can't be read whole is told in the coverage; only failures that
        leave nothing to tell (no organization, no credential) raise.
        """
        ...

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        """Read these accounts again, in as few calls as the forge allows; one state for each target."""
        ...

    def lookup(self, logins: Iterable[str]) -> Mapping[str, Account | None]:
        """Which accounts these logins (any case) are today; None: nobody's. Keys as given."""
        ...

    def intake(self) -> Intake:
        """What people who come in meet: seats, and the invitations that are still open."""
        ...

    def find(self, resources: Collection[Resource]) -> Mapping[Resource, Place]:
        """What these teams and repositories are called today, by their ids; one place for each."""
        ...

    def managed(self) -> Mapping[Resource, str]:
        """The teams whose people an identity provider decides, and the name of its group."""
        ...

    def describe(self, step: Step, login: str, names: Mapping[Resource, str]) -> str:
        """The request a step will make, such as ``DELETE /orgs/acme/memberships/user3``. Sends nothing."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class ForgeWriter(Protocol):
    """Writes to a forge. Only apply, follow and conform may name it."""

    def send(self, step: Step, state: AccountState) -> None:
        """Make the one call of this step, once, with the names `state` was just read with.

        Returns when the forge answered yes. It MUST raise `Refused` when the
        forge said no and nothing happened, `RateLimited` when the forge asked
        to come back later and nothing happened, and `Uncertain` when a request
        left and its fate is not known. It MUST NOT send a request again by itself
        unless the forge said that it did not take the first.
        """
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class ForgeFurnisher(Protocol):
    """Makes and removes what a scratch organization is furnished with. Only conform may name it.

    It raises what `ForgeWriter` raises, and sends nothing again by itself.
    """

    def make(
        self, kind: Literal["team", "repository"], name: str, parent: Resource | None = None
    ) -> Resource:
        """Make a team (in `parent`, where given) or a private repository, and tell its id.

        `name` is what it is called in every path from then on; whoever makes a team may be in it.
        """
        ...

    def archive(self, name: str) -> None:
        """Have the repository of that name take no more changes."""
        ...

    def entitle(self, grant: Grant, names: Mapping[Resource, str]) -> None:
        """Give a team its role on a repository, by the names of both."""
        ...

    def remove(self, resource: Resource, name: str) -> None:
        """Remove the team or repository of that name."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class ForgeGuest(Protocol):
    """One scratch account, acting with its own credential. Only conform may name it."""

    def whoami(self) -> Account:
        """The account behind the credential."""
        ...

    def accept(self) -> None:
        """Accept what the organization asks of it; `Refused` where nothing waits."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class SpanRow(Protocol):
    """One grant with the time it was seen to hold: since is inclusive, until exclusive or None."""

    @property
    def grant(self) -> Grant:
        """What was held."""
        ...

    @property
    def since(self) -> datetime:
        """The observation that first showed it."""
        ...

    @property
    def until(self) -> datetime | None:
        """The first observation that proved it gone; None while it holds."""
        ...


class Store(Protocol):
    """The journal, and beside it what was observed. SQLite and PostgreSQL are the same to its callers."""

    def append(self, drafts: Sequence[Draft], at: datetime, lease: Lease | None = None) -> list[Entry]:
        """Append in one transaction, on disk when it returns. Several drafts stand or fall together.

        With a lease its epoch goes into the entries, and the database itself
        refuses (`LeaseLost`) when that epoch is no longer the organization's.
        Kinds ``intent`` and ``outcome`` MUST have a lease.
        """
        ...

    def entries(
        self,
        *,
        kinds: Collection[EntryKind] | None = None,
        organization: str | None = None,
        run: str | None = None,
        change: str | None = None,
        after_seq: int = 0,
        since: datetime | None = None,
        accounts: Collection[AccountId] | None = None,
        unanswered: bool = False,
    ) -> Iterator[Entry]:
        """Entries in order of seq, filtered by indexes; `accounts` are those their payloads are about.

        With `unanswered` an intent that has its outcome is left out.
        """
        ...

    def head(self) -> tuple[int, Digest]:
        """Seq and hash of the last entry; (0, 64 zeros) for an empty journal."""
        ...

    def last_outcome(self, organization: str) -> int:
        """Seq of the last outcome of the organization; 0 for none."""
        ...

    def verify(self, remembered: Mapping[int, Digest] | None = None) -> Verification:
        """Walk the chain and name each place that does not hold; `remembered` are heads kept elsewhere."""
        ...

    def erase(self, seqs: Sequence[int], at: datetime, by: str, reason: str) -> int:
        """Erase these payloads (and their salts); the chain still verifies. Journals the erasure."""
        ...

    def acquire(self, organization: str, holder: str, now: datetime, ttl: timedelta) -> Lease:
        """Take the lease of an organization with a new epoch; `LeaseLost` while another's is running."""
        ...

    def renew(self, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
        """Keep it longer, or `LeaseLost`."""
        ...

    def release(self, lease: Lease) -> None:
        """Give it back, with a checkpoint where there are keys for it; a lease already lost is no error."""
        ...

    def observe(self, snapshot: Snapshot, digest: Digest) -> int:
        """Fold a snapshot into the spans and journal the observation; its seq.

        Opens a span for every grant not already open; closes those that are
        gone only where coverage proves it: an incomplete read closes nothing it
        did not read whole.
        """
        ...

    def grants_at(
        self, organization: str, at: datetime, accounts: Collection[AccountId] | None = None
    ) -> frozenset[Grant]:
        """Who had what at that time: of these accounts, where they are given."""
        ...

    def held_on(
        self, organization: str, at: datetime, resources: Collection[Resource]
    ) -> Mapping[Resource, Mapping[AccountId, str]]:
        """The accounts that held something on each of these at that time, with their roles there.

        For many people this is cheaper than their grants.
        """
        ...

    def placed(
        self, organization: str, at: datetime, resources: Collection[Resource]
    ) -> Mapping[Resource, int]:
        """How many held something on each of these at that time."""
        ...

    def history(
        self, organization: str, account: AccountId | None = None, since: datetime | None = None
    ) -> Iterator[SpanRow]:
        """Spans in order of time, all of an account's (or the organization's) that touch `since` or later."""
        ...

    def holders(self, organization: str, resource: Resource) -> frozenset[AccountId]:
        """Every account that was ever seen to hold something there itself."""
        ...

    def names(self, organization: str, at: datetime | None = None) -> Mapping[Resource, str]:
        """The last name each team and repository was known by (at that time)."""
        ...

    def logins(self, organization: str) -> Mapping[AccountId, str]:
        """The last login each account was known by."""
        ...

    def names_in_time(self, organization: str) -> Sequence[Named]:
        """Every name an account, team or repository was known by, the oldest first; erased ones aside."""
        ...

    def keep_extract(self, extract: Extract, table: pa.Table) -> None:
        """Keep an extract, so that a later decision can ask it again; erasable."""
        ...

    def extracts(self, source: str, since: datetime | None = None) -> list[Extract]:
        """The extracts kept of a source, oldest first, without their rows."""
        ...

    def extract_table(self, source: str, digest: Digest, read_at: datetime) -> pa.Table:
        """The people of a kept extract."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class Copy(Protocol):
    """A second place for the journal: named pieces of bytes, and nothing that reads them.

    Every method MUST raise `CopyFailed` when the place can't be written or read.
    """

    @property
    def label(self) -> str:
        """What to call the place in a message; no secret is in it."""
        ...

    def put(self, name: str, piece: bytes) -> None:
        """Keep a piece, in place of what had that name; it is safe when this returns, whole or not at all.

        A name is ``kind/place`` in lower-case letters, digits and hyphens.
        """
        ...

    def names(self, kind: str, after: str = "") -> Sequence[str]:
        """The names of this kind that sort behind `after`, in order."""
        ...

    def get(self, name: str) -> bytes:
        """A piece as it was put; `CopyBroken` when there is none of that name, or it was changed since."""
        ...


class Signatures(Protocol):
    """Signs and checks who said what, as git does, with SSH keys."""

    def sign(self, message: bytes, key: str) -> str:
        """The armoured signature of the message by the private key file."""
        ...

    def person(self, message: bytes, signature: str, at: datetime) -> str:
        """Which person of the approvers file made the signature; `ApprovalError` when none did."""
        ...


class Channel(Protocol):
    """A way out for notices: mail, a chat, a webhook."""

    def send(self, message: Message, to: str) -> None:
        """Hand the message over, once, within a bounded time.

        Returns when the server accepted it, which says nothing about delivery. It MUST
        raise `NotSent` otherwise. Whatever it sends twice MUST carry the message's id.
        """
        ...
