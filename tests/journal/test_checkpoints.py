"""Each run ends with a signed checkpoint; who has not the key can't write the journal anew."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from seatkeeper.cli.main import seatkeeper as cli
from seatkeeper.config.secrets import Secret
from seatkeeper.copies.folder import FolderCopy
from seatkeeper.copies.sealed import SealedCopy
from seatkeeper.errors import ConfigurationError, JournalError, UsageError
from seatkeeper.journal import sheets
from seatkeeper.journal.checkpoints import CheckpointKeys
from seatkeeper.journal.copied import CopiedStore
from seatkeeper.journal.database import Database
from seatkeeper.journal.store import SqlStore, open_store
from tests.journal.builders import ACME, HOUR, Raw, at, held, note, step, story
from tests.journal.test_mutations import SCRIPT, key_pair

PUBLIC, PRIVATE = key_pair()
KEYS = CheckpointKeys([PUBLIC], lambda: PRIVATE)
SEAL = Secret(base64.b64encode(bytes(range(32))).decode())


@pytest.fixture
def signing(store_url: str) -> Iterator[SqlStore]:
    """A store with keys."""
    open_store(store_url).close()
    opened = SqlStore(Database(store_url), KEYS)
    yield opened
    opened.close()


def kinds(store: SqlStore) -> list[str]:
    return [entry.kind for entry in store.entries()]


def test_a_lease_that_is_given_back_leaves_a_checkpoint(signing: SqlStore) -> None:
    """Of what was written under it, once; a lease under which nothing happened leaves none."""
    signing.release(story(signing, 1))
    signing.release(held(signing, hours=2))

    assert kinds(signing) == ["brake", "intent", "outcome", "checkpoint"]
    found = signing.verify()
    assert found.verifies
    assert found.checkpoint is not None
    assert found.checkpoint.seq == 3


def test_who_lost_the_lease_signs_nothing(signing: SqlStore) -> None:
    """A process that wakes up after another took over leaves no trace."""
    old = story(signing, 1)
    signing.acquire(ACME, "ben@desk", at(5), HOUR)

    signing.release(old)

    assert "checkpoint" not in kinds(signing)


def test_a_missing_key_is_told_before_anything_is_done(store_url: str) -> None:
    """Not when the run has ended; and a key that nobody could check later is no key."""
    open_store(store_url).close()
    other, _ = key_pair()
    strange = SqlStore(Database(store_url), CheckpointKeys([other], lambda: PRIVATE))

    with pytest.raises(ConfigurationError, match="fits none"):
        held(strange)
    assert strange.head()[0] == 0
    strange.close()
    for nonsense in ("", "MCow", PUBLIC):
        with pytest.raises(ConfigurationError, match="no ed25519 key"):
            CheckpointKeys([PUBLIC], lambda nonsense=nonsense: nonsense).ready()  # type: ignore[misc]


def test_a_key_that_was_exchanged_still_tells_its_checkpoints(signing: SqlStore, store_url: str) -> None:
    """Both public keys stand in the configuration; without the old one its checkpoints are nobody's."""
    signing.release(story(signing, 1))
    public, private = key_pair()
    after = SqlStore(Database(store_url), CheckpointKeys([public, PUBLIC], lambda: private))
    lease = held(after, hours=2)
    after.append([note()], at(2))
    after.release(lease)

    assert after.verify().verifies
    forgetful = SqlStore(Database(store_url), CheckpointKeys([public], lambda: private))
    assert [fault.what for fault in forgetful.verify().faults] == [
        "entry 4 is a checkpoint that no configured key has signed"
    ]
    after.close()
    forgetful.close()


def test_a_checkpoint_can_not_be_erased(signing: SqlStore) -> None:
    """It holds nothing personal, and without it nobody could tell."""
    signing.release(story(signing, 1))

    with pytest.raises(JournalError, match="Entry 4 is of kind checkpoint"):
        signing.erase([4], at(5), "ana", "cover up")


def copied(folder: Path, url: str) -> CopiedStore:
    """The store with a second place in that folder, and keys."""
    return CopiedStore(Database(url), SealedCopy(FolderCopy(folder), SEAL), KEYS)


def test_a_checkpoint_is_in_the_second_place_and_an_older_store_is_found_out(tmp_path: Path) -> None:
    """The database is put back as it was yesterday: it verifies alone, and not beside its second place."""
    folder = tmp_path / "second"
    folder.mkdir()
    path = tmp_path / "store.db"
    open_store(f"sqlite:///{path}").close()
    store = copied(folder, f"sqlite:///{path}")
    store.release(story(store, 1))
    store.close()
    shutil.copy(path, tmp_path / "yesterday.db")
    store = copied(folder, f"sqlite:///{path}")
    lease = held(store, hours=2)
    store.append([step("intent", 9)], at(2), lease)
    store.release(lease)
    assert store.verify().verifies
    store.close()
    copy = SealedCopy(FolderCopy(folder), SEAL)
    name = copy.names(sheets.ENTRIES)[-1]
    assert sheets.read_lines(name, copy.get(name))[-1].kind == "checkpoint"

    for file in tmp_path.glob("store.db*"):
        file.unlink()
    shutil.copy(tmp_path / "yesterday.db", path)
    alone, beside = SqlStore(Database(f"sqlite:///{path}"), KEYS), copied(folder, f"sqlite:///{path}")

    assert alone.verify().verifies
    (fault,) = beside.verify().faults
    assert fault.what == "entries 5 to 6 are cut off the end"
    alone.close()
    beside.close()


Verifies = Callable[..., "subprocess.CompletedProcess[str]"]


def independently(*words: str) -> "subprocess.CompletedProcess[str]":
    """Type the second verifier's command."""
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})


def test_the_second_verifier_agrees_on_a_store_and_names_the_place(
    signing: SqlStore, store_url: str, raw: Raw, tmp_path: Path
) -> None:
    """On SQLite and on PostgreSQL, with the public key and a checkpoint that was kept."""
    signing.release(story(signing, 2))
    place = store_url.removeprefix("sqlite:///").replace("+psycopg", "")
    found = signing.verify()
    assert found.checkpoint is not None
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(found.checkpoint._asdict()))

    said = independently(place, "--public-key", PUBLIC, "--checkpoint", str(kept))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"6 entries, head {found.head}, signed up to 5\n"

    raw.unlock()
    raw.run("UPDATE payloads SET body = ? WHERE seq = 2", b"{}")
    raw.run("DELETE FROM payloads WHERE seq > 4")
    raw.run("DELETE FROM entries WHERE seq > 4")
    said = independently(place, "--checkpoint", str(kept))
    assert said.returncode == 9
    assert "entry 2 has another payload than its own\n" in said.stdout
    assert "entry 5 is cut off the end\n" in said.stdout


def test_the_second_verifier_is_short_and_shares_no_code() -> None:
    """Whoever audits it reads it in one sitting."""
    text = SCRIPT.read_text("utf-8")
    assert len(text.splitlines()) < 200
    assert "seatkeeper." not in text.replace("seatkeeper.db", "")


def test_verify_shows_the_checkpoint_and_takes_one_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it prints is what it takes."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"GH_READ": "x", "GH_WRITE": "y"}.items():
        monkeypatch.setenv(name, value)
    starter = CliRunner().invoke(cli, ["init", "--organization", "acme"])
    assert starter.exit_code == 0, starter.output
    config = tmp_path / "seatkeeper.yaml"
    told = f'checkpoints: {{key: "${{CHECKPOINT_KEY}}", public_keys: ["{PUBLIC}"]}}\n'
    config.write_text(config.read_text("utf-8") + told, "utf-8")
    open_store(f"sqlite:///{tmp_path}/seatkeeper.db").close()
    store = SqlStore(Database(f"sqlite:///{tmp_path}/seatkeeper.db"), KEYS)
    store.release(story(store, 1))
    store.close()

    said = CliRunner().invoke(cli, ["verify"])
    assert said.exit_code == 0, said.output
    line = next(line for line in said.output.splitlines() if line.startswith("{"))
    (tmp_path / "kept.json").write_text(line)
    assert CliRunner().invoke(cli, ["verify", "--checkpoint", "kept.json"]).exit_code == 0

    raw = Raw(f"sqlite:///{tmp_path}/seatkeeper.db")
    raw.unlock()
    raw.run("DELETE FROM payloads WHERE seq > 2")
    raw.run("DELETE FROM entries WHERE seq > 2")
    raw.close()
    assert CliRunner().invoke(cli, ["verify"]).exit_code == 0
    said = CliRunner().invoke(cli, ["verify", "--json", "--checkpoint", "kept.json"])
    assert said.exit_code == 9
    assert json.loads(said.output)["faults"] == [{"seq": 3, "what": "entry 3 is cut off the end"}]
    (tmp_path / "kept.json").write_text("kept")
    said = CliRunner().invoke(cli, ["verify", "--checkpoint", "kept.json"])
    assert isinstance(said.exception, UsageError)
