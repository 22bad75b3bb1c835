"""Who said what, by SSH signatures: ssh-keygen makes and checks them, as git does.

The file of allowed signers says which key is whose (one person a line, and
optionally from when until when). Nothing of a key is ever part of an output.
"""

from __future__ import annotations

import os
import subprocess
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from seatkeeper.errors import ApprovalError

if TYPE_CHECKING:
    from datetime import datetime

    from seatkeeper.ports import Clock

NAMESPACE = "seatkeeper"
"""What signatures are for: one made for git or mail says nothing here."""

_TIMEOUT_SECONDS = 30
_PATTERN = frozenset("*?!")

_SIGNING = (
    ("incorrect passphrase", "is locked by a passphrase", "ssh-add {key}, then name {key}.pub instead"),
    ("agent refused", "is in an agent that refused to sign", "ssh-add {key}"),
    ("UNPROTECTED PRIVATE KEY", "can be read by others, so ssh-keygen does not use it", "chmod 600 {key}"),
    ("", "is no private key for ssh-keygen", "name the file of one: seatkeeper approve --key FILE"),
)
_CHECKING = (
    ("namespace does not match", "was made for another purpose than Seatkeeper"),
    ("not permitted for use in signature namespace", "is by a key whose namespaces leave seatkeeper out"),
    ("has expired", "is by a key that was no longer valid at that time"),
    ("not yet valid", "is by a key that was not yet valid at that time"),
    ("incorrect signature", "is not of this message: one of the two was changed"),
    ("parse signature", "is no SSH signature"),
    ("armor", "is no SSH signature"),
    ("missing key", "can't be checked: a line of the approvers file has no key"),
    ("", "is by a key that the approvers file does not name"),
)


class SshSignatures:
    """Implements `ports.Signatures` over one file of allowed signers."""

    def __init__(self, allowed_signers: Path, clock: Clock) -> None:
        self._allowed = allowed_signers
        self._clock = clock

    def sign(self, message: bytes, key: str) -> str:
        """The armoured signature of the message by the private key file (or a .pub whose key an agent has).

        The signature is checked at once: one that nobody would accept is not given.

        Raises:
            ApprovalError: The key can't be used, or is nobody's in the approvers file.
        """
        file = Path(key).expanduser().absolute()
        if not file.is_file():
            raise ApprovalError(
                f"the key file {key} does not exist",
                remedy="name an SSH private key: seatkeeper approve --key FILE",
            )
        done = _keygen(["-Y", "sign", "-f", str(file), "-n", NAMESPACE], message)
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace")
            what, remedy = next((what, remedy) for mark, what, remedy in _SIGNING if mark in said)
            raise ApprovalError(f"the key {key} {what}", remedy=remedy.format(key=key))
        signature = done.stdout.decode("ascii")
        self.person(message, signature, self._clock.now())
        return signature

    def person(self, message: bytes, signature: str, at: datetime) -> str:
        """Which person of the approvers file made the signature, by the keys valid at `at`.

        Raises:
            ApprovalError: None of them did, or the file names several for one key.
        """
        if not self._allowed.is_file():
            raise ApprovalError(
                f"the approvers file {self._allowed.name} does not exist",
                remedy=f"write {self._allowed}: a line a person, E-MAIL and key; then: seatkeeper check",
            )
        with TemporaryDirectory(prefix="seatkeeper-") as folder:
            file = Path(folder, "signature")
            file.write_text(signature, encoding="utf-8", newline="\n")
            given = [
                "-s",
                str(file),
                "-f",
                str(self._allowed),
                f"-Overify-time={at.astimezone(UTC):%Y%m%d%H%M%S}",
            ]
            person = self._one(_checked(["-Y", "find-principals", *given], b""))
            _checked(["-Y", "verify", "-I", person, "-n", NAMESPACE, *given], message)
        return person

    def _one(self, found: bytes) -> str:
        names = found.decode(errors="replace").splitlines()
        if len(names) != 1 or _PATTERN & set(names[0]) or "," in names[0]:
            raise ApprovalError(
                f"the approvers file {self._allowed.name} does not say whose the signature is",
                arithmetic=f"the key stands there for {len(names)}: {', '.join(names)}",
                remedy="give each key one line with one person, without patterns",
            )
        return names[0]


def _checked(arguments: list[str], message: bytes) -> bytes:
    done = _keygen(arguments, message)
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace")
    what = next(what for mark, what in _CHECKING if mark in said)
    raise ApprovalError(
        f"the signature {what}",
        remedy="sign again with a key that the approvers file names: seatkeeper approve --key",
    )


def _keygen(arguments: list[str], message: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen in UTC and without a terminal: it never waits for somebody to type."""
    environ = os.environ | {"TZ": "UTC", "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        return subprocess.run(  # noqa: S603  # no shell; the paths are absolute
            ["ssh-keygen", *arguments],  # noqa: S607  # the ssh-keygen that the person uses
            input=message,
            env=environ,
            capture_output=True,
            check=False,
            start_new_session=True,
            timeout=_TIMEOUT_SECONDS,
        )
    except FileNotFoundError:
        raise ApprovalError("ssh-keygen is not there", remedy="install OpenSSH's client") from None
    except subprocess.TimeoutExpired:
        raise ApprovalError(
            f"ssh-keygen gave no answer in {_TIMEOUT_SECONDS} s",
            remedy="try again; is the agent or the token locked?",
        ) from None
