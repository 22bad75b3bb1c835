import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.copies.bucket import BucketCopy
from seatkeeper.errors import CopyBroken, CopyFailed
from seatkeeper.ports import Copy
from tests.copies.conftest import in_bucket, in_folder

pytestmark = pytest.mark.slow


def test_what_was_put_is_what_one_gets(place: Copy) -> None:
    """Byte for byte, the last one put, and an empty piece is a piece."""
    place.put("entries/2", b"second")
    place.put("entries/1", b"\x00\xff" * 100_000)
    place.put("entries/2", b"")

    assert place.get("entries/1") == b"\x00\xff" * 100_000
    assert place.get("entries/2") == b""


def test_names_come_in_order_each_kind_by_itself_and_from_where_one_says(place: Copy) -> None:
    """A thousand and more of them too, which is more than one page of a bucket."""
    assert place.names("entries") == []
    wanted = [f"entries/{n:04}" for n in range(1_100)]
    for name in reversed(wanted):
        place.put(name, b"x")
    place.put("names/0001", b"x")

    assert place.names("entries") == wanted
    assert place.names("entries", wanted[-3]) == wanted[-2:]
    assert place.names("names") == ["names/0001"]


def test_a_piece_that_is_not_there_is_named(place: Copy) -> None:
    """With the place, and never as an empty piece."""
    with pytest.raises(CopyBroken, match=r"entries/7 is missing from the (folder|bucket)") as refusal:
        place.get("entries/7")
    assert refusal.value.exit_code == 9
    assert refusal.value.remedy


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    """Else the copy would lie on the disk it is to survive."""
    copy = in_folder(tmp_path / "volume")
    copy.put("entries/1", b"x")
    (tmp_path / "volume").rename(tmp_path / "carried-away")

    for attempt in (
        lambda: copy.put("entries/2", b"x"),
        lambda: copy.names("entries"),
        lambda: copy.get("x"),
    ):
        with pytest.raises(CopyFailed, match="is not there") as refusal:
            attempt()
        assert "mkdir" in refusal.value.remedy
    assert not (tmp_path / "volume").exists()


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The piece that was there stays, and no rest of the new one is left."""
    copy = in_folder(tmp_path / "second")
    copy.put("entries/1", b"before")
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, allowed[1]))
    try:
        with pytest.raises(CopyFailed, match="can't be written: File too large") as refusal:
            copy.put("entries/1", b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)

    assert "df -h" in refusal.value.remedy
    assert copy.get("entries/1") == b"before"
    assert [file.name for file in (tmp_path / "second" / "entries").iterdir()] == ["1"]


def test_a_device_without_room_is_named(tmp_path: Path) -> None:
    """As the system says it when a disk is full."""
    copy = in_folder(tmp_path / "second")
    (tmp_path / "second" / "entries").mkdir()
    (tmp_path / "second" / "entries" / f".1.{os.getpid()}").symlink_to("/dev/full")

    with pytest.raises(CopyFailed, match="No space left on device"):
        copy.put("entries/1", b"x")
    assert copy.names("entries") == []


def test_only_its_owner_reads_a_folder_copy(tmp_path: Path) -> None:
    """The seal is one wall, the rights are another."""
    in_folder(tmp_path / "second").put("entries/1", b"x")

    assert (tmp_path / "second" / "entries" / "1").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("call", ["put", "names", "get"])
def test_a_bucket_that_is_not_there_is_named(s3_endpoint: str, call: str) -> None:
    """And never taken for an empty one."""
    copy = in_bucket(s3_endpoint, "no-such-bucket")
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: copy.put("entries/1", b"x"),
        "names": lambda: copy.names("entries"),
        "get": lambda: copy.get("entries/1"),
    }
    with pytest.raises(CopyFailed, match="the bucket no-such-bucket/acme/journal, can't be") as refusal:
        calls[call]()
    assert "<?xml" not in str(refusal.value)
    assert refusal.value.remedy


def test_a_server_that_is_gone_is_named_without_the_credential() -> None:
    """In seconds, and the error shows neither key."""
    copy = BucketCopy(
        "safe", endpoint="http://127.0.0.1:9", access_key=Secret("AKIA-INVENTED"), secret_key=Secret("hush")
    )
    with pytest.raises(CopyFailed, match="can't be written") as refusal:
        copy.put("entries/1", b"x")
    told = f"{refusal.value} {refusal.value.arithmetic} {refusal.value.remedy} {refusal.value.__cause__}"
    assert "AKIA" not in told
    assert "hush" not in told
