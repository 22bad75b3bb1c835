"""The seal around a second place: nobody who has it can read a piece, change one or move one unnoticed.

AES-256-GCM from `cryptography`. A piece is a byte for the format, a random
nonce of 12 bytes, then what the cipher gives. The name of the piece is
authenticated with it, so a piece under another's name is no piece at all.
"""

import base64
import binascii
import os
from collections.abc import Sequence
from contextlib import suppress

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import ConfigurationError, CopyBroken
from seatkeeper.ports import Copy

_FORMAT = b"\x01"
_NONCE_BYTES, _KEY_BYTES = 12, 32


class SealedCopy:
    """`ports.Copy` around another: what goes in is encrypted, what comes out is checked."""

    def __init__(self, inner: Copy, key: Secret) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # 20 ms

        self._inner = inner
        self._cipher = AESGCM(_key_bytes(key))
        self.label = inner.label

    def put(self, name: str, piece: bytes) -> None:
        """See `ports.Copy.put`."""
        nonce = os.urandom(_NONCE_BYTES)
        self._inner.put(name, _FORMAT + nonce + self._cipher.encrypt(nonce, piece, _bound_to(name)))

    def names(self, kind: str, after: str = "") -> Sequence[str]:
        """See `ports.Copy.names`."""
        return self._inner.names(kind, after)

    def get(self, name: str) -> bytes:
        """See `ports.Copy.get`; `CopyBroken` as well for another key."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # likewise

        sealed = self._inner.get(name)
        nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] == _FORMAT and len(nonce) == _NONCE_BYTES:
            with suppress(InvalidTag):
                return self._cipher.decrypt(nonce, text, _bound_to(name))
        raise CopyBroken(
            f"The piece {name} in {self.label} does not open: it was changed, cut or moved, "
            "or another key sealed it.",
            arithmetic=f"{len(sealed)} bytes",
            remedy="Compare second_place.key with the key it was written with, or look for another copy.",
        )


def _bound_to(name: str) -> bytes:
    return b"seatkeeper second place " + name.encode()


def _key_bytes(key: Secret) -> bytes:
    try:
        raw = base64.b64decode(key.reveal().strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ConfigurationError(
            "The key of second_place is not 32 random bytes in base64.",
            remedy="Make one, and keep it where this machine's loss can't reach: openssl rand -base64 32",
        )
    return raw
