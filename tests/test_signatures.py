"""Who signed what: only a known person's valid key over exactly this message counts."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatkeeper.clock import SystemClock
from seatkeeper.errors import ApprovalError
from seatkeeper.ports import Signatures
from seatkeeper.signatures import SshSignatures

MESSAGE = b'{"plan":"sha256","changes":["one"]}'
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Office:
    """A folder with the keys of invented people and the file that says whose they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "approvers.allowed_signers"
        self.file.write_text("# who may propose and approve\n")
        self.signatures: Signatures = SshSignatures(self.file, SystemClock())

    def key(self, name: str, passphrase: str = "") -> str:
        """Makes a key; it is nobody's yet."""
        path = self.folder / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        return str(path)

    def admit(self, person: str, key: str, options: str = "") -> None:
        """Writes the line that gives a key to a person."""
        public = " ".join(Path(f"{key}.pub").read_text().split()[:2])
        with self.file.open("a") as file:
            file.write(f"{person} {options} {public}\n")

    def raw(self, key: str, namespace: str) -> str:
        """A signature made without Seatkeeper."""
        command = ["ssh-keygen", "-Y", "sign", "-f", key, "-n", namespace]
        return subprocess.run(command, check=True, capture_output=True, input=MESSAGE).stdout.decode()

    def refused(self, message: bytes, signature: str, at: datetime = NOON) -> ApprovalError:
        """The error that checking the signature gives, which shows nothing of any key."""
        with pytest.raises(ApprovalError) as caught:
            self.signatures.person(message, signature, at)
        error = caught.value
        shown = error.what + error.arithmetic + error.remedy
        for public in self.folder.glob("*.pub"):
            assert public.read_text().split()[1] not in shown
        assert error.remedy
        assert error.exit_code == 6
        return error


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_signature_leads_to_the_person_who_made_it(office: Office) -> None:
    """Each key has its person, whoever else is in the file."""
    for name in ("ana", "bo"):
        office.admit(f"{name}@acme.example", office.key(name))

    for name in ("ana", "bo"):
        signature = office.signatures.sign(MESSAGE, str(office.folder / name))
        assert office.signatures.person(MESSAGE, signature, NOON) == f"{name}@acme.example"


def test_an_empty_message_can_be_signed(office: Office) -> None:
    """Nothing is a message like any other."""
    office.admit("ana@acme.example", office.key("ana"))
    signature = office.signatures.sign(b"", str(office.folder / "ana"))

    assert office.signatures.person(b"", signature, NOON) == "ana@acme.example"


def test_a_tampered_message_is_refused(office: Office) -> None:
    """One byte more or less is another message."""
    office.admit("ana@acme.example", office.key("ana"))
    signature = office.signatures.sign(MESSAGE, str(office.folder / "ana"))

    assert "not of this message" in office.refused(MESSAGE + b" ", signature).what


def test_a_signature_for_another_purpose_is_refused(office: Office) -> None:
    """A signed commit is no approval."""
    key = office.key("ana")
    office.admit("ana@acme.example", key)

    assert "another purpose" in office.refused(MESSAGE, office.raw(key, "git")).what


def test_a_key_that_the_file_does_not_admit_for_us_is_refused(office: Office) -> None:
    """The file's own `namespaces` option is honoured."""
    key = office.key("ana")
    office.admit("ana@acme.example", key, 'namespaces="git"')

    assert "leave seatkeeper out" in office.refused(MESSAGE, office.raw(key, "seatkeeper")).what


def test_a_strangers_key_is_refused(office: Office) -> None:
    """When checked, and already when signing: nobody would accept it."""
    office.admit("ana@acme.example", office.key("ana"))
    stranger = office.key("stranger")

    assert "does not name" in office.refused(MESSAGE, office.raw(stranger, "seatkeeper")).what
    with pytest.raises(ApprovalError, match="does not name"):
        office.signatures.sign(MESSAGE, stranger)


def test_the_validity_of_a_key_is_honoured_in_utc(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key counts at the time of signing, wherever the machine is."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    key = office.key("ana")
    office.admit("ana@acme.example", key, 'valid-after="20260601000000",valid-before="20260602000000"')
    signature = office.raw(key, "seatkeeper")

    assert office.signatures.person(MESSAGE, signature, NOON) == "ana@acme.example"
    for late in (datetime(2026, 6, 2, 0, 0, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        assert "no longer valid" in office.refused(MESSAGE, signature, late).what
    early = datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert "not yet valid" in office.refused(MESSAGE, signature, early).what


@pytest.mark.parametrize(
    "text", ["", "not a signature", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"]
)
def test_what_is_no_signature_is_refused(text: str, office: Office) -> None:
    """Empty, words, cut off."""
    office.admit("ana@acme.example", office.key("ana"))

    assert office.refused(MESSAGE, text).what.startswith("the signature ")


@pytest.mark.parametrize("persons", ["*@acme.example", "ana@acme.example,bo@acme.example", "*"])
def test_a_key_without_one_person_is_refused(persons: str, office: Office) -> None:
    """Four eyes need two names."""
    key = office.key("ana")
    office.admit(persons, key)

    assert "does not say whose" in office.refused(MESSAGE, office.raw(key, "seatkeeper")).what


def test_a_key_on_two_lines_is_the_first_ones(office: Office) -> None:
    """Nobody proposes and approves as two with one key."""
    key = office.key("ana")
    office.admit("ana@acme.example", key)
    office.admit("bo@acme.example", key)
    signature = office.signatures.sign(MESSAGE, key)

    assert office.signatures.person(MESSAGE, signature, NOON) == "ana@acme.example"


def test_a_locked_key_is_refused_at_once(office: Office) -> None:
    """Nothing waits for a passphrase that nobody can type; the remedy names the agent."""
    key = office.key("ana", passphrase="invented words")
    office.admit("ana@acme.example", key)

    with pytest.raises(ApprovalError, match="passphrase") as caught:
        office.signatures.sign(MESSAGE, key)
    assert "ssh-add" in caught.value.remedy


def test_a_key_that_others_can_read_is_refused(office: Office) -> None:
    """ssh-keygen does not use it, and the remedy says how to close it."""
    key = office.key("ana")
    office.admit("ana@acme.example", key)
    Path(key).chmod(0o644)

    with pytest.raises(ApprovalError) as caught:
        office.signatures.sign(MESSAGE, key)
    assert caught.value.remedy == f"chmod 600 {key}"


def test_a_missing_key_and_a_file_that_is_none_are_refused(office: Office) -> None:
    """Each says which file."""
    with pytest.raises(ApprovalError, match="does not exist"):
        office.signatures.sign(MESSAGE, str(office.folder / "nobody"))
    with pytest.raises(ApprovalError, match="no private key"):
        office.signatures.sign(MESSAGE, str(office.file))


def test_without_the_approvers_file_nobody_has_approved(office: Office) -> None:
    """Its absence opens nothing."""
    key = office.key("ana")
    office.admit("ana@acme.example", key)
    signature = office.raw(key, "seatkeeper")
    office.file.unlink()

    assert "does not exist" in office.refused(MESSAGE, signature).what


def test_without_ssh_keygen_the_error_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a traceback."""
    key = office.key("ana")
    monkeypatch.setenv("PATH", str(office.folder))

    with pytest.raises(ApprovalError, match="ssh-keygen is not there"):
        office.signatures.sign(MESSAGE, key)
    assert "ssh-keygen is not there" in office.refused(MESSAGE, "any").what
