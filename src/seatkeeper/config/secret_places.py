"""Where a secret is that is not in the environment: in a file of its own, or with what prints it."""

import os
import shlex
import signal
import stat
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Final, NamedTuple

from seatkeeper.config.secrets import Secret

COMMAND_SECONDS: Final = 30.0
"""How long a program may take to print a secret."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""What anybody but a file's owner may do with it."""


class NotGiven(Exception):
    """A place that gives no secret: `why`, and the command to type next. Nothing that was read is in it."""

    def __init__(self, why: str, remedy: str) -> None:
        """Keep both parts, and show the first."""
        super().__init__(why)
        self.why = why
        self.remedy = remedy


class FromFile(NamedTuple):
    """A file that holds a secret and nothing else; `path` is relative to the configuration."""

    path: str

    def secret(self, folder: Path) -> Secret:
        """What the file holds, without the space around it; `NotGiven` where others may read it too."""
        file = folder / self.path
        shown = shlex.quote(str(file))
        try:
            mode = file.stat().st_mode
            if not stat.S_ISREG(mode):
                raise NotGiven(f"{file} is no plain file", f"ls -l {shown}")
            if mode & OTHERS:
                told = f"{file} has mode {stat.S_IMODE(mode):04o}, so others than its owner can reach it"
                raise NotGiven(told, f"chmod 600 {shown}")
            data = file.read_bytes()
        except OSError as error:
            raise NotGiven(f"{file} can't be read: {error.strerror}", f"ls -l {shown}") from None
        return _text(data, str(file), f"ls -l {shown}")


class FromCommand(NamedTuple):
    """A program with its arguments, started as they stand, without a shell, in the configuration's folder."""

    argv: tuple[str, ...]

    def secret(self, folder: Path) -> Secret:
        """What it prints, without the space around it; what it says of errors is thrown away, unseen.

        It has nothing to read, and a group of processes of its own, so that what it started ends with it.
        """
        name, by_hand = f"the command {self.argv[0]}", f"see what it says: {shlex.join(self.argv)}"
        try:
            with Popen(  # noqa: S603  # the words of the reviewed file, and no shell
                self.argv, cwd=folder, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, process_group=0
            ) as program:
                try:
                    printed, _ = program.communicate(timeout=COMMAND_SECONDS)
                except BaseException:
                    os.killpg(program.pid, signal.SIGKILL)
                    raise
        except TimeoutExpired:
            raise NotGiven(f"{name} printed nothing to the end in {COMMAND_SECONDS:g} s", by_hand) from None
        except OSError as error:
            raise NotGiven(f"{name} can't be started: {error.strerror}", by_hand) from None
        if program.returncode != 0:
            raise NotGiven(f"{name} ended with exit code {program.returncode}", by_hand)
        return _text(printed, name, by_hand)


Elsewhere = FromFile | FromCommand
Told = str | Elsewhere
"""How a field names its secret: text with variables of the environment in it, a file, or a command."""


def elsewhere(value: object) -> Elsewhere | None:
    """``{file: PATH}`` or ``{command: [PROGRAM, ARGUMENT]}``; None for anything else."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    match value:
        case {"file": str() as path} if path:
            return FromFile(path)
        case {"command": [str() as program, *more]} if program:
            return FromCommand((program, *map(str, more)))
    return None


def _text(data: bytes, name: str, remedy: str) -> Secret:
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise NotGiven(f"{name} gave {len(data)} bytes and no text", remedy)
    return Secret(text)
