"""Checkpoints: where the chain stood as a run ended, signed with a key that the database does not hold.

The chain shows an edit to whoever remembers a head, and a checkpoint is such
a memory: an entry that names the seq and the hash of the one before it, with
an ed25519 signature of both, copied to the second place as every entry is. So
whoever can write the database, and has not the key, can't write a whole new
journal. Whoever has both can, and only a checkpoint kept elsewhere tells.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any

from seatkeeper.errors import ConfigurationError
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Checkpoint

_MAKE = "Make a pair: openssl genpkey -algorithm ed25519 -out checkpoint.pem; openssl pkey -in checkpoint.pem"


def message(checkpoint: Checkpoint) -> bytes:
    """What is signed."""
    return f"seatkeeper checkpoint\n{checkpoint.seq}\n{checkpoint.head}\n".encode()


def checkpoint_line(checkpoint: Checkpoint) -> str:
    """A checkpoint as it is kept: one line of JSON."""
    return json.dumps(checkpoint._asdict())


def parse_checkpoint(text: bytes) -> Checkpoint | None:
    """The checkpoint in a piece or a file; None when there is none."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return read_checkpoint(told)


def read_checkpoint(told: object) -> Checkpoint | None:
    """The checkpoint in a payload; None when it is none."""
    match told:
        case {"seq": int(seq), "head": str(head), "signature": str(signature)}:
            return Checkpoint(seq, Digest(head), signature)
    return None


class CheckpointKeys:
    """Signs checkpoints, and tells those that it or an earlier key signed.

    `public` are PEM, or the line of base64 inside one. The private half is
    asked for when something is first signed: whoever only reads never needs it.
    `ConfigurationError` for a key that is no ed25519 key, and for a private
    half that fits none of the public ones.
    """

    def __init__(self, public: Sequence[str], private: Callable[[], str]) -> None:
        self._public = [_loaded(text, private=False) for text in public]
        self._private = private
        self._signs: Any = None

    def ready(self) -> None:
        """Look the private half up, so that a missing one is told before anything is done."""
        if self._signs is None:
            key = _loaded(self._private(), private=True)
            if key.public_key() not in self._public:
                raise ConfigurationError(
                    "The key that signs checkpoints fits none of `checkpoints.public_keys`.",
                    remedy="Add the line that openssl pkey -pubout prints for it, then: seatkeeper check",
                )
            self._signs = key

    def sign(self, seq: int, head: Digest) -> Checkpoint:
        """The checkpoint of this place in the chain."""
        self.ready()
        unsigned = Checkpoint(seq, head, "")
        return unsigned._replace(signature=self._signs.sign(message(unsigned)).hex())

    def made(self, checkpoint: Checkpoint) -> bool:
        """Whether one of the public keys says that it was signed so."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # 20 ms, and few verify

        try:
            signature = bytes.fromhex(checkpoint.signature)
        except ValueError:
            return False
        for key in self._public:
            try:
                key.verify(signature, message(checkpoint))
            except InvalidSignature:
                continue
            return True
        return False


def _loaded(text: str, *, private: bool) -> Any:  # noqa: ANN401  # cryptography's, not imported here
    """The key in a PEM, or in the base64 inside one."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # likewise
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # likewise

    half = "private" if private else "public"
    try:
        der = base64.b64decode("".join(text.strip().split("\n")[1:-1]) or text.strip(), validate=True)
        if private:
            key: object = serialization.load_der_private_key(der, password=None)
        else:
            key = serialization.load_der_public_key(der)
    except (binascii.Error, ValueError, TypeError):
        key = None
    if isinstance(key, ed25519.Ed25519PrivateKey if private else ed25519.Ed25519PublicKey):
        return key
    raise ConfigurationError(
        f"A {half} key of `checkpoints` is no ed25519 key.",
        remedy=_MAKE if private else f"{_MAKE} -pubout",
    )
