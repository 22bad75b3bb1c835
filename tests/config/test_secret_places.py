"""A secret comes from the environment, a file or a program, and no failure on the way shows it."""

import base64
import time
from pathlib import Path

import pytest

from seatkeeper.config import secret_places
from seatkeeper.errors import ConfigurationError
from tests.config.files import ENVIRON, changed, revealed, settings

VALUE = "ghp_invented_Value_42"
READ = '"${GH_READ}"'


def token_from(folder: Path, told: str) -> str:
    """The reading token of a configuration that keeps it there."""
    return revealed(settings(folder, changed((READ, told))).read_credential())


def refused(folder: Path, told: str) -> ConfigurationError:
    """The error instead; neither it nor what it rests on shows the value."""
    with pytest.raises(ConfigurationError) as caught:
        token_from(folder, told)
    error = caught.value
    assert "seatkeeper.yaml:20: forges.acme.read.token: " in error.what
    assert (
        VALUE not in f"{error.what}{error.arithmetic}{error.remedy}{error.__cause__!r}{error.__context__!r}"
    )
    return error


def kept(folder: Path, data: bytes = VALUE.encode(), mode: int = 0o600) -> str:
    """A file with a secret beside the configuration, named as the configuration names it."""
    (folder / "gh.token").write_bytes(data)
    (folder / "gh.token").chmod(mode)
    return "{file: gh.token}"


@pytest.mark.parametrize("mode", [0o600, 0o400], ids=oct)
def test_a_file_gives_what_is_in_it_without_the_space_around_it(mode: int, tmp_path: Path) -> None:
    """It lies beside the configuration, and its name may come from the environment."""
    assert token_from(tmp_path, kept(tmp_path, f"\n {VALUE}\n\n".encode(), mode)) == VALUE

    text = changed((READ, '{file: "${PLACE}/gh.token"}'))
    assert revealed(settings(tmp_path, text, ENVIRON | {"PLACE": str(tmp_path)}).read_credential()) == VALUE


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602, 0o777], ids=oct)
def test_a_file_that_others_can_reach_is_refused_with_what_to_type(mode: int, tmp_path: Path) -> None:
    """Whoever could read or change it knows the secret or replaces it: the mode is told, and the chmod."""
    error = refused(tmp_path, kept(tmp_path, mode=mode))

    assert f"has mode {mode:04o}" in error.what
    assert error.remedy.startswith(f"chmod 600 {tmp_path / 'gh.token'}, then")


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe"], ids=repr)
def test_a_file_without_text_is_no_secret(data: bytes, tmp_path: Path) -> None:
    """An empty token would be sent as one."""
    assert "and no text" in refused(tmp_path, kept(tmp_path, data)).what


def test_a_file_that_is_not_there_or_no_file_is_named(tmp_path: Path) -> None:
    """With the path as it was looked for."""
    (tmp_path / "folder").mkdir(mode=0o700)

    assert f"{tmp_path / 'gone'} can't be read" in refused(tmp_path, "{file: gone}").what
    assert "is no plain file" in refused(tmp_path, "{file: folder}").what


def test_a_program_gives_what_it_prints_and_no_shell_reads_its_words(tmp_path: Path) -> None:
    """It is started beside the configuration, and has nothing to read."""
    kept(tmp_path)

    assert token_from(tmp_path, "{command: [cat, gh.token]}") == VALUE
    assert token_from(tmp_path, "{command: [sh, -c, 'cat; cat gh.token']}") == VALUE
    assert token_from(tmp_path, "{command: [printf, '%s', '$HOME;`id`']}") == "$HOME;`id`"


def test_a_program_that_fails_is_told_by_its_exit_code_and_never_by_what_it_said(tmp_path: Path) -> None:
    """What it prints of errors may hold the secret; the person sees it by typing the command themselves."""
    kept(tmp_path)
    error = refused(tmp_path, "{command: [sh, -c, 'cat gh.token; cat gh.token >&2; exit 3']}")

    assert "the command sh ended with exit code 3" in error.what
    assert "see what it says: sh -c 'cat gh.token; cat gh.token >&2; exit 3', then run" in error.remedy


def test_a_program_that_is_not_there_or_prints_nothing_is_named(tmp_path: Path) -> None:
    """With the command to try."""
    gone, silent = refused(tmp_path, "{command: [gone-program, x]}"), refused(tmp_path, "{command: ['true']}")

    assert "the command gone-program can't be started: No such file" in gone.what
    assert "the command true gave 0 bytes" in silent.what


def test_a_program_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A grandchild that holds the pipe open does not keep the command waiting."""
    monkeypatch.setattr(secret_places, "COMMAND_SECONDS", 0.2)
    started = time.monotonic()
    error = refused(tmp_path, "{command: [sh, -c, 'sleep 60 & echo half; wait']}")

    assert "printed nothing to the end in 0.2 s" in error.what
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("text", [f"{VALUE}\n{VALUE}", f"{VALUE} # note", "ghp_ünlikely"])
def test_a_token_that_fits_no_header_is_refused_and_not_shown(text: str, tmp_path: Path) -> None:
    """A library that can't send it would show it."""
    assert "is no token" in refused(tmp_path, kept(tmp_path, text.encode())).what
    with pytest.raises(ConfigurationError, match="is no token"):
        settings(tmp_path, environ=ENVIRON | {"GH_READ": text}).read_credential()


@pytest.mark.parametrize(
    "told",
    [f"{{file: {VALUE}, command: [x]}}", "{file: }", "{file: [x]}", "{command: cat}", "{command: []}",
     "{command: [[x]]}", "{program: [x]}", "{}", '["${GH_READ}"]', VALUE],
)  # fmt: skip
def test_another_way_of_saying_it_is_refused_with_the_three_there_are(told: str, tmp_path: Path) -> None:
    """The value that was written is not repeated: it may be the secret itself."""
    error = refused(tmp_path, told)

    assert "{file: PATH} or {command: [PROGRAM, ARGUMENT]}: a secret never stands in the file" in error.what


def test_every_secret_of_the_file_may_be_kept_in_each_place(tmp_path: Path) -> None:
    """Also the whole URL of a database, the keys of the second place, and the ways out of notices."""
    (tmp_path / "url").write_text("sqlite:///people.db\n", encoding="utf-8")
    key = base64.b64encode(b"k" * 32).decode()
    (tmp_path / "key").write_text(key, encoding="utf-8")
    for file in ("url", "key"):
        (tmp_path / file).chmod(0o600)
    more = """limits: {}
second_place: {folder: /mnt/copy, key: {file: key}}
checkpoints: {key: {file: key}, public_keys: [MCow]}
notices:
  key: {file: key}
  page: https://seats.acme.example
  channels: {ops: {command: [cat, url]}}
  mail: {host: smtp.acme.example, sender: a@acme.example, user: a, password: {file: key}}
"""
    text = changed(
        ('"${HR_DATABASE_URL}"', "{file: url}"),
        ("sqlite:///seatkeeper.db", "{command: [echo, 'postgresql://seats:pw@db/seats']}"),
        ('"${GH_WRITE}"', "{command: [cat, key]}"),
        ("limits: {}\n", more),
    )
    read = settings(tmp_path, text)
    source, place, signed, mail = (
        read.source().url,
        read.second_place(),
        read.checkpoints(),
        read.outgoing.mail(),
    )
    assert source
    assert place
    assert signed
    assert mail
    assert mail.password
    page = read.outgoing.page_key()

    assert source.reveal() == f"sqlite:///{tmp_path / 'people.db'}"
    assert read.store_url.reveal() == "postgresql://seats:pw@db/seats"
    assert {place.key, signed.key(), page, mail.password, read.write_credential()} == {page}
    assert page is not None
    assert page.reveal() == key
    assert read.outgoing.channels()["ops"].reveal() == "sqlite:///people.db"
    assert key not in repr((read, place, signed, mail))
