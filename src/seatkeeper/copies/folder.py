"""A folder as the second place: another disk, a mounted share, a volume that is carried away."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from seatkeeper.errors import CopyBroken, CopyFailed


class FolderCopy:
    """`ports.Copy` in a folder, one file a piece.

    The folder itself is never made. One inside a volume is not there while
    the volume is not mounted, and a copy made in its stead would lie on the
    very disk it is to survive; so that is an error.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.label = f"the folder {folder}"

    def put(self, name: str, piece: bytes) -> None:
        """See `ports.Copy.put`: written beside, synced, renamed, and the folder synced."""
        path = self._folder / name
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        with self._named_errors("written"):
            self._there()
            path.parent.mkdir(mode=0o700, exist_ok=True)
            try:
                _write(unfinished, piece)
                unfinished.replace(path)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
            _sync(path.parent)

    def names(self, kind: str, after: str = "") -> Sequence[str]:
        """See `ports.Copy.names`."""
        with self._named_errors("read"):
            self._there()
            folder = self._folder / kind
            files = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        found = (f"{kind}/{file}" for file in files if not file.startswith("."))
        return sorted(name for name in found if name > after)

    def get(self, name: str) -> bytes:
        """See `ports.Copy.get`."""
        with self._named_errors("read"):
            self._there()
            try:
                return (self._folder / name).read_bytes()
            except FileNotFoundError:
                raise CopyBroken(
                    f"The piece {name} is missing from {self.label}.",
                    remedy=f"Look for another copy of it; ls -l {self._folder}",
                ) from None

    def _there(self) -> None:
        if not self._folder.is_dir():
            raise CopyFailed(
                f"The second place, {self.label}, is not there.",
                remedy=f"Mount the volume it is on, or make it once: mkdir {self._folder}",
            )

    @contextmanager
    def _named_errors(self, done: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CopyFailed(
                f"The second place, {self.label}, can't be {done}: {error.strerror or error}.",
                remedy=f"df -h {self._folder}; mend it, then type the same command again.",
            ) from error


def _write(path: Path, piece: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """A rename is safe once the folder that holds the name is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
