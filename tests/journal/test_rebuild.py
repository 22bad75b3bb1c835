"""A journal comes back from its second place alone, whole and verified, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.copies.folder import FolderCopy
from seatkeeper.copies.sealed import SealedCopy
from seatkeeper.errors import CopyBroken, JournalError, LeaseLost
from seatkeeper.journal import sheets
from seatkeeper.journal.copied import CopiedStore
from seatkeeper.journal.database import Database
from seatkeeper.journal.rebuild import rebuild
from seatkeeper.journal.store import SqlStore, open_store
from seatkeeper.model.grants import Grant, Resource, direct, membership, team_grant, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.snapshot import Snapshot
from seatkeeper.ports import Copy
from tests.journal.builders import ACME, HOUR, at, digest_of, held, note, snapshot, step
from tests.journal.test_copied import KEY

ANA, BEN = AccountId("7"), AccountId("8")
CORE, WEB = TeamId("12"), RepositoryId("31")
ENTRIES = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "second"
    folder.mkdir()
    return folder


@pytest.fixture
def copy(folder: Path) -> Copy:
    return SealedCopy(FolderCopy(folder), KEY)


def observed(hours: float, grants: set[Grant], logins: dict[AccountId, str], slug: str) -> Snapshot:
    return snapshot(
        hours,
        grants,
        logins={str(account): login for account, login in logins.items()},
        teams={CORE: slug},
        repositories={WEB: "web"},
    )


@pytest.fixture
def original(tmp_path: Path, copy: Copy) -> Iterator[CopiedStore]:
    """A journal with observations, renames, two leases, a run and an erasure."""
    url = f"sqlite:///{tmp_path / 'original.db'}"
    open_store(url).close()
    store = CopiedStore(Database(url), copy)
    stays = {membership(BEN, ACME, "owner"), team_grant(CORE, WEB, "write")}
    goes = {membership(ANA, ACME), team_place(ANA, CORE), direct(ANA, WEB, "admin")}
    store.observe(observed(1, {*stays, *goes}, {ANA: "ana", BEN: "ben"}, "core"), digest_of(1))
    lease = held(store, hours=2)
    for number in range(3):
        store.append([step("intent", number, login="ana", n=number)], at(2), lease)
        store.append([step("outcome", number, result="confirmed")], at(2), lease)
    store.release(lease)
    store.observe(observed(3, stays, {BEN: "benjamin"}, "nucleus"), digest_of(2))
    store.append([note("pin", account="7")], at(3))
    store.erase([4], at(4), "ana", "request 12")
    second = held(store, "other@desk", hours=5)
    store.append([step("intent", 9)], at(5), second)
    store.append([step("outcome", 9, result="confirmed")], at(5), second)
    yield store
    store.close()


@pytest.fixture
def fresh(store_url: str) -> Iterator[SqlStore]:
    """An empty store, in SQLite or PostgreSQL whatever the original was in."""
    store = open_store(store_url)
    yield store
    store.close()


def test_everything_a_restore_needs_is_equal(original: CopiedStore, fresh: SqlStore, copy: Copy) -> None:
    """Entries with their hashes and payloads, who had what when, and every name at every time."""
    found = rebuild(copy, fresh)

    assert (found.verifies, found.entries, found.erased, found.head) == (True, ENTRIES, 1, original.head()[1])
    assert list(fresh.entries()) == list(original.entries())
    assert list(fresh.lines()) == list(original.lines())
    assert list(fresh.history(ACME)) == list(original.history(ACME))
    for hours in (0, 1, 2, 3, 6):
        assert fresh.grants_at(ACME, at(hours)) == original.grants_at(ACME, at(hours))
        assert fresh.names(ACME, at(hours)) == original.names(ACME, at(hours))
    assert fresh.logins(ACME) == original.logins(ACME) == {ANA: "ana", BEN: "benjamin"}
    assert fresh.names(ACME)[Resource("team", CORE)] == "nucleus"
    assert fresh.last_outcome(ACME) == original.last_outcome(ACME)


def test_the_rebuilt_journal_goes_on_where_the_copy_ends(
    original: CopiedStore, fresh: SqlStore, copy: Copy
) -> None:
    """The next lease has a newer epoch than any in the copy, and the chain holds across the loss."""
    rebuild(copy, fresh)
    follower = CopiedStore(fresh.database, copy)
    lease = held(follower, "new@desk", hours=6)
    follower.append([step("intent", 20), step("outcome", 20)], at(6), lease)
    ana = {membership(ANA, ACME)}
    follower.observe(snapshot(7, ana, logins={ANA: "ana"}), digest_of(3))

    assert lease.epoch == 3
    assert follower.verify({ENTRIES: original.head()[1]}).verifies
    assert follower.look_at_copy()[1] == ENTRIES + 3
    assert follower.grants_at(ACME, at(7)) == ana


def test_the_old_store_can_not_go_on_beside_the_rebuilt_one(
    original: CopiedStore, fresh: SqlStore, copy: Copy
) -> None:
    """Should the lost machine come back, its journal is refused by the second place both know."""
    rebuild(copy, fresh)
    follower = CopiedStore(fresh.database, copy)
    follower.append([note()], at(6))
    returned = CopiedStore(original.database, copy)

    with pytest.raises(CopyBroken, match="more of the journal than this store"):
        held(returned, hours=8)


def test_rebuilding_again_is_no_harm(original: CopiedStore, fresh: SqlStore, copy: Copy) -> None:
    """A store that the copy was rebuilt into, and that went on, stays as it is."""
    rebuild(copy, fresh)
    fresh.append([note()], at(9))

    assert rebuild(copy, fresh).entries == ENTRIES + 1
    assert original.head()[0] == ENTRIES


def test_a_store_with_another_journal_is_left_alone(
    original: CopiedStore, fresh: SqlStore, copy: Copy
) -> None:
    """Nothing is written over, and the remedy names an empty store."""
    fresh.append([note()], at(1))

    with pytest.raises(JournalError, match="holds a journal already") as refusal:
        rebuild(copy, fresh)
    assert refusal.value.arithmetic == f"1 entries here, {original.head()[0]} there"
    assert "empty store" in refusal.value.remedy


def test_an_erased_payload_does_not_come_back(original: CopiedStore, fresh: SqlStore, copy: Copy) -> None:
    """Even from a piece that the erasure did not reach at the time."""
    name = next(n for n in copy.names(sheets.ENTRIES) if sheets.range_of(n).first == 4)
    (line,) = sheets.read_lines(name, copy.get(name))
    assert line.body is None
    plain = next(original.lines(after=4))
    store_line = line._replace(salt=b"s" * 16, body=plain.body)
    copy.put(name, sheets.write_lines([store_line]))

    assert rebuild(copy, fresh).verifies
    assert next(fresh.lines(after=3)).body is None


def _pieces(copy: Copy) -> list[str]:
    return [name for kind in (sheets.ENTRIES, sheets.SPANS, sheets.NAMES) for name in copy.names(kind)]


def test_whatever_piece_is_missing_nothing_is_rebuilt(
    original: CopiedStore, tmp_path: Path, folder: Path, copy: Copy
) -> None:
    """Each in turn, and the error names its place; only the last one can be missed by nobody."""
    names = _pieces(copy)
    assert len(names) == ENTRIES + 4
    last = copy.names(sheets.ENTRIES)[-1]
    for number, name in enumerate(names):
        if name == last:
            continue
        piece = (folder / name).read_bytes()
        (folder / name).unlink()
        fresh = open_store(f"sqlite:///{tmp_path / f'{number}.db'}")
        with pytest.raises(CopyBroken) as refusal:
            rebuild(copy, fresh)
        seq = str(sheets.range_of(name).first) if name.startswith(sheets.ENTRIES) else name
        assert seq in str(refusal.value)
        assert refusal.value.remedy
        assert fresh.head()[0] == 0
        assert fresh.logins(ACME) == {}
        fresh.close()
        (folder / name).write_bytes(piece)
    assert original.look_at_copy()[1] == ENTRIES


def test_a_copy_without_its_end_is_a_shorter_journal_and_a_remembered_head_shows_it(
    original: CopiedStore, fresh: SqlStore, folder: Path, copy: Copy
) -> None:
    """Nobody can tell from the copy alone; so whoever remembers a head asks `verify`."""
    (folder / copy.names(sheets.ENTRIES)[-1]).unlink()

    assert rebuild(copy, fresh).entries == ENTRIES - 1
    faults = fresh.verify({ENTRIES: original.head()[1]}).faults
    assert [fault.what for fault in faults] == [f"entry {ENTRIES} is cut off the end"]


@pytest.mark.parametrize("kind", [sheets.ENTRIES, sheets.SPANS, sheets.NAMES])
def test_a_piece_that_was_cut_or_changed_is_named(
    original: CopiedStore, fresh: SqlStore, folder: Path, copy: Copy, kind: str
) -> None:
    """And nothing of the copy is believed."""
    name = copy.names(kind)[1]
    piece = (folder / name).read_bytes()
    for wrong in (piece[:-1], piece[:5], b"", piece[:20] + bytes([piece[20] ^ 1]) + piece[21:]):
        (folder / name).write_bytes(wrong)
        with pytest.raises(CopyBroken, match=f"{name} in the folder .* does not open"):
            rebuild(copy, fresh)
        assert fresh.head()[0] == 0
    assert original.head()[0] == ENTRIES


def test_whoever_has_the_key_and_edits_an_entry_is_found_out(
    original: CopiedStore, fresh: SqlStore, copy: Copy
) -> None:
    """The chain is inside the seal: another login, another time, another order."""
    name = copy.names(sheets.ENTRIES)[1]
    (line,) = sheets.read_lines(name, copy.get(name))
    for edited in (
        line._replace(at="2020-01-01T00:00:00.000000Z"),
        line._replace(body=(line.body or b"").replace(b"ana", b"bob")),
        line._replace(hash="0" * 64),
        line._replace(seq=line.seq + 1),
    ):
        copy.put(name, sheets.write_lines([edited]))
        with pytest.raises(CopyBroken, match=r"entry 2|000000000002"):
            rebuild(copy, fresh)
        assert fresh.head()[0] == 0
    assert original.head()[0] == ENTRIES


def test_spans_of_another_journal_are_refused(original: CopiedStore, fresh: SqlStore, copy: Copy) -> None:
    """A sheet carries the hash of the entry it belongs to."""
    first, second = copy.names(sheets.SPANS)
    copy.put(second, copy.get(first))

    with pytest.raises(CopyBroken, match=f"{second} .* belongs to another journal"):
        rebuild(copy, fresh)
    assert original.head()[0] == ENTRIES


def test_an_empty_place_is_no_journal(fresh: SqlStore, copy: Copy) -> None:
    """An unmounted volume must not look like a company with nobody in it."""
    with pytest.raises(CopyBroken, match="There is no journal in the folder"):
        rebuild(copy, fresh)


def test_the_lease_of_the_lost_machine_does_not_hold_the_new_one_up(
    original: CopiedStore, fresh: SqlStore, copy: Copy
) -> None:
    """It ran out with its machine; and it is of no use there any more."""
    rebuild(copy, fresh)
    lease = fresh.acquire(ACME, "new@desk", at(5.1), HOUR)

    with pytest.raises(LeaseLost):
        fresh.acquire(ACME, "another@desk", at(5.2), HOUR)
    assert lease.epoch > next(original.lines(after=ENTRIES - 1)).epoch
