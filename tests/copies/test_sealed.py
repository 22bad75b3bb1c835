import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.config.secrets import Secret
from seatkeeper.copies.sealed import SealedCopy
from seatkeeper.errors import ConfigurationError, CopyBroken
from seatkeeper.ports import Copy
from tests.copies.conftest import KEY, in_folder

OTHER = Secret(base64.b64encode(b"\x07" * 32).decode())


def test_what_lies_in_the_place_tells_nothing(place: Copy) -> None:
    """The text is nowhere in it, and the same piece put twice looks different."""
    sealed = SealedCopy(place, KEY)
    sealed.put("entries/1", b"Ottilie Nobody holds admin on payroll")
    sealed.put("entries/2", b"Ottilie Nobody holds admin on payroll")

    assert b"Ottilie" not in place.get("entries/1")
    assert place.get("entries/1")[13:] != place.get("entries/2")[13:]
    assert sealed.get("entries/1") == b"Ottilie Nobody holds admin on payroll"
    assert sealed.names("entries") == ["entries/1", "entries/2"]


def test_a_piece_under_another_name_does_not_open(place: Copy) -> None:
    """It is bound to its place in the chain."""
    sealed = SealedCopy(place, KEY)
    sealed.put("entries/1", b"one")
    place.put("entries/2", place.get("entries/1"))

    with pytest.raises(CopyBroken, match=r"entries/2 in the (folder|bucket) .* does not open"):
        sealed.get("entries/2")


def test_another_key_opens_nothing(place: Copy) -> None:
    """And the error says that this may be it."""
    SealedCopy(place, KEY).put("entries/1", b"one")

    with pytest.raises(CopyBroken, match="another key") as refusal:
        SealedCopy(place, OTHER).get("entries/1")
    assert "second_place.key" in refusal.value.remedy


@given(piece=st.binary(max_size=64), at=st.integers(0, 200), bit=st.integers(0, 7), cut=st.integers(0, 100))
def test_one_changed_bit_or_a_cut_is_seen(
    tmp_path_factory: pytest.TempPathFactory, piece: bytes, at: int, bit: int, cut: int
) -> None:
    """Wherever it is, the format and the nonce included."""
    inner = in_folder(Path(tmp_path_factory.mktemp("second")))
    sealed = SealedCopy(inner, KEY)
    sealed.put("entries/1", piece)
    whole = inner.get("entries/1")
    changed = bytearray(whole)
    changed[at % len(whole)] ^= 1 << bit
    for wrong in (bytes(changed), whole[: cut % len(whole)], whole + b"\x00"):
        inner.put("entries/1", wrong)
        with pytest.raises(CopyBroken):
            sealed.get("entries/1")


@pytest.mark.parametrize("key", ["", "hunter2", "aHVudGVyMg==", base64.b64encode(b"x" * 33).decode()])
def test_a_key_that_is_none_is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    """No passphrase is stretched into a key: 32 random bytes, and the remedy makes them."""
    with pytest.raises(ConfigurationError, match="32 random bytes") as refusal:
        SealedCopy(in_folder(tmp_path), Secret(key))
    assert "openssl rand -base64 32" in refusal.value.remedy
    assert not key or key not in f"{refusal.value}{refusal.value.remedy}"
