"""What the journal says is in the second place before anything rests on it."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.copies.folder import FolderCopy
from seatkeeper.copies.sealed import SealedCopy
from seatkeeper.errors import CopyBroken, CopyFailed
from seatkeeper.journal import sheets
from seatkeeper.journal.copied import SHEET_LINES, CopiedStore
from seatkeeper.journal.database import Database
from seatkeeper.journal.store import open_store
from seatkeeper.model.grants import membership
from seatkeeper.model.ids import AccountId
from seatkeeper.ports import Copy
from tests.journal.builders import ACME, HOUR, START, at, digest_of, held, note, snapshot, step, story

KEY = Secret(base64.b64encode(bytes(range(32))).decode())
SECRET = "Ottilie Erased-Person of Nowhere"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "second"
    folder.mkdir()
    return folder


@pytest.fixture
def copy(folder: Path) -> Copy:
    return SealedCopy(FolderCopy(folder), KEY)


@pytest.fixture
def store(store_url: str, copy: Copy) -> Iterator[CopiedStore]:
    open_store(store_url).close()
    opened = CopiedStore(Database(store_url), copy)
    yield opened
    opened.close()


def copied(copy: Copy) -> dict[int, bytes | None]:
    """The payload of every entry in the copy."""
    names = copy.names(sheets.ENTRIES)
    return {line.seq: line.body for name in names for line in sheets.read_lines(name, copy.get(name))}


def unmount(folder: Path) -> Path:
    return folder.rename(folder.with_name("unmounted"))


def mount(folder: Path) -> Path:
    return folder.with_name("unmounted").rename(folder)


def test_an_intent_is_in_the_second_place_when_append_returns(store: CopiedStore, copy: Copy) -> None:
    """With the account's before, and with everything that was journaled earlier."""
    lease = held(store)
    store.append([note()], START)
    before = [["account", "7", "team", "12", "maintainer"]]
    store.append([step("intent", 1, before=before)], START, lease)

    assert copied(copy).keys() == {1, 2}
    assert b'"12","maintainer"' in (copied(copy)[2] or b"")


def test_every_entry_is_copied_once_and_in_small_sheets(store: CopiedStore, copy: Copy) -> None:
    """Nothing is left out, and nothing is copied again by whoever opens the store next."""
    story(store, steps=5)
    store.append([note(number=n) for n in range(SHEET_LINES * 2)], at(9))
    before = copy.names(sheets.ENTRIES)
    again = CopiedStore(store.database, copy)
    again.append([note()], at(10))

    assert list(copied(copy)) == list(range(1, 11 + SHEET_LINES * 2 + 2))
    assert set(copy.names(sheets.ENTRIES)) == {*before, sheets.entries_name(212, 212)}
    assert max(last - first for first, last in map(sheets.range_of, before)) < SHEET_LINES


def test_a_journal_that_is_older_than_its_copy_is_copied_whole(store_url: str, copy: Copy) -> None:
    """The second place may come late."""
    plain = open_store(store_url)
    story(plain, steps=80)
    plain.observe(snapshot(90, {membership(AccountId("7"), ACME)}, logins={"7": "ana"}), digest_of(1))
    late = CopiedStore(plain.database, copy)
    late.append([note()], at(100))

    assert list(copied(copy)) == list(range(1, 164))
    assert copy.names(sheets.SPANS) == ["spans/000000000162"]
    late.close()


def test_no_lease_while_the_second_place_is_away(store: CopiedStore, folder: Path) -> None:
    """Giving and taking both wait; the error names the place and what to do."""
    store.append([note()], START)
    unmount(folder)
    store.append([note()], START)

    with pytest.raises(CopyFailed, match="is not there") as refusal:
        held(store)
    assert refusal.value.remedy
    mount(folder)
    assert held(store).epoch == 1


def test_an_intent_that_is_not_in_the_second_place_is_an_error(
    store: CopiedStore, folder: Path, copy: Copy
) -> None:
    """So nothing is sent; and no lease is kept or given until it is there, though the store has it."""
    lease = held(store)
    unmount(folder)
    with pytest.raises(CopyFailed):
        store.append([step("intent", 1)], START, lease)
    with pytest.raises(CopyFailed):
        store.renew(lease, at(0.5), HOUR)
    mount(folder)
    store.renew(lease, at(0.5), HOUR)

    assert copied(copy).keys() == {1}


def test_the_brake_does_not_wait_for_the_second_place(store: CopiedStore, folder: Path, copy: Copy) -> None:
    """Stop means stop, whatever else is broken; the brake is copied as soon as it can be."""
    unmount(folder)
    store.append([note("brake", reason="fire")], START)
    store.observe(snapshot(1, {membership(AccountId("7"), ACME)}, logins={"7": "ana"}), digest_of(1))
    assert [entry.kind for entry in store.entries()] == ["brake", "observation"]
    mount(folder)
    store.append([note("release")], at(2))

    assert copied(copy).keys() == {1, 2, 3}
    assert copy.names(sheets.NAMES) == ["names/000000000002"]


def test_what_a_killed_process_left_uncopied_is_copied_first(store: CopiedStore, copy: Copy) -> None:
    """An intent in the store alone is in the second place before anybody may act on it."""
    plain = open_store(store.database.label) if store.database.dialect == "sqlite" else None
    if plain is not None:
        lease = held(plain)
        plain.append([step("intent", 1)], START, lease)
        plain.close()
        assert copied(copy) == {}
        store.acquire(ACME, "next", START + timedelta(hours=2), HOUR)
        assert copied(copy).keys() == {1}


def test_two_processes_leave_no_gap(store: CopiedStore, copy: Copy) -> None:
    """Each copies what it finds uncopied, the other's too."""
    other = CopiedStore(store.database, copy)
    for number in range(4):
        (store, other)[number % 2].append([note(number=number)], at(number))

    assert copied(copy).keys() == {1, 2, 3, 4}
    assert store.look_at_copy()[1] == 4


def test_a_piece_that_was_lost_is_told_and_copied_again(store: CopiedStore, folder: Path, copy: Copy) -> None:
    """The store still has it."""
    for number in range(4):
        store.append([note(number=number)], at(number))
    (folder / sheets.entries_name(2, 2)).unlink()
    with pytest.raises(CopyBroken, match="has lost entries") as refusal:
        store.look_at_copy()
    assert refusal.value.arithmetic.startswith("2 to 2 are missing")

    CopiedStore(store.database, copy).append([note()], at(5))
    assert copied(copy).keys() == {1, 2, 3, 4, 5}
    assert store.look_at_copy()[1] == 5


def test_another_journal_in_the_second_place_is_refused(
    store: CopiedStore, copy: Copy, tmp_path: Path
) -> None:
    """Two journals in one place would be no journal; nothing of the first is touched."""
    story(store)
    before = copied(copy)
    open_store(f"sqlite:///{tmp_path / 'other.db'}").close()
    other = CopiedStore(Database(f"sqlite:///{tmp_path / 'other.db'}"), copy)
    other.append([note(number=n) for n in range(9)], START)

    with pytest.raises(CopyBroken, match="holds another journal") as refusal:
        held(other)
    assert refusal.value.exit_code == 9
    assert copied(copy) == before
    other.close()


def test_a_store_older_than_its_copy_is_refused(tmp_path: Path, copy: Copy) -> None:
    """A store brought back from an old backup must not write a second history."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    plain = open_store(url)
    plain.append([note()], START)
    plain.close()
    backup = (tmp_path / "store.db").read_bytes()
    new = CopiedStore(Database(url), copy)
    story(new)
    new.close()
    (tmp_path / "store.db").write_bytes(backup)
    for log in tmp_path.glob("store.db-*"):
        log.unlink()

    old = CopiedStore(Database(url), copy)
    with pytest.raises(CopyBroken, match="more of the journal than this store") as refusal:
        held(old)
    assert "restore --from" in refusal.value.remedy
    old.close()


def test_an_erasure_reaches_the_second_place(store: CopiedStore, copy: Copy) -> None:
    """The payload and its salt are gone from every piece; its neighbours stay."""
    lease = held(store)
    store.append([step("intent", 1, login=SECRET), step("intent", 2)], START, lease)
    assert SECRET.encode() in (copied(copy)[1] or b"")
    store.erase([1], at(1), "ana", "request 12")

    assert copied(copy)[1] is None
    assert copied(copy)[2] is not None
    assert copied(copy).keys() == {1, 2, 3}


def test_an_erasure_that_did_not_reach_the_second_place_says_so_and_can_be_finished(
    store: CopiedStore, folder: Path, copy: Copy
) -> None:
    """By typing it again, though the store has nothing left to erase."""
    store.append([note(login=SECRET)], START)
    unmount(folder)
    with pytest.raises(CopyFailed):
        store.erase([1], at(1), "ana", "request 12")
    mount(folder)
    assert copied(copy)[1] is not None
    assert store.erase([1], at(2), "ana", "request 12") == 0

    assert copied(copy)[1] is None


def test_erased_logins_are_gone_from_the_second_place(store: CopiedStore, copy: Copy) -> None:
    """Of every observation that brought one; another's login and every grant stay."""
    member = membership(AccountId("7"), ACME)
    for hours, login in ((1, "before-marriage"), (2, "after-marriage")):
        store.observe(snapshot(hours, {member}, logins={"7": login, "8": "ben"}), digest_of(hours))
    store.erase_logins(ACME, [AccountId("7")], at(3), "ana", "request 13")

    kept = [sheets.read_named(name, copy.get(name)).names for name in copy.names(sheets.NAMES)]
    assert [row for rows in kept for row in rows if row[0] == "account"] == [("account", "8", "ben")]
    assert len(sheets.read_observed("", copy.get(copy.names(sheets.SPANS)[0])).opened) == 1


def test_looking_at_an_empty_place_tells_that_nothing_is_there(store: CopiedStore) -> None:
    """Not that all is well."""
    assert store.look_at_copy()[1:] == (0, 0)
