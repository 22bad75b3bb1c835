"""Real servers as child processes: an ordinary user, a folder of their own, a free port on loopback."""

import contextlib
import ctypes
import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ORDINARY_USER = "nobody"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
_PARENT_DEATH = 1  # prctl's PR_SET_PDEATHSIG


def absent(part: str) -> None:
    """A part that is not installed fails in CI and is skipped elsewhere, in plain words."""
    word = f"{part} is not installed on this machine"
    if os.environ.get("CI") == "true":
        pytest.fail(word)
    pytest.skip(word)


def free_port() -> int:
    """A port on loopback that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Ground:
    """Where a server stands: its own folder, and the user it runs as (None: the one who runs the tests)."""

    folder: Path
    user: int | None
    group: int | None

    def run(self, command: Sequence[str]) -> None:
        """Run a set-up command to its end; what it printed is shown when it fails."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            user=self.user,
            group=self.group,
            extra_groups=self._extra_groups,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.fail(
                f"{command[0]} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
            )

    def start(self, command: Sequence[str], stop: signal.Signals) -> subprocess.Popen[bytes]:
        """Start the server; the kernel sends it `stop` when the tests die without a word."""
        libc = ctypes.CDLL(None)
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                user=self.user,
                group=self.group,
                extra_groups=self._extra_groups,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=functools.partial(libc.prctl, _PARENT_DEATH, int(stop)),  # noqa: PLW1509  # one system call, no lock taken
            )

    @property
    def _extra_groups(self) -> list[int] | None:
        return None if self.user is None else []


@contextlib.contextmanager
def ground(part: str) -> Iterator[Ground]:
    """A temporary folder that the server's user owns; servers refuse to run as root."""
    folder = Path(tempfile.mkdtemp(prefix=f"seatkeeper-{part}-"))
    try:
        if os.geteuid() != 0:
            yield Ground(folder, None, None)
        else:
            ordinary = pwd.getpwnam(ORDINARY_USER)
            os.chown(folder, ordinary.pw_uid, ordinary.pw_gid)
            yield Ground(folder, ordinary.pw_uid, ordinary.pw_gid)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(
    place: Ground, command: Sequence[str], *, answers: Callable[[], None], stop: signal.Signals
) -> Iterator[None]:
    """The server, from the moment `answers` no longer raises until the block ends."""
    process = place.start(command, stop)
    try:
        _wait(process, place, answers)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], place: Ground, answers: Callable[[], None]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
        except Exception as refusal:  # noqa: BLE001  # each driver has its own word for "not yet"
            if process.poll() is not None or time.monotonic() > deadline:
                log = (place.folder / "log").read_text(errors="replace")
                pytest.fail(f"{process.args!r} did not start: {refusal}\n{log[-2000:]}")
            time.sleep(0.05)
        else:
            return
